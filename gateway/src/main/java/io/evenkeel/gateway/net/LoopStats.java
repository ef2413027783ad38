package io.evenkeel.gateway.net;

/**
 * What a loop counts of itself. Written by the loop's thread alone, with release stores; may be
 * read by any thread, which sees each figure as of some recent turn.
 */
public final class LoopStats {
    /**
     * What a turn or a wait may exceed its plan by and still be punctual, in nanoseconds (100 ms):
     * more counts as time in which the loop was kept from running.
     */
    public static final long PUNCTUAL_NANOS = 100_000_000L;

    private volatile long turns;
    private volatile long longestStallNanos;
    private volatile long lostNanos;
    private volatile long accepted;
    private volatile long acceptFailures;

    /** Turns made. */
    public long turns() {
        return turns;
    }

    /**
     * The longest time, in nanoseconds, between two moments at which the loop looked for events.
     */
    public long longestStallNanos() {
        return longestStallNanos;
    }

    /** Total time in which the loop was kept from running, in nanoseconds. */
    public long lostNanos() {
        return lostNanos;
    }

    /** Connections accepted. */
    public long accepted() {
        return accepted;
    }

    /** Accepts that failed, nearly always for lack of descriptors; each was followed by a pause. */
    public long acceptFailures() {
        return acceptFailures;
    }

    /** Begins a new measure of the longest stall and returns the old one. Racy by a turn. */
    public long takeLongestStallNanos() {
        long longest = longestStallNanos;
        longestStallNanos = 0;
        return longest;
    }

    /**
     * For the transport: a turn that took so long, from events found to the next look for events.
     */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    public void turn(long tookNanos) {
        turns++;
        if (tookNanos > longestStallNanos) {
            longestStallNanos = tookNanos;
        }
    }

    /** For the transport: time lost. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    public void lost(long nanos) {
        lostNanos += nanos;
    }

    /** For the transport: a connection accepted. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    public void acceptedOne() {
        accepted++;
    }

    /** For the transport: an accept failed. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    public void acceptFailed() {
        acceptFailures++;
    }
}
