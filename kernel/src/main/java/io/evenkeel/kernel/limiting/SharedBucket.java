package io.evenkeel.kernel.limiting;

import java.util.concurrent.atomic.AtomicLong;

/**
 * One bucket for several threads, exact: no two of them take the same token. The limit may be
 * another at each call; what was taken before counts. Allocates nothing; lock-free.
 */
public final class SharedBucket {
    private final AtomicLong bucket;

    /** A full bucket. */
    public SharedBucket(long nowNanos) {
        bucket = new AtomicLong(nowNanos);
    }

    /**
     * Takes a token.
     *
     * @return 0 if there was one, else after how many nanoseconds there may be
     */
    public long take(RateLimit limit, long nowNanos) {
        while (true) {
            long seen = bucket.get();
            long wait = limit.waitNanos(seen, nowNanos);
            if (wait > 0) {
                return wait;
            }
            if (bucket.compareAndSet(seen, limit.take(seen, nowNanos))) {
                return 0;
            }
        }
    }
}
