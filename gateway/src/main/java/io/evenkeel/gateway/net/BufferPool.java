package io.evenkeel.gateway.net;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Direct buffers in three sizes, lent to the connections of one loop and bounded in sum. A
 * connection that waits for nothing holds none. Not thread-safe: one pool per loop.
 *
 * <p>Buffers come cleared, are created on demand and kept for reuse; the memory of a pool never
 * shrinks and never exceeds its limit.
 */
public final class BufferPool {
    /** The sizes lent, in bytes. */
    public static final int SMALL = 4 << 10;

    /** The middle size, in bytes. */
    public static final int MEDIUM = 16 << 10;

    /** The largest size, in bytes: a read of 72 KiB and a head on top of it fit in. */
    public static final int LARGE = 96 << 10;

    private static final int[] SIZES = {SMALL, MEDIUM, LARGE};

    private final long limitBytes;
    private final @Nullable ByteBuffer[][] free = new ByteBuffer[SIZES.length][64];
    private final int[] freeCount = new int[SIZES.length];
    private long createdBytes;
    private long lentBytes;

    /**
     * @param limitBytes the memory that may ever be created
     */
    public BufferPool(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    /**
     * Lends a cleared buffer of at least the capacity asked for.
     *
     * @return null if the capacity exceeds {@link #LARGE} or the limit is reached
     */
    public @Nullable ByteBuffer acquire(int capacityBytes) {
        for (int i = 0; i < SIZES.length; i++) {
            if (SIZES[i] >= capacityBytes) {
                ByteBuffer buffer = take(i);
                if (buffer != null) {
                    lentBytes += SIZES[i];
                    return buffer;
                }
            }
        }
        return null;
    }

    /** Takes back a buffer that this pool lent; it must not be used any more. */
    public void release(ByteBuffer buffer) {
        int capacity = buffer.capacity();
        int i = capacity == SMALL ? 0 : capacity == MEDIUM ? 1 : 2;
        lentBytes -= SIZES[i];
        if (freeCount[i] == free[i].length) {
            free[i] = Arrays.copyOf(free[i], freeCount[i] * 2);
        }
        buffer.clear();
        free[i][freeCount[i]++] = buffer;
    }

    /** Memory lent now, in bytes. */
    public long lentBytes() {
        return lentBytes;
    }

    /** Memory created so far, in bytes. */
    public long createdBytes() {
        return createdBytes;
    }

    private @Nullable ByteBuffer take(int i) {
        if (freeCount[i] > 0) {
            ByteBuffer buffer = free[i][--freeCount[i]];
            free[i][freeCount[i]] = null;
            return buffer;
        }
        if (createdBytes + SIZES[i] > limitBytes) {
            return null;
        }
        createdBytes += SIZES[i];
        return ByteBuffer.allocateDirect(SIZES[i]);
    }
}
