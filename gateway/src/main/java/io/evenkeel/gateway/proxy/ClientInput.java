package io.evenkeel.gateway.proxy;

import io.evenkeel.gateway.net.BufferPool;
import io.evenkeel.gateway.net.Connection;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a client sends: reads it piece by piece into the loop's scratch buffer, and keeps one buffer
 * of what was read and isn't used yet: a part of a head, or what follows the request under way.
 * While nothing is kept it holds no buffer.
 */
final class ClientInput {
    /** Nothing can be kept: there is no memory. Beside the codes of {@link Connection#read}. */
    static final int NO_MEMORY = -3;

    private final BufferPool buffers;
    private final Scratch scratch;
    private final Connection connection;

    /** Bytes read and not used yet, from position to limit. */
    private @Nullable ByteBuffer held;

    /** Whether the scanner has seen all of {@link #held} and wants more. */
    private boolean wantsMore;

    private boolean readable;

    ClientInput(BufferPool buffers, Scratch scratch, Connection connection) {
        this.buffers = buffers;
        this.scratch = scratch;
        this.connection = connection;
    }

    /** An edge: there is something to read. */
    void edge() {
        readable = true;
    }

    /** Whether bytes are kept. */
    boolean holds() {
        return held != null;
    }

    /**
     * Bytes of a head to be scanned, in {@link #bytes}: those kept, with more behind them if the
     * scanner has asked for more.
     *
     * @return more than 0 if there are any new ones; else as {@link Connection#read}, or {@link
     *     #NO_MEMORY}
     */
    int headBytes() {
        ByteBuffer in = held;
        if (in == null) {
            return read();
        }
        if (!wantsMore) {
            return in.remaining();
        }
        if (!readable) {
            return Connection.AGAIN;
        }
        in = Scratch.room(buffers, in, 1);
        held = in;
        if (in == null) {
            return NO_MEMORY;
        }
        int from = in.position();
        // No more than a read into the scratch buffer: what goes out gets a head on top.
        in.position(in.limit()).limit(Math.min(in.capacity(), from + Scratch.READ_BYTES));
        int n = readInto(in);
        in.limit(in.position()).position(from);
        return n;
    }

    /** What {@link #headBytes} or {@link #read} brought. */
    ByteBuffer bytes() {
        ByteBuffer in = held;
        return in == null ? scratch.in : in;
    }

    /** Reads into the loop's scratch buffer while nothing is kept. As {@link Connection#read}. */
    int read() {
        ByteBuffer in = scratch.in;
        in.clear();
        int n = readInto(in);
        in.flip();
        return n;
    }

    /** For a tunnel: what is kept, else what comes. As {@link Connection#read}. */
    int readRaw(ByteBuffer into) {
        ByteBuffer first = held;
        if (first != null) {
            int n = first.remaining();
            into.put(first);
            release();
            return n;
        }
        return readInto(into);
    }

    private int readInto(ByteBuffer into) {
        if (!readable) {
            return Connection.AGAIN;
        }
        int room = into.remaining();
        int n = connection.read(into);
        readable = n == room;
        return n;
    }

    /** Keeps all of these bytes: they are the beginning of a head. False if there is no memory. */
    boolean keepForMore(ByteBuffer in) {
        wantsMore = true;
        return hold(in);
    }

    /** Keeps what is left of these bytes for later. False if there is no memory. */
    boolean keep(ByteBuffer in) {
        wantsMore = false;
        return hold(in);
    }

    /** Keeps what a buffer still holds; the buffer may be the one held already. */
    @SuppressWarnings("ReferenceEquality") // the very buffer, not one of equal content
    private boolean hold(ByteBuffer in) {
        if (in == held) {
            if (!in.hasRemaining()) {
                release();
            }
            return true;
        }
        if (!in.hasRemaining()) {
            return true;
        }
        ByteBuffer kept = buffers.acquire(in.remaining());
        if (kept == null) {
            return false;
        }
        held = kept.put(in).flip();
        return true;
    }

    /** Forgets what is kept. */
    void release() {
        if (held != null) {
            buffers.release(held);
            held = null;
        }
    }
}
