package io.evenkeel.kernel.limiting;

import io.evenkeel.kernel.concurrent.SpinLock;
import java.util.Arrays;

/**
 * A bucket for each of many keys in a table of fixed size. A key's bucket lies in one of {@value
 * #WAYS} places; a newcomer takes the place whose bucket is nearest to full, which forgets the
 * least. A full bucket and none at all are the same, so nothing is lost unless more than {@value
 * #WAYS} keys of one row are busy at once: then some of them may take more than their limit. Keys
 * that are equal share a bucket, so keys are to be well-mixed hashes. Allocates nothing after the
 * beginning. Thread-safe.
 */
public final class KeyedBuckets {
    private static final int WAYS = 8;

    private final long[] keys;
    private final long[] buckets;
    private final int rowMask;
    private final SpinLock lock = new SpinLock();

    /**
     * Full buckets for all keys.
     *
     * @param places buckets that are held at most, a power of two of at least 8
     */
    public KeyedBuckets(int places, long nowNanos) {
        if (places < WAYS || Integer.bitCount(places) != 1) {
            throw new IllegalArgumentException(
                    "places: " + places + " (expected: a power of two, at least " + WAYS + ")");
        }
        keys = new long[places];
        buckets = new long[places];
        rowMask = places / WAYS - 1;
        Arrays.fill(buckets, nowNanos);
    }

    /**
     * Takes a token of this key.
     *
     * @return 0 if there was one, else after how many nanoseconds there may be
     */
    public long take(RateLimit limit, long key, long nowNanos) {
        lock.lock();
        try {
            return locked(limit, key, nowNanos);
        } finally {
            lock.unlock();
        }
    }

    private long locked(RateLimit limit, long key, long nowNanos) {
        int row = (int) (mix(key) & rowMask) * WAYS;
        int place = row;
        for (int i = row; i < row + WAYS; i++) {
            if (keys[i] == key) {
                place = i;
                break;
            }
            if (buckets[i] - buckets[place] < 0) {
                place = i;
            }
        }
        if (keys[place] != key) {
            keys[place] = key;
            buckets[place] = limit.full(nowNanos);
        }
        long wait = limit.waitNanos(buckets[place], nowNanos);
        if (wait == 0) {
            buckets[place] = limit.take(buckets[place], nowNanos);
        }
        return wait;
    }

    private static long mix(long key) {
        long h = key * 0x9e3779b97f4a7c15L;
        return h ^ h >>> 32;
    }
}
