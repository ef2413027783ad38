package io.evenkeel.store.etcd;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before another attempt: doubling, and drawn from the whole span ("full jitter"),
 * so that many who lost the same member don't come back at the same moment. Thread-safe.
 */
final class Backoff {
    private final long shortestNanos;
    private final long longestNanos;
    private final RandomGenerator random;

    Backoff(Duration shortest, Duration longest, RandomGenerator random) {
        this.shortestNanos = shortest.toNanos();
        this.longestNanos = longest.toNanos();
        this.random = random;
    }

    /**
     * Nanoseconds to wait before attempt {@code attempt} + 1.
     *
     * @param attempt failures in a row so far, from 1
     */
    long nanos(int attempt) {
        int doublings = Math.min(attempt - 1, 30);
        long most = Math.min(longestNanos, shortestNanos << doublings);
        synchronized (random) {
            return random.nextLong(most) + 1;
        }
    }
}
