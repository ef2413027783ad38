package io.evenkeel.gateway.net.epoll;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Where direct buffers lie. The API tells only by making an object each time; the buffers of a loop
 * are few and come again, so what it said is kept. A buffer that shares its place with another is
 * asked about anew. Holds on to as many buffers as it has places. Not thread-safe.
 */
final class BufferAddresses {
    private static final int PLACES = 4096;

    private final @Nullable ByteBuffer[] buffers = new @Nullable ByteBuffer[PLACES];
    private final long[] addresses = new long[PLACES];

    /** The address of the byte at the buffer's position. */
    @SuppressWarnings("ReferenceEquality") // the object, whatever it holds
    long of(ByteBuffer direct) {
        int place = System.identityHashCode(direct) & (PLACES - 1);
        if (buffers[place] != direct) {
            addresses[place] = MemorySegment.ofBuffer(direct).address() - direct.position();
            buffers[place] = direct;
        }
        return addresses[place] + direct.position();
    }
}
