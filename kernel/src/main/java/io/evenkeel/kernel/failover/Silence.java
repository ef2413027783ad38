package io.evenkeel.kernel.failover;

/**
 * How long a host has been asked and silent, as one process can swear: from one silent round to the
 * next, if they are close enough; never over a time in which nobody asked.
 */
final class Silence {
    private final long longestGapNanos;

    private long countedTo;
    private boolean unbroken;
    private boolean fresh;
    private long pendingNanos;

    Silence(long longestGapNanos) {
        this.longestGapNanos = longestGapNanos;
    }

    /** A round was silent from its start to its end. */
    void round(long startNanos, long endNanos) {
        long from = unbroken && endNanos - countedTo <= longestGapNanos ? countedTo : startNanos;
        long span = endNanos - from;
        pendingNanos += span <= longestGapNanos ? span : 0;
        countedTo = endNanos;
        unbroken = true;
        fresh = true;
    }

    /** A round said nothing: the time around it does not count. */
    void gap() {
        unbroken = false;
        fresh = false;
    }

    /** Nothing counts that was before. */
    void restart() {
        gap();
        pendingNanos = 0;
    }

    /** What was counted is in the store, or nobody knows whether it is. */
    void written() {
        pendingNanos = 0;
        fresh = false;
    }

    /** Silent rounds since {@link #written}. */
    boolean fresh() {
        return fresh;
    }

    /** Counted since {@link #written}. */
    long pendingMillis() {
        return pendingNanos / 1_000_000;
    }

    /** Whether the last round was a silent one, and not long ago. */
    boolean recent(long nowNanos) {
        return unbroken && nowNanos - countedTo <= longestGapNanos;
    }
}
