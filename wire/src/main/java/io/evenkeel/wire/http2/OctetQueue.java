package io.evenkeel.wire.http2;

import java.nio.ByteBuffer;

/**
 * Octets that wait to be written, in order; grows to what its owner lets wait, and holds little
 * memory while it is empty. Not thread-safe.
 */
public final class OctetQueue {
    private static final byte[] NONE = {};

    /** Begins with this much, and keeps as much when it is empty: a head, not a body. */
    private static final int LEAST_BYTES = 512;

    private byte[] octets = NONE;
    private int from;
    private int to;

    /** Whether nothing waits. */
    public boolean isEmpty() {
        return from == to;
    }

    /** How many wait. */
    public int size() {
        return to - from;
    }

    /** Forgets them. */
    public void clear() {
        if (octets.length > LEAST_BYTES) {
            octets = NONE;
        }
        from = 0;
        to = 0;
    }

    /** Appends all of it. */
    public void put(byte[] more) {
        reserve(more.length);
        System.arraycopy(more, 0, octets, to, more.length);
        to += more.length;
    }

    /** Appends all between position and limit. */
    public void put(ByteBuffer more) {
        int count = more.remaining();
        reserve(count);
        more.get(octets, to, count);
        to += count;
    }

    private void reserve(int count) {
        if (octets.length - to >= count) {
            return;
        }
        int size = to - from;
        byte[] larger = octets;
        if (size + count > octets.length / 2) {
            int twice = Math.max(size + count, Math.min(2 * size, 1 << 20));
            larger = new byte[Math.max(LEAST_BYTES, twice)];
        }
        System.arraycopy(octets, from, larger, 0, size);
        octets = larger;
        from = 0;
        to = size;
    }

    /** What waits, as far as the caller has use for it; {@link #taken} says how far that was. */
    public ByteBuffer view() {
        return ByteBuffer.wrap(octets, from, to - from);
    }

    /** So many of them are written. */
    public void taken(int count) {
        from += count;
        if (from == to) {
            clear();
        }
    }
}
