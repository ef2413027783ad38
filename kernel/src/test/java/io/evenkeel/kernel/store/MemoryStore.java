package io.evenkeel.kernel.store;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * {@link StoreState} behind the port, without a disk: for tests of whatever needs a store. Every
 * watch has a virtual thread; time is {@link System#nanoTime}.
 */
public final class MemoryStore implements Store {
    private static final Rejected CLOSED =
            new Rejected(Rejected.Code.CLOSED, "the store is closed");

    private final StoreState state;
    private boolean closed;

    public MemoryStore() {
        this(StoreLimits.DEFAULT);
    }

    public MemoryStore(StoreLimits limits) {
        state = new StoreState(limits);
        Thread.ofVirtual().name("memory-store-leases").start(this::endLeases);
    }

    @Override
    public synchronized RangeResult range(RangeQuery query, Duration deadline) {
        return closed ? CLOSED : state.range(query);
    }

    @Override
    public synchronized TxnOutcome txn(Txn txn, Duration deadline) {
        return closed ? CLOSED : changed(state.txn(txn));
    }

    @Override
    public synchronized LeaseOutcome grant(Duration ttl, Duration deadline) {
        return closed ? CLOSED : changed(state.grant(System.nanoTime(), ttl));
    }

    @Override
    public synchronized LeaseOutcome keepAlive(long leaseId, Duration deadline) {
        return closed ? CLOSED : state.keepAlive(System.nanoTime(), leaseId);
    }

    @Override
    public synchronized LeaseOutcome revoke(long leaseId, Duration deadline) {
        if (closed) {
            return CLOSED;
        }
        state.revoke(leaseId);
        return changed(new LeaseOutcome.Gone(leaseId));
    }

    @Override
    public synchronized CompactOutcome compact(long revision, Duration deadline) {
        return closed ? CLOSED : state.compact(revision);
    }

    @Override
    public synchronized Watch watch(String prefix, long fromRevision, WatchListener listener) {
        long from = fromRevision > 0 ? fromRevision : state.revision() + 1;
        Pump pump = new Pump(prefix, from, listener);
        Thread.ofVirtual().name("memory-store-watch").start(pump);
        return pump;
    }

    @Override
    public synchronized void close() {
        changed(CLOSED);
        closed = true;
    }

    private synchronized <T> T changed(T outcome) {
        state.trim(state.revision());
        notifyAll();
        return outcome;
    }

    private synchronized void endLeases() {
        try {
            while (!closed) {
                long now = System.nanoTime();
                for (long id = state.expired(now); id != 0; id = state.expired(now)) {
                    state.revoke(id);
                    notifyAll();
                }
                long millis = Math.min(state.untilExpiryNanos(now) / 1_000_000 + 1, 60_000);
                wait(millis);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized @Nullable HistoryPart await(Pump pump) throws InterruptedException {
        while (!closed && !pump.closed && state.revision() < pump.next) {
            wait();
        }
        return closed ? null : state.history(pump.prefix, pump.next, state.revision(), 64);
    }

    private synchronized WatchEnd end(long next) {
        return next <= state.compactRevision()
                ? new WatchEnd(WatchEnd.Reason.RESYNC, state.compactRevision(), "compacted")
                : new WatchEnd(WatchEnd.Reason.CLOSED, state.revision(), CLOSED.message());
    }

    private synchronized void wake() {
        notifyAll();
    }

    private final class Pump implements Watch, Runnable {
        private final String prefix;
        private final WatchListener listener;
        private long next;
        private volatile boolean closed;

        Pump(String prefix, long next, WatchListener listener) {
            this.prefix = prefix;
            this.next = next;
            this.listener = listener;
        }

        @Override
        public void run() {
            try {
                while (!closed) {
                    HistoryPart part = await(this);
                    if (closed) {
                        return;
                    }
                    if (part == null) {
                        listener.onEnd(end(next));
                        return;
                    }
                    part.batches().forEach(listener::onBatch);
                    next = part.nextRevision();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void close() {
            closed = true;
            wake();
        }
    }
}
