package io.evenkeel.store.embedded;

import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.HistoryPart;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.Rejected;
import io.evenkeel.kernel.store.StoreState;
import io.evenkeel.kernel.store.Unknown;
import io.evenkeel.kernel.store.WatchEnd;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What callers and the flusher share: the state, what it decided that is not on disk yet, and how
 * far the disk has come. A decision gets the next number; an answer waits until the disk has
 * reached the last number that the answer can depend on.
 *
 * <p>Every method wants {@link #lock} held, unless it says otherwise.
 */
final class CommitQueue implements WatchPump.Source {
    private static final Logger LOG = LoggerFactory.getLogger(CommitQueue.class);

    private static final long QUEUE_BYTES = 64L << 20;
    private static final int REVISIONS_AT_ONCE = 256;
    private static final long SHORTEST_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** Decisions on their way to the disk; {@code lastLease} as it was after them. */
    record Group(List<Write> writes, long number, long revision, long lastLease) {}

    final ReentrantLock lock = new ReentrantLock();

    /** Something is queued, or the store is to close. */
    private final Condition work = lock.newCondition();

    /** The disk has come further, or failed, or the store closes, or a watch is to end. */
    private final Condition progress = lock.newCondition();

    private final EmbeddedConfig config;
    private final LongSupplier clock;
    private StoreState state;
    private List<Write> queue = new ArrayList<>();
    private long queuedBytes;
    private long decided;
    private long durable;
    private long durableRevision;
    private boolean closing;

    /** Why no write is taken; null while writes are taken. */
    private @Nullable String refusing;

    /** The disk failed: {@link #refusing} stays until a restart. */
    private boolean failed;

    CommitQueue(EmbeddedConfig config, LongSupplier clock, StoreState state) {
        this.config = config;
        this.clock = clock;
        this.state = state;
        this.durableRevision = state.revision();
    }

    StoreState state() {
        return state;
    }

    long nowNanos() {
        return clock.getAsLong();
    }

    long decided() {
        return decided;
    }

    long durableRevision() {
        return durableRevision;
    }

    boolean closing() {
        return closing;
    }

    boolean failed() {
        return failed;
    }

    /** Why a write is not taken now, null if it is. */
    @Nullable Rejected notWritable() {
        if (closing) {
            return closed();
        }
        String reason = refusing;
        if (reason != null) {
            return new Rejected(Rejected.Code.READ_ONLY, reason);
        }
        boolean full = queue.size() >= config.queueLimit() || queuedBytes >= QUEUE_BYTES;
        return full
                ? new Rejected(
                        Rejected.Code.BUSY,
                        queue.size()
                                + " changes of "
                                + queuedBytes
                                + " bytes wait for the disk (expected: < "
                                + config.queueLimit()
                                + " and < "
                                + QUEUE_BYTES
                                + "); try again later")
                : null;
    }

    static Rejected closed() {
        return new Rejected(Rejected.Code.CLOSED, "the store is closed");
    }

    Unknown unknown() {
        return new Unknown(
                failed && refusing != null
                        ? refusing
                        : "not confirmed by the disk before the deadline");
    }

    void enqueue(Write write) {
        queue.add(write);
        queuedBytes += write.bytes();
        decided++;
        work.signal();
    }

    /** The changes of the state's newest revision are to be written. */
    void enqueueNewest() {
        enqueue(new Write.Changed(state.batch(state.revision())));
    }

    void endLease(long leaseId) {
        long before = state.revision();
        if (state.revoke(leaseId)) {
            enqueue(new Write.LeaseEnded(leaseId));
            if (state.revision() > before) {
                enqueueNewest();
            }
        }
    }

    /** Waits until decision {@code upTo} is on disk; false if that is not to be known in time. */
    boolean settled(long upTo, long endNanos) {
        try {
            while (durable < upTo) {
                long left = endNanos - System.nanoTime();
                if (failed || left <= 0) {
                    return false;
                }
                progress.awaitNanos(left);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Takes the lock itself. */
    void close() {
        lock.lock();
        try {
            closing = true;
            work.signalAll();
            progress.signalAll();
        } finally {
            lock.unlock();
        }
    }

    // For the flusher; these take the lock themselves.

    /**
     * Waits for decisions and takes them all; ends leases whose time is over. Empty after a second
     * without any, null when the store is to close and nothing is left.
     */
    @Nullable Group take() {
        lock.lock();
        try {
            awaitWork();
            if (closing && queue.isEmpty()) {
                return null;
            }
            Group group = new Group(queue, decided, state.revision(), state.lastLeaseId());
            queue = new ArrayList<>();
            queuedBytes = 0;
            return group;
        } finally {
            lock.unlock();
        }
    }

    private void awaitWork() {
        while (true) {
            long now = nowNanos();
            if (refusing == null) {
                for (long id = state.expired(now); id != 0; id = state.expired(now)) {
                    endLease(id);
                }
            }
            if (!queue.isEmpty() || closing) {
                return;
            }
            long idle = TimeUnit.SECONDS.toNanos(1);
            long wait = refusing == null ? Math.min(state.untilExpiryNanos(now), idle) : idle;
            try {
                if (work.awaitNanos(Math.max(wait, SHORTEST_WAIT_NANOS)) <= 0 && wait == idle) {
                    return;
                }
            } catch (InterruptedException e) {
                LOG.debug("interrupted; only close() ends the flusher");
            }
        }
    }

    void written(Group group) {
        lock.lock();
        try {
            durable = group.number();
            durableRevision = group.revision();
            state.trim(durableRevision);
            progress.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** No writes for now; null: writes again. Without effect on a store whose disk failed. */
    void refuse(@Nullable String reason) {
        lock.lock();
        try {
            if (!failed) {
                refusing = reason;
            }
        } finally {
            lock.unlock();
        }
    }

    boolean refuses() {
        lock.lock();
        try {
            return refusing != null;
        } finally {
            lock.unlock();
        }
    }

    /** Back to what was acknowledged, and only reads from here on; returns when it is closed. */
    void fail(String reason) {
        lock.lock();
        try {
            failed = true;
            refusing = reason;
            state = acknowledged();
            queue.clear();
            decided = durable; // who waits for more sees that it failed
            progress.signalAll();
            while (!closing) {
                work.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private StoreState acknowledged() {
        RangeResult everything =
                state.range(new RangeQuery("\0", "\u007f", 0, durableRevision, false));
        List<Entry> entries =
                everything instanceof RangeResult.Range range ? range.entries() : List.of();
        return StoreState.restore(
                config.limits(),
                durableRevision,
                entries,
                List.of(),
                state.lastLeaseId(),
                nowNanos());
    }

    // For watches: the durable part of the state's history. These take the lock themselves.

    @Override
    public @Nullable HistoryPart await(WatchPump pump, long fromRevision)
            throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!closing && !pump.closed() && durableRevision < fromRevision) {
                progress.await();
            }
            return closing || pump.closed()
                    ? null
                    : state.history(
                            pump.prefix(), fromRevision, durableRevision, REVISIONS_AT_ONCE);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public WatchEnd end(long fromRevision) {
        lock.lock();
        try {
            long compacted = state.compactRevision();
            return fromRevision <= compacted
                    ? new WatchEnd(
                            WatchEnd.Reason.RESYNC,
                            compacted,
                            "history up to revision "
                                    + compacted
                                    + " is gone (wanted from "
                                    + fromRevision
                                    + "); read again and watch from there")
                    : new WatchEnd(WatchEnd.Reason.CLOSED, durableRevision, "the store is closed");
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void forget(WatchPump pump) {
        lock.lock();
        try {
            progress.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
