package io.evenkeel.gateway.observe;

/**
 * Times in microseconds, in buckets whose width is an eighth of their octave: every value is known
 * within 12.5 %, in 2 KiB whatever happens. Values from 0 to 2^32 - 1 (71 minutes); larger ones
 * count as the largest. One writer, any readers.
 */
final class LatencyHistogram {
    private static final int SUB_BITS = 3;
    private static final int SUB_COUNT = 1 << SUB_BITS;
    private static final long LARGEST = (1L << 32) - 1;
    static final int BUCKETS = index(LARGEST) + 1;

    private final CounterCells buckets = new CounterCells(BUCKETS + 1);

    /** Counts one value; the writer only. */
    void record(long micros) {
        long value = Math.clamp(micros, 0, LARGEST);
        buckets.add(index(value), 1);
        buckets.add(BUCKETS, value);
    }

    /** Values below 8 have a bucket each; above, the three bits behind the leading one count. */
    static int index(long micros) {
        if (micros < SUB_COUNT) {
            return (int) micros;
        }
        int octave = 63 - Long.numberOfLeadingZeros(micros);
        int sub = (int) (micros >>> (octave - SUB_BITS)) & (SUB_COUNT - 1);
        return (octave - SUB_BITS + 1) * SUB_COUNT + sub;
    }

    /** Returns the largest value of a bucket. */
    static long upperMicros(int index) {
        if (index < SUB_COUNT) {
            return index;
        }
        int octave = index / SUB_COUNT + SUB_BITS - 1;
        long width = 1L << (octave - SUB_BITS);
        return (1L << octave) + (index % SUB_COUNT + 1) * width - 1;
    }

    /** Adds the bucket counts to {@code into}, of {@link #BUCKETS} entries. Any thread. */
    void addTo(long[] into) {
        for (int i = 0; i < BUCKETS; i++) {
            into[i] += buckets.sum(i);
        }
    }

    /** Returns the sum of all values, in microseconds. Any thread. */
    long sumMicros() {
        return buckets.sum(BUCKETS);
    }

    /** Returns the value that {@code share} (0 to 1) of the counted values don't exceed, or 0. */
    static long quantile(long[] counts, double share) {
        long total = 0;
        for (long count : counts) {
            total += count;
        }
        long rank = Math.max(1, (long) Math.ceil(total * share));
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (seen >= rank) {
                return upperMicros(i);
            }
        }
        return 0;
    }
}
