package io.evenkeel.wire.hpack;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The fields of one head in the order they came, in one array of octets: no object for a field. A
 * list is filled again and again; its arrays grow to the largest head seen, within the limit. Names
 * and values are octets without a charset; the methods that make strings are for control paths. Not
 * thread-safe.
 */
public final class FieldList {
    /** What each field counts beyond its octets (RFC 9113, section 6.5.2). */
    public static final int OVERHEAD = DynamicTable.OVERHEAD;

    // Three numbers a field: end of its name, end of its value, whether it must never be indexed.
    private static final int STRIDE = 3;

    private final int limit;
    private byte[] octets = new byte[512];
    private int[] marks = new int[16 * STRIDE];
    private int count;
    private int tail;
    private long size;

    /**
     * A list that holds at most {@code limitBytes}, names and values and {@link #OVERHEAD} each
     * (SETTINGS_MAX_HEADER_LIST_SIZE).
     */
    public FieldList(int limitBytes) {
        limit = limitBytes;
    }

    /** Empties it. */
    public void clear() {
        count = 0;
        tail = 0;
        size = 0;
    }

    /** Number of fields. */
    public int count() {
        return count;
    }

    /** Size in bytes, with {@link #OVERHEAD}, of all that was decoded, kept or not. */
    public long size() {
        return size;
    }

    /** The most that {@link #size} may be. */
    public int limit() {
        return limit;
    }

    /** Whether the head was larger than the limit; fields beyond it are not kept. */
    public boolean tooLarge() {
        return size > limit;
    }

    /** Whether field {@code i} has this name (lower case). */
    public boolean nameIs(int i, String name) {
        return same(nameFrom(i), nameTo(i), name);
    }

    /** Whether field {@code i} has this value, octet for octet. */
    public boolean valueIs(int i, String value) {
        return same(nameTo(i), valueTo(i), value);
    }

    /** The first field of this name (lower case), or -1. */
    public int find(String name) {
        for (int i = 0; i < count; i++) {
            if (nameIs(i, name)) {
                return i;
            }
        }
        return -1;
    }

    /** Octets in the name of field {@code i}. */
    public int nameLength(int i) {
        return nameTo(i) - nameFrom(i);
    }

    /** Octets in the value of field {@code i}. */
    public int valueLength(int i) {
        return valueTo(i) - nameTo(i);
    }

    /** Octet {@code at} of the name, 0 to 255. */
    public int nameAt(int i, int at) {
        return octets[nameFrom(i) + at] & 0xff;
    }

    /** Octet {@code at} of the value, 0 to 255. */
    public int valueAt(int i, int at) {
        return octets[nameTo(i) + at] & 0xff;
    }

    /** Whether every octet of the name is one that {@code allowed}, 256 long, marks. */
    public boolean nameConsistsOf(int i, boolean[] allowed) {
        return consistsOf(nameFrom(i), nameTo(i), allowed);
    }

    /** Whether every octet of the value is one that {@code allowed}, 256 long, marks. */
    public boolean valueConsistsOf(int i, boolean[] allowed) {
        return consistsOf(nameTo(i), valueTo(i), allowed);
    }

    /** Appends the name to {@code out}, which must have {@link #nameLength} of room. */
    public void putName(int i, ByteBuffer out) {
        out.put(octets, nameFrom(i), nameLength(i));
    }

    /** Appends the value to {@code out}, which must have {@link #valueLength} of room. */
    public void putValue(int i, ByteBuffer out) {
        out.put(octets, nameTo(i), valueLength(i));
    }

    /** Whether whoever passes the field on must not index it either (RFC 7541, section 6.2.3). */
    public boolean neverIndexed(int i) {
        return marks[i * STRIDE + 2] != 0;
    }

    /** The name as a string. */
    public String name(int i) {
        return new String(octets, nameFrom(i), nameLength(i), StandardCharsets.ISO_8859_1);
    }

    /** The value as a string, an octet a character. */
    public String value(int i) {
        return new String(octets, nameTo(i), valueLength(i), StandardCharsets.ISO_8859_1);
    }

    /** The array, with room for {@code bytes} behind {@link #tail}. */
    byte[] room(int bytes) {
        if (octets.length - tail < bytes) {
            octets = Arrays.copyOf(octets, Math.max(tail + bytes, 2 * octets.length));
        }
        return octets;
    }

    /** Where the next field's octets go. */
    int tail() {
        return tail;
    }

    /** Keeps the octets behind {@link #tail} as a field, if the limit allows. */
    void commit(int nameLength, int length, boolean neverIndexed) {
        size += length + OVERHEAD;
        if (tooLarge()) {
            return;
        }
        int mark = count * STRIDE;
        if (mark == marks.length) {
            marks = Arrays.copyOf(marks, 2 * marks.length);
        }
        marks[mark] = tail + nameLength;
        marks[mark + 1] = tail + length;
        marks[mark + 2] = neverIndexed ? 1 : 0;
        tail += length;
        count++;
    }

    /** Adds a field of a table; beyond the limit it costs nothing but its being counted. */
    void append(byte[] text, int from, int nameLength, int length) {
        if (size + length + OVERHEAD <= limit) {
            System.arraycopy(text, from, room(length), tail, length);
        }
        commit(nameLength, length, false);
    }

    private boolean consistsOf(int from, int to, boolean[] allowed) {
        for (int i = from; i < to; i++) {
            if (!allowed[octets[i] & 0xff]) {
                return false;
            }
        }
        return true;
    }

    private boolean same(int from, int to, String text) {
        if (to - from != text.length()) {
            return false;
        }
        for (int i = from; i < to; i++) {
            if ((octets[i] & 0xff) != text.charAt(i - from)) {
                return false;
            }
        }
        return true;
    }

    private int nameFrom(int i) {
        return i == 0 ? 0 : marks[i * STRIDE - 2];
    }

    private int nameTo(int i) {
        return marks[i * STRIDE];
    }

    private int valueTo(int i) {
        return marks[i * STRIDE + 1];
    }
}
