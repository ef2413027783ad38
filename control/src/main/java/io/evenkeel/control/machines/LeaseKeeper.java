package io.evenkeel.control.machines;

import io.evenkeel.kernel.store.LeaseOutcome;
import io.evenkeel.kernel.store.Store;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Renews a lease until it is closed; one virtual thread. A renewal that fails is tried again. Knows
 * how long the lease is sure to last, by this process's monotonic clock.
 */
final class LeaseKeeper implements AutoCloseable {
    private final Store store;
    private final long lease;
    private final Duration ttl;
    private final LongSupplier nanos;
    private final Thread thread;
    private volatile long goodUntilNanos;

    private LeaseKeeper(
            Store store, long lease, Duration ttl, long askedNanos, LongSupplier nanos) {
        this.store = store;
        this.lease = lease;
        this.ttl = ttl;
        this.nanos = nanos;
        goodUntilNanos = askedNanos + ttl.toNanos();
        thread = Thread.ofVirtual().name("lease").unstarted(this::renew);
    }

    /**
     * Starts; the store stays the caller's.
     *
     * @param askedNanos when the lease was asked for: it lasts for its time from then on at least
     * @param nanos monotonic, nanoseconds
     */
    static LeaseKeeper start(
            Store store, long lease, Duration ttl, long askedNanos, LongSupplier nanos) {
        LeaseKeeper keeper = new LeaseKeeper(store, lease, ttl, askedNanos, nanos);
        keeper.thread.start();
        return keeper;
    }

    private void renew() {
        Duration third = ttl.dividedBy(3);
        try {
            while (true) {
                Thread.sleep(third);
                long asked = nanos.getAsLong();
                if (store.keepAlive(lease, third) instanceof LeaseOutcome.Held) {
                    goodUntilNanos = asked + ttl.toNanos();
                }
            }
        } catch (InterruptedException done) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Why no host is to be asked for anything any more; empty: what is asked now comes there before
     * anybody else may claim the same work, for half of the lease's time is left. A process that
     * was stopped meanwhile learns it here.
     */
    String late() {
        boolean holds = nanos.getAsLong() + ttl.toNanos() / 2 - goodUntilNanos < 0;
        return holds ? "" : "its claim may be over";
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
