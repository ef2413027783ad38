package io.evenkeel.gateway.http1;

import java.nio.ByteBuffer;

/** Classes of octets (RFC 9110 section 5.6, RFC 3986) as tables, and comparisons over buffers. */
final class CharClass {
    /**
     * Token characters mapped to lower case, and {@code _} to {@code -} since some servers take one
     * for the other; 0 for everything else (tchar, section 5.6.2).
     */
    static final byte[] TOKEN = new byte[256];

    /** Non-zero where a field value may hold the octet: VCHAR, obs-text, SP and HTAB. */
    static final byte[] TEXT = new byte[256];

    /** Non-zero where a request target may hold the octet: visible ASCII without '#'. */
    static final byte[] TARGET = new byte[256];

    /** Non-zero where a host name may hold the octet: unreserved characters. */
    static final byte[] NAME = new byte[256];

    static {
        for (int c = '!'; c <= '~'; c++) {
            TEXT[c] = 1;
            TARGET[c] = 1;
            if (Character.isLetterOrDigit(c)) {
                TOKEN[c] = (byte) Character.toLowerCase(c);
                NAME[c] = 1;
            }
        }
        TARGET['#'] = 0;
        for (byte c :
                new byte[] {
                    '!', '#', '$', '%', '&', '\'', '*', '+', '-', '.', '^', '_', '`', '|', '~'
                }) {
            TOKEN[c] = c;
        }
        TOKEN['_'] = '-';
        for (byte c : new byte[] {'-', '.', '_', '~'}) {
            NAME[c] = 1;
        }
        TEXT[' '] = 1;
        TEXT['\t'] = 1;
        for (int c = 0x80; c <= 0xff; c++) {
            TEXT[c] = 1;
        }
    }

    private CharClass() {}

    /**
     * Returns where the text that begins at {@code from} ends: at the first octet that is not in
     * {@link #TEXT}, or at {@code to}. Eight octets at a time.
     */
    static int textEnd(ByteBuffer buffer, int from, int to) {
        int at = from;
        while (at + Long.BYTES <= to) {
            long control = controls(Long.reverseBytes(buffer.getLong(at)));
            if (control == 0) {
                at += Long.BYTES;
                continue;
            }
            at += Long.numberOfTrailingZeros(control) >>> 3;
            if (buffer.get(at) != '\t') {
                return at;
            }
            at++;
        }
        while (at < to && TEXT[buffer.get(at) & 0xff] != 0) {
            at++;
        }
        return at;
    }

    /**
     * Sets the highest bit of octets below SP and of DEL, and clears all others; exact for the
     * lowest octet that it finds, which is the one looked for (octets above a hit may be taken for
     * one by the borrow).
     */
    private static long controls(long octets) {
        long belowSpace = (octets - 0x2020202020202020L) & ~octets;
        long delete = octets ^ 0x7f7f7f7f7f7f7f7fL;
        long isDelete = (delete - 0x0101010101010101L) & ~delete;
        return (belowSpace | isDelete) & 0x8080808080808080L;
    }

    /** Returns where the token that begins at {@code from} ends, at most {@code to}. */
    static int tokenEnd(ByteBuffer buffer, int from, int to) {
        int at = from;
        while (at < to && TOKEN[buffer.get(at) & 0xff] != 0) {
            at++;
        }
        return at;
    }

    /** Returns whether the bytes at {@code at} are exactly {@code expected}. */
    static boolean equal(ByteBuffer buffer, int at, byte[] expected) {
        for (int i = 0; i < expected.length; i++) {
            if (buffer.get(at + i) != expected[i]) {
                return false;
            }
        }
        return true;
    }

    /** Returns whether {@code [from, to)} equals the lower-case {@code expected}, ignoring case. */
    static boolean equalIgnoreCase(ByteBuffer buffer, int from, int to, byte[] expected) {
        if (to - from != expected.length) {
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            if (lower(buffer.get(from + i)) != expected[i]) {
                return false;
            }
        }
        return true;
    }

    /** The same, and {@code _} counts as {@code -}. */
    static boolean alike(ByteBuffer buffer, int from, int to, byte[] expected) {
        if (to - from != expected.length) {
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            if (TOKEN[buffer.get(from + i) & 0xff] != expected[i]) {
                return false;
            }
        }
        return true;
    }

    /** Returns whether two spans of one buffer are equal, ignoring case. */
    static boolean equalIgnoreCase(
            ByteBuffer buffer, int from, int to, int otherFrom, int otherTo) {
        if (to - from != otherTo - otherFrom) {
            return false;
        }
        for (int i = 0; i < to - from; i++) {
            if (lower(buffer.get(from + i)) != lower(buffer.get(otherFrom + i))) {
                return false;
            }
        }
        return true;
    }

    /** Returns the octet with A to Z made lower case. */
    static byte lower(byte c) {
        return c >= 'A' && c <= 'Z' ? (byte) (c | 0x20) : c;
    }

    static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    /** Returns the value of a hexadecimal digit, or -1. */
    static int hex(int c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        int lower = c | 0x20;
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    }

    static boolean isBlank(int c) {
        return c == ' ' || c == '\t';
    }
}
