package io.evenkeel.gateway.tunnel;

import java.nio.ByteBuffer;

/** Octets on their way from one thread to one other, a bounded number of them. */
final class OctetRing {
    static final int BYTES = 32 * 1024;
    private static final int MASK = BYTES - 1;

    private final byte[] octets = new byte[BYTES];

    /** Octets ever taken; of the reader. */
    private volatile long head;

    /** Octets ever put; of the writer. */
    private volatile long tail;

    boolean isEmpty() {
        return head == tail;
    }

    boolean isFull() {
        return tail - head == BYTES;
    }

    /** Takes as much of {@code from} as there is room for; the writer's thread. */
    int put(ByteBuffer from) {
        long at = tail;
        int count = (int) Math.min(from.remaining(), BYTES - (at - head));
        int start = (int) at & MASK;
        int first = Math.min(count, BYTES - start);
        from.get(octets, start, first);
        from.get(octets, 0, count - first);
        tail = at + count;
        return count;
    }

    /** Puts as much into {@code into} as it has room for; the reader's thread. */
    int take(ByteBuffer into) {
        long at = head;
        int count = (int) Math.min(into.remaining(), tail - at);
        int start = (int) at & MASK;
        int first = Math.min(count, BYTES - start);
        into.put(octets, start, first);
        into.put(octets, 0, count - first);
        head = at + count;
        return count;
    }
}
