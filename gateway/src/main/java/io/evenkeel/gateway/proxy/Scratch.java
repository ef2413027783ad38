package io.evenkeel.gateway.proxy;

import io.evenkeel.gateway.net.BufferPool;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The buffers that a loop works in. Both are empty whenever the loop turns to another connection:
 * what has to outlive the step that read it is copied to a buffer of the pool.
 */
final class Scratch {
    /** What one read takes at most, in bytes: 64 KiB of body and a head fit in. */
    static final int READ_BYTES = 72 << 10;

    /** A buffer without room. */
    static final ByteBuffer EMPTY = ByteBuffer.allocateDirect(0);

    /** What was just read. */
    final ByteBuffer in = ByteBuffer.allocateDirect(READ_BYTES);

    /** Heads and small bodies on their way out: a whole read and a head on top of it fit in. */
    final ByteBuffer out = ByteBuffer.allocateDirect(BufferPool.LARGE);

    /**
     * Adds bytes behind those that {@code held} holds from its position to its limit, moving them
     * to the front or to a larger buffer if need be.
     *
     * @return the buffer that now holds them all, or null if they are too many or there is no
     *     memory left; {@code held} is then released
     */
    static @Nullable ByteBuffer append(BufferPool pool, ByteBuffer held, ByteBuffer more) {
        ByteBuffer target = room(pool, held, more.remaining());
        if (target != null) {
            int from = target.position();
            int end = target.limit();
            target.limit(end + more.remaining()).position(end);
            target.put(more).position(from);
        }
        return target;
    }

    /**
     * Makes room behind what {@code held} holds.
     *
     * @return a buffer with the same content from position to limit, and so many bytes free behind
     *     the limit; or null, with {@code held} released
     */
    static @Nullable ByteBuffer room(BufferPool pool, ByteBuffer held, int bytes) {
        if (held.capacity() - held.limit() >= bytes) {
            return held;
        }
        if (held.capacity() - held.remaining() >= bytes) {
            held.compact().flip();
            return held;
        }
        ByteBuffer larger = pool.acquire(held.remaining() + bytes);
        if (larger != null) {
            larger.put(held).flip();
        }
        pool.release(held);
        return larger;
    }
}
