package io.evenkeel.simulation.net;

/**
 * How the network behaves.
 *
 * @param latencyNanos one way, at least 1
 * @param jitterNanos added to it at random, 0 or more; order within a connection is kept
 * @param bytesPerSecond of each direction of each connection, at least 1
 * @param bufferBytes that a direction of a connection holds between writer and reader, at least 1
 * @param cutPermille of writes that travel in pieces, cut at random places, 0 to 1000
 * @param shortPermille of reads and writes that move less than they could, 0 to 1000
 * @param synRetryNanos after which a connection attempt that found a full backlog is repeated
 * @param giveUpNanos after which the network declares a peer dead that acknowledges nothing
 */
public record NetworkOptions(
        long latencyNanos,
        long jitterNanos,
        long bytesPerSecond,
        int bufferBytes,
        int cutPermille,
        int shortPermille,
        long synRetryNanos,
        long giveUpNanos) {
    /** A quiet data centre: 50 microseconds one way, 10 Gbit/s, whole writes. */
    public static final NetworkOptions QUIET =
            new NetworkOptions(
                    50_000, 0, 1_250_000_000L, 64 << 10, 0, 0, 1_000_000_000L, 127_000_000_000L);

    /** Every write cut and most calls short, in small buffers: what finds faults in codecs. */
    public static final NetworkOptions TORN =
            new NetworkOptions(
                    50_000,
                    200_000,
                    20_000_000L,
                    4 << 10,
                    1000,
                    300,
                    1_000_000_000L,
                    127_000_000_000L);

    public NetworkOptions {
        atLeast("latencyNanos", latencyNanos, 1);
        atLeast("jitterNanos", jitterNanos, 0);
        atLeast("bytesPerSecond", bytesPerSecond, 1);
        atLeast("bufferBytes", bufferBytes, 1);
        permille("cutPermille", cutPermille);
        permille("shortPermille", shortPermille);
        atLeast("synRetryNanos", synRetryNanos, 1);
        atLeast("giveUpNanos", giveUpNanos, 1);
    }

    private static void atLeast(String name, long value, long least) {
        if (value < least) {
            throw new IllegalArgumentException(
                    name + ": " + value + " (expected: >= " + least + ")");
        }
    }

    private static void permille(String name, int value) {
        if (value < 0 || value > 1000) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: 0 to 1000)");
        }
    }
}
