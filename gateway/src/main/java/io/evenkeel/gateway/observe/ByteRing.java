package io.evenkeel.gateway.observe;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/** A bounded queue of bytes between one writing thread and one reading thread, without locks. */
final class ByteRing {
    private static final VarHandle WRITTEN;
    private static final VarHandle READ;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            WRITTEN = lookup.findVarHandle(ByteRing.class, "written", long.class);
            READ = lookup.findVarHandle(ByteRing.class, "read", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final ByteBuffer bytes;
    private final ByteBuffer view;
    private final int mask;

    @SuppressWarnings("UnusedVariable") // by WRITTEN
    private long written;

    @SuppressWarnings("UnusedVariable") // by READ
    private long read;

    /**
     * @param capacity in bytes, a power of two
     */
    ByteRing(int capacity) {
        if (Integer.bitCount(capacity) != 1) {
            throw new IllegalArgumentException(
                    "capacity: " + capacity + " (expected: a power of two)");
        }
        this.bytes = ByteBuffer.allocateDirect(capacity);
        this.view = bytes.duplicate();
        this.mask = capacity - 1;
    }

    /** Adds all bytes between position and limit of {@code line}, or none. The writer only. */
    boolean offer(ByteBuffer line) {
        int length = line.remaining();
        long to = written;
        if (to + length - (long) READ.getAcquire(this) > bytes.capacity()) {
            return false;
        }
        int at = (int) to & mask;
        int first = Math.min(length, bytes.capacity() - at);
        bytes.put(at, line, line.position(), first);
        bytes.put(0, line, line.position() + first, length - first);
        WRITTEN.setRelease(this, to + length);
        return true;
    }

    /** Returns the bytes at hand up to the ring's seam, maybe none. The reader only. */
    ByteBuffer peek() {
        long from = read;
        int length = (int) ((long) WRITTEN.getAcquire(this) - from);
        int at = (int) from & mask;
        return view.clear().position(at).limit(at + Math.min(length, bytes.capacity() - at));
    }

    /** Frees bytes that {@link #peek} returned. The reader only. */
    void consume(int length) {
        READ.setRelease(this, read + length);
    }
}
