package io.evenkeel.kernel.limiting;

/**
 * A token bucket in one number: it holds {@code burst} tokens, gets one back every {@code
 * intervalNanos}, and a request takes one. Kept as the time at which the bucket would be full again
 * (the generic cell rate algorithm, ITU-T I.371 appendix: "virtual scheduling"), so a bucket is a
 * {@code long} and refilling is no work. Immutable; the clock comes in as an argument and may begin
 * anywhere, but spans in use lie within 146 years of each other.
 *
 * @param intervalNanos time in which one token comes back, 1 ns or more
 * @param burst tokens of a full bucket, 1 or more; with the interval at most {@link #MOST_NANOS}
 */
public record RateLimit(long intervalNanos, long burst) {
    /** The longest time in which an empty bucket may fill: a hundred days. */
    public static final long MOST_NANOS = 100L * 86_400 * 1_000_000_000;

    /** Checks the ranges. */
    public RateLimit {
        if (intervalNanos < 1 || burst < 1 || intervalNanos > MOST_NANOS / burst) {
            throw new IllegalArgumentException(
                    "interval: "
                            + intervalNanos
                            + " ns, burst: "
                            + burst
                            + " (expected: both positive, their product at most "
                            + MOST_NANOS
                            + ")");
        }
    }

    /**
     * So many requests in so much time.
     *
     * @param requests 1 or more
     * @param perNanos 1 ns or more; a rate above one a nanosecond counts as that
     */
    public static RateLimit of(long requests, long perNanos, long burst) {
        return new RateLimit(Math.max(1, perNanos / requests), burst);
    }

    /** A bucket that is full at this time. */
    public long full(long nowNanos) {
        return nowNanos;
    }

    /** Whether it has been full for some time: forgetting it changes nothing. */
    public boolean isFull(long bucket, long nowNanos) {
        return bucket - nowNanos <= 0;
    }

    /**
     * How long a request has to wait for a token; 0 if there is one now.
     *
     * @return nanoseconds, at most those of an interval unless the limit was another before
     */
    public long waitNanos(long bucket, long nowNanos) {
        long fullIn = Math.max(0, bucket - nowNanos);
        return Math.max(0, fullIn - (burst - 1) * intervalNanos);
    }

    /** The bucket with one token less; only if {@link #waitNanos} is 0. */
    public long take(long bucket, long nowNanos) {
        return (isFull(bucket, nowNanos) ? nowNanos : bucket) + intervalNanos;
    }
}
