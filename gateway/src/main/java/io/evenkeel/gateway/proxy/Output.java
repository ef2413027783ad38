package io.evenkeel.gateway.proxy;

import io.evenkeel.gateway.net.BufferPool;
import io.evenkeel.gateway.net.Connection;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What is on its way out on one connection. A write goes straight to the connection; only what it
 * did not take is copied into a buffer of the pool, which is lent until it is drained. Whoever
 * produces the bytes stops while something is {@link #pending}.
 */
final class Output {
    private final BufferPool pool;
    private final Connection connection;
    private final ByteBuffer[] pair = new ByteBuffer[2];
    private @Nullable ByteBuffer pending;
    private boolean failed;

    Output(BufferPool pool, Connection connection) {
        this.pool = pool;
        this.connection = connection;
        pair[0] = Scratch.EMPTY;
        pair[1] = Scratch.EMPTY;
    }

    /** Whether bytes wait for room. */
    boolean pending() {
        return pending != null;
    }

    /** Whether the connection broke, or there was no memory to hold what it didn't take. */
    boolean failed() {
        return failed;
    }

    /** Sends what a buffer holds; all of it is taken or kept. */
    void write(ByteBuffer from) {
        if (failed || !from.hasRemaining()) {
            return;
        }
        if (pending == null && connection.write(from) == Connection.FAILED) {
            fail();
            return;
        }
        keep(from);
    }

    /** Sends what two buffers hold, as one call. */
    void write(ByteBuffer first, ByteBuffer second) {
        if (!second.hasRemaining()) {
            write(first);
            return;
        }
        if (!first.hasRemaining()) {
            write(second);
            return;
        }
        if (failed) {
            return;
        }
        if (pending == null) {
            pair[0] = first;
            pair[1] = second;
            long n = connection.write(pair, 0, 2);
            pair[0] = Scratch.EMPTY;
            pair[1] = Scratch.EMPTY;
            if (n == Connection.FAILED) {
                fail();
                return;
            }
        }
        keep(first);
        keep(second);
    }

    /** There is room again. Returns whether anything was taken. */
    boolean drain() {
        ByteBuffer waiting = pending;
        if (waiting == null || failed) {
            return false;
        }
        int n = connection.write(waiting);
        if (n == Connection.FAILED) {
            fail();
            return false;
        }
        if (!waiting.hasRemaining()) {
            release();
        }
        return n > 0;
    }

    /** Forgets what is pending. */
    void release() {
        if (pending != null) {
            pool.release(pending);
            pending = null;
        }
    }

    private void keep(ByteBuffer from) {
        int left = from.remaining();
        if (left == 0 || failed) {
            return;
        }
        ByteBuffer waiting = pending;
        if (waiting == null) {
            waiting = pool.acquire(left);
            if (waiting == null) {
                fail();
                return;
            }
            waiting.put(from).flip();
        } else {
            waiting = Scratch.append(pool, waiting, from);
            if (waiting == null) {
                pending = null;
                fail();
                return;
            }
        }
        pending = waiting;
    }

    private void fail() {
        failed = true;
        release();
    }
}
