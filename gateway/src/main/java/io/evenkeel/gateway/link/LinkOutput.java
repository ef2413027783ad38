package io.evenkeel.gateway.link;

import java.nio.ByteBuffer;

/**
 * Bytes of one link that wait to be sent. Bounded; holds no memory while it is empty. Not
 * thread-safe.
 */
final class LinkOutput {
    /** Some lines of the longest kind; a backend that lets more pile up does not read. */
    static final int MOST_BYTES = 256 * 1024;

    private static final byte[] NONE = {};

    private byte[] bytes = NONE;
    private int start;
    private int end;

    /** Appends, or returns false if too much waits already. */
    boolean put(byte[] more) {
        if (end - start + more.length > MOST_BYTES) {
            return false;
        }
        if (start == end) {
            bytes = more;
            start = 0;
            end = more.length;
            return true;
        }
        if (bytes.length - end < more.length) {
            byte[] larger = new byte[Math.max(end - start + more.length, (end - start) * 2)];
            System.arraycopy(bytes, start, larger, 0, end - start);
            bytes = larger;
            end -= start;
            start = 0;
        }
        System.arraycopy(more, 0, bytes, end, more.length);
        end += more.length;
        return true;
    }

    boolean isEmpty() {
        return start == end;
    }

    int size() {
        return end - start;
    }

    /**
     * Copies as much as fits into {@code out}; {@link #sent} says later how much of it went away.
     */
    void copyTo(ByteBuffer out) {
        out.put(bytes, start, Math.min(out.remaining(), end - start));
    }

    void sent(int count) {
        start += count;
        if (start == end) {
            bytes = NONE;
            start = 0;
            end = 0;
        }
    }
}
