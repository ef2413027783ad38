package io.evenkeel.gateway.source;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * An IP address as 128 bits: IPv6 as it is, IPv4 as {@code ::ffff:a.b.c.d} (RFC 4291 section
 * 2.5.5.2), so that both spellings of one address are one address. Reads text without allocating;
 * used again and again by one thread.
 */
public final class NumericAddress {
    private static final long FOUR = 0xffff_0000_0000L;
    private static final int GROUPS = 8;

    private final int[] groups = new int[GROUPS];
    private long high;
    private long low;

    /** The upper half of the last address read. */
    public long high() {
        return high;
    }

    /** The lower half. */
    public long low() {
        return low;
    }

    /** Whether these bits are an IPv4 address. */
    public static boolean isFour(long high, long low) {
        return high == 0 && (low & 0xffff_ffff_0000_0000L) == FOUR;
    }

    /** A number for source hashes: the same at every gateway. */
    public static long hash(long high, long low) {
        return isFour(high, low) ? (int) low : high * 31 + low;
    }

    /** Takes the bits of a Java address. */
    public void set(InetAddress address) {
        set(ByteBuffer.wrap(address.getAddress()), 0, address.getAddress().length);
    }

    /** Takes 4 or 16 raw bytes. */
    public void set(ByteBuffer in, int from, int bytes) {
        if (bytes == 4) {
            high = 0;
            low = FOUR | number(in, from, 4);
        } else {
            high = number(in, from, 8);
            low = number(in, from + 8, 8);
        }
    }

    private static long number(ByteBuffer in, int from, int bytes) {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value = value << 8 | (in.get(from + i) & 0xff);
        }
        return value;
    }

    /** The last address read as Java has it. */
    public InetAddress address() {
        boolean four = isFour(high, low);
        ByteBuffer bytes = ByteBuffer.allocate(four ? 4 : 16);
        if (four) {
            bytes.putInt((int) low);
        } else {
            bytes.putLong(high).putLong(low);
        }
        try {
            return InetAddress.getByAddress(bytes.array());
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("4 or 16 bytes are no address", impossible);
        }
    }

    /**
     * Reads an address in text: dotted decimal without leading zeros, or RFC 4291 section 2.2
     * without a zone. False leaves the last address as it was.
     */
    public boolean parse(ByteBuffer in, int from, int to) {
        for (int at = from; at < to; at++) {
            if (in.get(at) == ':') {
                return six(in, from, to);
            }
        }
        long four = four(in, from, to);
        if (four < 0) {
            return false;
        }
        high = 0;
        low = FOUR | four;
        return true;
    }

    /** The 32 bits of a dotted address, or -1. */
    private static long four(ByteBuffer in, int from, int to) {
        long value = 0;
        int parts = 0;
        int at = from;
        while (parts < 4) {
            int begin = at;
            int part = 0;
            while (at < to && in.get(at) >= '0' && in.get(at) <= '9' && at - begin < 3) {
                part = part * 10 + in.get(at++) - '0';
            }
            boolean leadingZero = at - begin > 1 && in.get(begin) == '0';
            if (at == begin || part > 255 || leadingZero) {
                return -1;
            }
            value = value << 8 | part;
            parts++;
            if (parts < 4 && (at == to || in.get(at++) != '.')) {
                return -1;
            }
        }
        return at == to ? value : -1;
    }

    private boolean six(ByteBuffer in, int from, int to) {
        int count = 0;
        int gap = -1;
        int at = from;
        if (at + 1 < to && in.get(at) == ':' && in.get(at + 1) == ':') {
            gap = 0;
            at += 2;
        }
        while (at < to) {
            int begin = at;
            int group = 0;
            int digit;
            while (at < to && at - begin < 4 && (digit = Character.digit(in.get(at), 16)) >= 0) {
                group = group << 4 | digit;
                at++;
            }
            if (at < to && in.get(at) == '.') {
                long four = count <= GROUPS - 2 ? four(in, begin, to) : -1;
                if (four < 0) {
                    return false;
                }
                groups[count++] = (int) (four >> 16);
                groups[count++] = (int) four & 0xffff;
                break;
            }
            if (at == begin || count == GROUPS) {
                return false;
            }
            groups[count++] = group;
            if (at == to) {
                break;
            }
            if (in.get(at++) != ':' || at == to) {
                return false;
            }
            if (in.get(at) == ':') {
                if (gap >= 0) {
                    return false;
                }
                gap = count;
                at++;
            }
        }
        // "::" stands for at least one group.
        if (gap < 0 ? count != GROUPS : count == GROUPS) {
            return false;
        }
        high = half(0, gap, count);
        low = half(4, gap, count);
        return true;
    }

    private long half(int first, int gap, int count) {
        long value = 0;
        for (int i = first; i < first + 4; i++) {
            int missing = GROUPS - count;
            int group =
                    gap < 0 || i < gap ? groups[i] : i < gap + missing ? 0 : groups[i - missing];
            value = value << 16 | group;
        }
        return value;
    }
}
