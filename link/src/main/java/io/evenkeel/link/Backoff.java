package io.evenkeel.link;

import java.util.random.RandomGenerator;

/**
 * How long to wait before dialling again: doubles from {@code first} to {@code most}, between half
 * and all of that at random, so that backends that lost the same gateway don't return as one. It
 * starts over only once a link has stood for {@code most}: a link that is cut as soon as it stands
 * costs no more dials than one that never stands. Pure.
 */
public final class Backoff {
    private final long firstNanos;
    private final long mostNanos;
    private long waitNanos;
    private long linkedAt = Long.MIN_VALUE;

    /** From the first wait to the longest, in nanoseconds. */
    public Backoff(long firstNanos, long mostNanos) {
        this.firstNanos = firstNanos;
        this.mostNanos = mostNanos;
        this.waitNanos = firstNanos;
    }

    /** A link stands since now. */
    public void linked(long now) {
        linkedAt = now;
    }

    /** The wait before the next dial, after the last one failed or its link was lost. */
    public long next(long now, RandomGenerator random) {
        if (linkedAt != Long.MIN_VALUE && now - linkedAt >= mostNanos) {
            waitNanos = firstNanos;
        }
        linkedAt = Long.MIN_VALUE;
        long wait = waitNanos / 2 + random.nextLong(waitNanos / 2 + 1);
        waitNanos = Math.min(mostNanos, waitNanos * 2);
        return wait;
    }
}
