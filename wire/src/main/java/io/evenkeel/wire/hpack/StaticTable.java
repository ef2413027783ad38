package io.evenkeel.wire.hpack;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The static table (RFC 7541, Appendix A), and what an encoder does with names it knows. */
final class StaticTable {
    /** Number of entries; the dynamic table begins behind. */
    static final int COUNT = 61;

    private static final String[] ENTRIES = {
        ":authority",
        "",
        ":method",
        "GET",
        ":method",
        "POST",
        ":path",
        "/",
        ":path",
        "/index.html",
        ":scheme",
        "http",
        ":scheme",
        "https",
        ":status",
        "200",
        ":status",
        "204",
        ":status",
        "206",
        ":status",
        "304",
        ":status",
        "400",
        ":status",
        "404",
        ":status",
        "500",
        "accept-charset",
        "",
        "accept-encoding",
        "gzip, deflate",
        "accept-language",
        "",
        "accept-ranges",
        "",
        "accept",
        "",
        "access-control-allow-origin",
        "",
        "age",
        "",
        "allow",
        "",
        "authorization",
        "",
        "cache-control",
        "",
        "content-disposition",
        "",
        "content-encoding",
        "",
        "content-language",
        "",
        "content-length",
        "",
        "content-location",
        "",
        "content-range",
        "",
        "content-type",
        "",
        "cookie",
        "",
        "date",
        "",
        "etag",
        "",
        "expect",
        "",
        "expires",
        "",
        "from",
        "",
        "host",
        "",
        "if-match",
        "",
        "if-modified-since",
        "",
        "if-none-match",
        "",
        "if-range",
        "",
        "if-unmodified-since",
        "",
        "last-modified",
        "",
        "link",
        "",
        "location",
        "",
        "max-forwards",
        "",
        "proxy-authenticate",
        "",
        "proxy-authorization",
        "",
        "range",
        "",
        "referer",
        "",
        "refresh",
        "",
        "retry-after",
        "",
        "server",
        "",
        "set-cookie",
        "",
        "strict-transport-security",
        "",
        "transfer-encoding",
        "",
        "user-agent",
        "",
        "vary",
        "",
        "via",
        "",
        "www-authenticate",
        "",
    };

    /** Low entropy or secret: section 7.1.3. */
    private static final String[] SECRET = {
        "authorization", "proxy-authorization", "cookie", "set-cookie",
    };

    /** Values that differ from message to message would only push others out of the table. */
    private static final String[] VARYING = {
        ":path",
        "age",
        "content-length",
        "content-range",
        "date",
        "etag",
        "expires",
        "forwarded",
        "if-match",
        "if-modified-since",
        "if-none-match",
        "if-range",
        "if-unmodified-since",
        "last-modified",
        "link",
        "location",
        "range",
        "referer",
        "traceparent",
        "tracestate",
        "x-forwarded-for",
        "x-real-ip",
        "x-request-id",
    };

    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long MIX = 0x9E3779B97F4A7C15L;

    /** Name and value of entry i, one behind the other. */
    private static final byte[][] OCTETS = new byte[COUNT + 1][];

    private static final int[] NAME_LENGTHS = new int[COUNT + 1];

    // Known names, found by hash with linear probing.
    private static final int SLOTS = 256;
    private static final byte[][] NAMES = new byte[SLOTS][];
    private static final int[] FIRST = new int[SLOTS];
    private static final Indexing[] HANDLING = new Indexing[SLOTS];

    static {
        for (int i = 1; i <= COUNT; i++) {
            String name = ENTRIES[2 * i - 2];
            OCTETS[i] = (name + ENTRIES[2 * i - 1]).getBytes(StandardCharsets.US_ASCII);
            NAME_LENGTHS[i] = name.length();
            int slot = slotOf(name);
            FIRST[slot] = FIRST[slot] == 0 ? i : FIRST[slot];
        }
        for (String name : SECRET) {
            HANDLING[slotOf(name)] = Indexing.NEVER;
        }
        for (String name : VARYING) {
            HANDLING[slotOf(name)] = Indexing.LITERAL;
        }
    }

    private StaticTable() {}

    /** Name of entry {@code index}, and its value behind it. Read only. */
    static byte[] octets(int index) {
        return OCTETS[index];
    }

    static int nameLength(int index) {
        return NAME_LENGTHS[index];
    }

    /** Hash of a name; a value's continues from it. */
    static int hash(int seed, byte[] text, int from, int length) {
        // Eight octets a step: a multiplication for each would be most of what encoding costs.
        long hash = seed;
        int end = from + length;
        int at = from;
        for (; at + Long.BYTES <= end; at += Long.BYTES) {
            hash = (hash ^ (long) LONGS.get(text, at)) * MIX;
            hash ^= hash >>> 32;
        }
        long tail = length;
        for (; at < end; at++) {
            tail = (tail << 8) | (text[at] & 0xff);
        }
        hash = (hash ^ tail) * MIX;
        return (int) (hash ^ (hash >>> 32));
    }

    /** Where a name is known, for {@link #index} and {@link #handling}; negative if it is not. */
    static int find(byte[] text, int length, int hash) {
        int slot = slot(hash);
        while (NAMES[slot] != null) {
            if (Arrays.equals(NAMES[slot], 0, NAMES[slot].length, text, 0, length)) {
                return slot;
            }
            slot = (slot + 1) & (SLOTS - 1);
        }
        return -1;
    }

    /** The first entry of a known name, 0 if the static table has none. */
    static int index(int known) {
        return FIRST[known];
    }

    /** How a known name's fields are represented. */
    static Indexing handling(int known) {
        return HANDLING[known];
    }

    /** The entry from {@code first} on that has this name and value, or 0. */
    static int match(int first, byte[] text, int nameLength, int valueLength) {
        int length = nameLength + valueLength;
        // Entries of one name stand together.
        for (int i = first; i <= COUNT && NAME_LENGTHS[i] == nameLength; i++) {
            if (Arrays.equals(OCTETS[i], 0, OCTETS[i].length, text, 0, length)) {
                return i;
            }
        }
        return 0;
    }

    private static int slotOf(String name) {
        byte[] text = name.getBytes(StandardCharsets.US_ASCII);
        int hash = hash(0, text, 0, text.length);
        int known = find(text, text.length, hash);
        if (known >= 0) {
            return known;
        }
        int slot = slot(hash);
        while (NAMES[slot] != null) {
            slot = (slot + 1) & (SLOTS - 1);
        }
        NAMES[slot] = text;
        HANDLING[slot] = Indexing.INDEX;
        return slot;
    }

    private static int slot(int hash) {
        return (hash ^ (hash >>> 15)) & (SLOTS - 1);
    }
}
