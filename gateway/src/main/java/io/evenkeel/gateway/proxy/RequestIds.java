package io.evenkeel.gateway.proxy;

/**
 * Request ids without allocation: 24 hexadecimal digits, unique in a gateway and, by the random
 * half, almost surely across gateways and restarts. The last digits count, so that ids of a loop
 * sort.
 */
final class RequestIds {
    private static final byte[] HEX = {
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
    };
    private static final int LENGTH = 24;
    private static final int PREFIX = 12;

    private final long prefix;
    private long count;

    RequestIds(long random, int loop) {
        prefix = (random << 8 | (loop & 0xff)) & 0xffff_ffff_ffffL;
    }

    /** The length of every id in bytes. */
    static int length() {
        return LENGTH;
    }

    /** Writes the next id over the whole of {@code target}. */
    void next(byte[] target) {
        hex(prefix, target, 0);
        hex(count++, target, PREFIX);
    }

    private static void hex(long value, byte[] target, int at) {
        for (int i = 0; i < PREFIX; i++) {
            target[at + i] = HEX[(int) (value >>> 4 * (PREFIX - 1 - i)) & 0xf];
        }
    }
}
