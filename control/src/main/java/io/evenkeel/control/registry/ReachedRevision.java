package io.evenkeel.control.registry;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The store's revision that a follower has come to, and a way to wait for one: a caller who wrote
 * something then reads it. It may go back, when the store was restored from an older backup.
 * Thread-safe.
 */
public final class ReachedRevision {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition advanced = lock.newCondition();

    /** Less than any before the first. */
    private volatile long revision = -1;

    private volatile boolean closed;

    /** The follower has come to this revision. */
    public void reach(long to) {
        lock.lock();
        try {
            revision = to;
            advanced.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until it has come to {@code wanted}; false if it did not in time, or is closed. */
    public boolean await(long wanted, Duration patience) throws InterruptedException {
        if (revision >= wanted) {
            return true;
        }
        long leftNanos = patience.toNanos();
        lock.lockInterruptibly();
        try {
            while (revision < wanted && leftNanos > 0 && !closed) {
                leftNanos = advanced.awaitNanos(leftNanos);
            }
            return revision >= wanted;
        } finally {
            lock.unlock();
        }
    }

    /** Nothing follows any more; who waits is let go. */
    public void close() {
        lock.lock();
        try {
            closed = true;
            advanced.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
