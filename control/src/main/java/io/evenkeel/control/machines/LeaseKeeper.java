package io.evenkeel.control.machines;

import io.evenkeel.kernel.store.Store;
import java.time.Duration;

/** Renews a lease until it is closed; one virtual thread. A renewal that fails is tried again. */
final class LeaseKeeper implements AutoCloseable {
    private final Thread thread;

    private LeaseKeeper(Thread thread) {
        this.thread = thread;
    }

    /** Starts; the store stays the caller's. */
    static LeaseKeeper start(Store store, long lease, Duration ttl) {
        Duration third = ttl.dividedBy(3);
        Thread thread =
                Thread.ofVirtual()
                        .name("lease")
                        .start(() -> {
                            try {
                                while (true) {
                                    Thread.sleep(third);
                                    var ignored = store.keepAlive(lease, third);
                                }
                            } catch (InterruptedException done) {
                                Thread.currentThread().interrupt();
                            }
                        });
        return new LeaseKeeper(thread);
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
