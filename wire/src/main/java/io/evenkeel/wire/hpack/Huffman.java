package io.evenkeel.wire.hpack;

import java.nio.ByteBuffer;

/**
 * The Huffman code of RFC 7541, Appendix B. It is canonical: among codes of one length the smaller
 * symbol has the smaller code, so the lengths say everything. Decoding takes four bits a step
 * through a table of 256 states.
 */
final class Huffman {
    /** {@link #decode}: a code that is no symbol, EOS within the string, or bad padding. */
    static final int BROKEN = -1;

    /** {@link #decode}: the string is longer than allowed. */
    static final int TOO_LONG = -2;

    private static final int EOS = 256;
    private static final int LONGEST = 30;

    private static final byte[] LENGTHS = {
        13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30,
        28, 28, 28, 28, 28, 28, 28, 28, 28, 6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6,
        5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10, 13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
        7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6, 15, 5, 6, 5, 6, 5, 6, 6, 6, 5,
        7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28, 20, 22, 20, 20, 22,
        22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23,
        22, 23, 23, 24, 22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22,
        21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23, 26, 26, 20, 19, 22, 23, 22, 25, 26, 26,
        26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27, 20,
        24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27,
        27, 28, 27, 27, 27, 27, 27, 26, LONGEST,
    };

    private static final int[] CODES = codes();

    // A step: state to go to, whether a symbol came out (and which), whether the string may end
    // here, whether the bits are no code.
    private static final int NEXT = 0xff;
    private static final int EMITS = 1 << 8;
    private static final int MAY_END = 1 << 9;
    private static final int FAILS = 1 << 10;
    private static final int SYMBOL_SHIFT = 16;
    private static final int[] STEPS = steps();

    private Huffman() {}

    /** Octets that {@code length} octets from {@code from} take when encoded. */
    static int encodedLength(byte[] text, int from, int length) {
        long bits = 0;
        for (int i = from; i < from + length; i++) {
            bits += LENGTHS[text[i] & 0xff];
        }
        return (int) ((bits + 7) / 8);
    }

    /** Appends the code of {@code length} octets to {@code out}, which has room. */
    static void encode(byte[] text, int from, int length, ByteBuffer out) {
        long bits = 0;
        int held = 0;
        for (int i = from; i < from + length; i++) {
            int symbol = text[i] & 0xff;
            bits = (bits << LENGTHS[symbol]) | CODES[symbol];
            held += LENGTHS[symbol];
            while (held >= 8) {
                held -= 8;
                out.put((byte) (bits >> held));
            }
        }
        if (held > 0) {
            out.put((byte) ((bits << (8 - held)) | (0xff >> held)));
        }
    }

    /**
     * Decodes {@code in[from, to)} into {@code out} from {@code at} on.
     *
     * @return octets written, {@link #BROKEN}, or {@link #TOO_LONG} if there would be more than
     *     {@code limit}
     */
    static int decode(ByteBuffer in, int from, int to, byte[] out, int at, int limit) {
        int step = MAY_END;
        int end = at;
        for (int i = from; i < to; i++) {
            int octet = in.get(i);
            for (int shift = 4; shift >= 0; shift -= 4) {
                step = STEPS[((step & NEXT) << 4) | ((octet >> shift) & 0xf)];
                if ((step & EMITS) != 0) {
                    if (end - at == limit) {
                        return TOO_LONG;
                    }
                    out[end++] = (byte) (step >> SYMBOL_SHIFT);
                }
                if ((step & FAILS) != 0) {
                    return BROKEN;
                }
            }
        }
        return (step & MAY_END) != 0 ? end - at : BROKEN;
    }

    private static int[] codes() {
        int[] codes = new int[EOS + 1];
        int next = 0;
        for (int length = 1; length <= LONGEST; length++) {
            next <<= 1;
            for (int symbol = 0; symbol <= EOS; symbol++) {
                if (LENGTHS[symbol] == length) {
                    codes[symbol] = next++;
                }
            }
        }
        return codes;
    }

    private static int[] steps() {
        // The tree: 257 leaves, so 256 inner nodes; a leaf is -1 - symbol.
        int[][] children = new int[EOS][2];
        int nodes = 1;
        for (int symbol = 0; symbol <= EOS; symbol++) {
            int node = 0;
            for (int bit = LENGTHS[symbol] - 1; bit > 0; bit--) {
                int side = (CODES[symbol] >> bit) & 1;
                if (children[node][side] == 0) {
                    children[node][side] = nodes++;
                }
                node = children[node][side];
            }
            children[node][CODES[symbol] & 1] = -1 - symbol;
        }
        // Padding is the beginning of EOS, all ones, and shorter than an octet.
        boolean[] padding = new boolean[EOS];
        for (int node = 0, depth = 0; depth < 8; depth++) {
            padding[node] = true;
            node = children[node][1];
        }
        int[] steps = new int[EOS << 4];
        for (int state = 0; state < EOS; state++) {
            for (int bits = 0; bits < 16; bits++) {
                steps[(state << 4) | bits] = step(children, padding, state, bits);
            }
        }
        return steps;
    }

    private static int step(int[][] children, boolean[] padding, int state, int bits) {
        int flags = 0;
        int node = state;
        for (int bit = 3; bit >= 0; bit--) {
            node = children[node][(bits >> bit) & 1];
            if (node == -1 - EOS) {
                return FAILS;
            }
            if (node < 0) {
                // Codes have at least five bits: never two in one step.
                flags = EMITS | ((-1 - node) << SYMBOL_SHIFT);
                node = 0;
            }
        }
        return flags | node | (padding[node] ? MAY_END : 0);
    }
}
