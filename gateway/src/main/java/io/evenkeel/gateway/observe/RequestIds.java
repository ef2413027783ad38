package io.evenkeel.gateway.observe;

import java.nio.charset.StandardCharsets;

/**
 * Request ids of one gateway: {@code xxxxxxxx-LL-nnnnnnnn} in lower-case hexadecimal, being the
 * gateway's nonce, the loop and the loop's sequence number modulo 2^32. An id so tells where its
 * record is. Stateless but for the nonce; thread-safe.
 *
 * @param nonce chosen at random when the gateway starts, so that ids of two runs differ
 */
public record RequestIds(int nonce) {
    /** Length of every id, in bytes. */
    public static final int BYTES = 20;

    /** More loops than this can't be told apart. */
    public static final int MOST_LOOPS = 256;

    private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    /** Spells the id of a request into {@code id}, which has {@link #BYTES} bytes. */
    void spell(int loop, long sequence, byte[] id) {
        hex(id, 0, 8, nonce);
        id[8] = '-';
        hex(id, 9, 2, loop);
        id[11] = '-';
        hex(id, 12, 8, sequence);
    }

    private static void hex(byte[] id, int at, int digits, long value) {
        long rest = value;
        for (int i = at + digits - 1; i >= at; i--) {
            id[i] = DIGITS[(int) (rest & 15)];
            rest >>>= 4;
        }
    }

    /** Returns whether {@code id} is one of this gateway's. */
    boolean own(String id) {
        return id.length() == BYTES
                && id.charAt(8) == '-'
                && id.charAt(11) == '-'
                && number(id, 0, 8) == (nonce & 0xffff_ffffL)
                && number(id, 9, 11) >= 0
                && number(id, 12, 20) >= 0;
    }

    /** Returns the loop of one of this gateway's ids. */
    static int loop(String id) {
        return (int) number(id, 9, 11);
    }

    /** Returns the sequence number, modulo 2^32, of one of this gateway's ids. */
    static long sequence(String id) {
        return number(id, 12, 20);
    }

    private static long number(String id, int from, int to) {
        long value = 0;
        for (int i = from; i < to; i++) {
            char c = id.charAt(i);
            int digit = c <= '9' ? c - '0' : c - 'a' + 10;
            if (digit < 0 || digit > 15 || (c > '9' && c < 'a')) {
                return -1;
            }
            value = value << 4 | digit;
        }
        return value;
    }
}
