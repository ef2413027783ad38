package io.evenkeel.gateway.net;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One stream connection, owned by one loop and used on its thread only.
 *
 * <p>Edge semantics. {@link ConnectionHandler#onReadable} is called when bytes, the peer's end or a
 * failure may be read, and then not again until a read has returned {@link #AGAIN} or fewer bytes
 * than there was room for (that read found the bottom; whatever arrives later is a new edge).
 * {@link ConnectionHandler#onWritable} is called after a write that took less than it was given,
 * once there is room again.
 *
 * <p>After a call returned {@link #FAILED} the handler is not called again; {@link #close} is still
 * the owner's duty. After {@link #close} or {@link #reset} no callback comes and every other call
 * is answered with {@link #FAILED} or has no effect. (Room is left for {@code splice} between two
 * connections of a loop.)
 */
public interface Connection {
    /** Nothing can be read, or taken, now. */
    int AGAIN = 0;

    /** The peer has ended its direction; nothing more will be read. */
    int EOF = -1;

    /** The connection is broken; see {@link #failure}. */
    int FAILED = -2;

    /**
     * Reads into a buffer that has room for at least one byte; direct buffers are the fast ones.
     *
     * @return the number of bytes read, {@link #AGAIN}, {@link #EOF} or {@link #FAILED}
     */
    int read(ByteBuffer into);

    /**
     * Writes from a buffer that holds at least one byte, and moves its position by what was taken.
     *
     * @return the number of bytes taken, {@link #AGAIN} or {@link #FAILED}; after that, what the
     *     peer sent before the break may still be read
     */
    int write(ByteBuffer from);

    /**
     * Writes from several buffers, in order, as one call; empty ones are allowed but not all.
     *
     * @return the number of bytes taken, {@link #AGAIN} or {@link #FAILED}
     */
    long write(ByteBuffer[] from, int offset, int count);

    /** Ends our direction (FIN) after what was written; reading goes on. */
    void shutdownOutput();

    /** Ends both directions in order and forgets the connection. Idempotent. */
    void close();

    /**
     * Breaks the connection (RST), so that the peer can't take it for an orderly end. Idempotent.
     */
    void reset();

    /** Whether it has been neither closed nor reset by us. */
    boolean isOpen();

    /** Replaces the handler, from the next callback on: how a connection changes protocol. */
    void handler(ConnectionHandler handler);

    /** The peer's address: the one connected to, or that of the client. */
    InetSocketAddress remote();

    /** Our own address of this connection; port 0 while not connected. */
    InetSocketAddress local();

    /** Why it failed, or null if it has not. */
    @Nullable NetFailure failure();
}
