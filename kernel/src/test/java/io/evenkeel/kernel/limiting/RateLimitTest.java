package io.evenkeel.kernel.limiting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The bucket against one that counts tokens in the plain way, over many seeds. */
final class RateLimitTest {
    private static final long FIRST_SEED = 20_260_201;

    /** Tokens counted in units of an interval's nanoseconds. */
    private static final class PlainBucket {
        private long units;
        private long lastNanos;

        PlainBucket(RateLimit limit, long nowNanos) {
            units = limit.burst() * limit.intervalNanos();
            lastNanos = nowNanos;
        }

        boolean take(RateLimit limit, long nowNanos) {
            long most = limit.burst() * limit.intervalNanos();
            units = Math.min(most, units + nowNanos - lastNanos);
            lastNanos = nowNanos;
            if (units < limit.intervalNanos()) {
                return false;
            }
            units -= limit.intervalNanos();
            return true;
        }
    }

    @Test
    void aBucketGivesExactlyWhatCountedTokensGive() {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + 500; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            RateLimit limit = new RateLimit(1 + random.nextInt(1000), 1 + random.nextInt(20));
            // The clock may begin anywhere, also just before it wraps around.
            long now = random.nextBoolean() ? random.nextLong() : Long.MAX_VALUE - 5000;
            SharedBucket bucket = new SharedBucket(now);
            PlainBucket plain = new PlainBucket(limit, now);
            for (int i = 0; i < 500; i++) {
                now += random.nextInt(4) == 0 ? random.nextInt(5000) : random.nextInt(300);
                long wait = bucket.take(limit, now);
                assertThat(wait == 0)
                        .as("seed %d, step %d", seed, i)
                        .isEqualTo(plain.take(limit, now));
                assertThat(wait).isLessThanOrEqualTo(limit.intervalNanos());
            }
        }
    }

    @Test
    void whoWaitsAsLongAsToldGetsAToken() {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + 200; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            RateLimit limit = new RateLimit(1 + random.nextInt(1000), 1 + random.nextInt(20));
            SharedBucket bucket = new SharedBucket(0);
            long now = 0;
            for (int i = 0; i < 200; i++) {
                long wait = bucket.take(limit, now);
                if (wait > 0) {
                    assertThat(bucket.take(limit, now + wait - 1)).isEqualTo(1);
                    assertThat(bucket.take(limit, now + wait)).isZero();
                    now += wait;
                }
            }
        }
    }

    @Test
    void aLowerLimitHoldsAtOnceAndForgetsNothing() {
        SharedBucket bucket = new SharedBucket(0);
        RateLimit generous = new RateLimit(10, 100);
        for (int i = 0; i < 100; i++) {
            assertThat(bucket.take(generous, 0)).isZero();
        }
        RateLimit strict = new RateLimit(10, 1);
        assertThat(bucket.take(strict, 0)).isEqualTo(1000);
        assertThat(bucket.take(strict, 1000)).isZero();
        assertThat(bucket.take(strict, 1000)).isEqualTo(10);
    }

    @Test
    void threadsNeverTakeTheSameToken() throws InterruptedException {
        SharedBucket bucket = new SharedBucket(0);
        RateLimit limit = new RateLimit(1, 10_000);
        AtomicInteger taken = new AtomicInteger();
        CountDownLatch ended = new CountDownLatch(4);
        for (int t = 0; t < 4; t++) {
            Thread.ofPlatform()
                    .start(() -> {
                        for (int i = 0; i < 10_000; i++) {
                            if (bucket.take(limit, 0) == 0) {
                                taken.incrementAndGet();
                            }
                        }
                        ended.countDown();
                    });
        }
        ended.await();
        assertThat(taken).hasValue(10_000);
    }

    /** With as many keys as places of a row nobody is ever forgotten. */
    @Test
    void eachKeyHasABucketOfItsOwn() {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + 200; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            RateLimit limit = new RateLimit(1 + random.nextInt(1000), 1 + random.nextInt(20));
            KeyedBuckets buckets = new KeyedBuckets(8, 0);
            Map<Long, PlainBucket> plain = new HashMap<>();
            long[] keys = random.longs(8).toArray();
            long now = 0;
            for (int i = 0; i < 1000; i++) {
                now += random.nextInt(200);
                long at = now;
                long key = keys[random.nextInt(keys.length)];
                boolean expected =
                        plain.computeIfAbsent(key, _ -> new PlainBucket(limit, at))
                                .take(limit, now);
                assertThat(buckets.take(limit, key, now) == 0)
                        .as("seed %d", seed)
                        .isEqualTo(expected);
            }
        }
    }

    /** Strangers without end: a client at its limit keeps it while most of them come only once. */
    @Test
    void aBusyKeyIsNotForgottenForStrangers() {
        SplittableRandom random = new SplittableRandom(FIRST_SEED);
        RateLimit limit = new RateLimit(1_000_000, 10);
        KeyedBuckets buckets = new KeyedBuckets(1024, 0);
        int granted = 0;
        for (int i = 0; i < 100_000; i++) {
            granted += buckets.take(limit, 42, i) == 0 ? 1 : 0;
            buckets.take(limit, random.nextLong(), i);
        }
        assertThat(granted).isEqualTo(10);
    }

    @Test
    void impossibleLimitsAreRefused() {
        assertThatThrownBy(() -> new RateLimit(0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RateLimit(1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RateLimit(RateLimit.MOST_NANOS, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("product at most");
    }
}
