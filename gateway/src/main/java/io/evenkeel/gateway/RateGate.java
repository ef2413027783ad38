package io.evenkeel.gateway;

import io.evenkeel.kernel.limiting.KeyedBuckets;
import io.evenkeel.kernel.limiting.RateLimit;
import io.evenkeel.kernel.limiting.SharedBucket;
import io.evenkeel.model.LocalRateLimit;
import org.jspecify.annotations.Nullable;

/**
 * The rate limit of one service at this gateway, all loops together: one bucket, or one for each
 * client address in a table of fixed size. What was taken before a change of the policy counts
 * after it. Thread-safe; allocates nothing for a request.
 */
final class RateGate {
    /** Buckets of clients, 256 KiB a service; see {@link KeyedBuckets} for what happens beyond. */
    private static final int CLIENTS = 16_384;

    /** What holds now. */
    private record Rule(RateLimit limit, @Nullable KeyedBuckets clients) {}

    private final SharedBucket all;
    private volatile @Nullable Rule rule;

    RateGate(long nowNanos) {
        all = new SharedBucket(nowNanos);
    }

    /** Another limit from now on; by one thread at a time. */
    void limit(LocalRateLimit written, long nowNanos) {
        if (written.requests() == 0) {
            rule = null;
            return;
        }
        int burst = written.burst() == 0 ? written.requests() : written.burst();
        RateLimit limit = RateLimit.of(written.requests(), written.interval().toNanos(), burst);
        rule =
                new Rule(
                        limit,
                        written.scope() == LocalRateLimit.Scope.CLIENT ? clients(nowNanos) : null);
    }

    private KeyedBuckets clients(long nowNanos) {
        Rule before = rule;
        return before == null || before.clients == null
                ? new KeyedBuckets(CLIENTS, nowNanos)
                : before.clients;
    }

    /**
     * A request wants to pass.
     *
     * @param client hash of the client's address
     * @return 0 if it may, else after how many nanoseconds one may
     */
    long waitNanos(long client, long nowNanos) {
        Rule now = rule;
        if (now == null) {
            return 0;
        }
        KeyedBuckets clients = now.clients;
        return clients == null
                ? all.take(now.limit, nowNanos)
                : clients.take(now.limit, client, nowNanos);
    }
}
