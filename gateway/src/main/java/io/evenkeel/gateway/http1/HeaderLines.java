package io.evenkeel.gateway.http1;

import java.util.Arrays;

/**
 * The header lines of one head: four offsets each, relative to the head's start, and what is known
 * of their names. Arrays instead of objects; they grow to the largest head seen and stay.
 */
final class HeaderLines {
    /** A line that Connection names. */
    private static final byte NAMED = 1;

    private static final int SPANS = 4;

    private int[] spans = new int[16 * SPANS];
    private byte[] names = new byte[16];
    private byte[] flags = new byte[16];
    private int count;
    private long seen;

    void reset() {
        count = 0;
        seen = 0;
    }

    int count() {
        return count;
    }

    /** Begins one more line; it counts once {@link #add} is called. */
    void begin(int at) {
        if (count == names.length) {
            names = Arrays.copyOf(names, count * 2);
            flags = Arrays.copyOf(flags, count * 2);
            spans = Arrays.copyOf(spans, count * 2 * SPANS);
        }
        spans[count * SPANS] = at;
        flags[count] = 0;
    }

    void name(int end, FieldName name) {
        spans[count * SPANS + 1] = end;
        names[count] = (byte) name.id();
    }

    void valueBegins(int at) {
        spans[count * SPANS + 2] = at;
    }

    void valueEnds(int at) {
        spans[count * SPANS + 3] = at;
    }

    /** The line begun is complete. Returns its index. */
    int add() {
        return count++;
    }

    /** Notes that a name is there. Returns whether it was before. */
    boolean see(FieldName name) {
        boolean before = seen(name);
        seen |= 1L << name.id();
        return before;
    }

    boolean seen(FieldName name) {
        return (seen & 1L << name.id()) != 0;
    }

    int find(FieldName name, int from) {
        for (int i = from; i < count; i++) {
            if (names[i] == name.id()) {
                return i;
            }
        }
        return -1;
    }

    FieldName fieldName(int index) {
        return FieldName.of(names[index]);
    }

    void markNamed(int index) {
        flags[index] |= NAMED;
    }

    boolean named(int index) {
        return (flags[index] & NAMED) != 0;
    }

    int nameStart(int index) {
        return spans[index * SPANS];
    }

    int nameEnd(int index) {
        return spans[index * SPANS + 1];
    }

    int valueStart(int index) {
        return spans[index * SPANS + 2];
    }

    int valueEnd(int index) {
        return spans[index * SPANS + 3];
    }
}
