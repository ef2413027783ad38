package io.evenkeel.simulation.cast;

import io.evenkeel.gateway.net.Connection;
import io.evenkeel.gateway.net.ConnectionHandler;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP connection of a backend or a client: bytes in become messages, bytes out wait for room.
 */
abstract class Wire implements ConnectionHandler {
    private final ByteBuffer scratch = ByteBuffer.allocate(16 << 10);
    private final ArrayDeque<ByteBuffer> outgoing = new ArrayDeque<>();
    private final HttpReader reader;
    private @Nullable Connection connection;
    private boolean connected;
    private boolean closeWhenSent;

    Wire(boolean readsReplies) {
        reader = new HttpReader(readsReplies);
    }

    final void attach(Connection opened, boolean accepted) {
        connection = opened;
        connected = accepted;
    }

    final Connection connection() {
        Connection attached = connection;
        if (attached == null) {
            throw new IllegalStateException("not attached yet");
        }
        return attached;
    }

    final HttpReader reader() {
        return reader;
    }

    final boolean isOpen() {
        return connection != null && connection.isOpen();
    }

    final void send(byte[] bytes) {
        outgoing.add(ByteBuffer.wrap(bytes));
        flush();
    }

    /** Closes as soon as all is handed to the network. */
    final void closeWhenSent() {
        closeWhenSent = true;
        flush();
    }

    /** A whole message was read. */
    abstract void received(HttpReader.Message message);

    /** Nothing more will come; called once. The connection is still to be closed. */
    abstract void over(boolean inOrder);

    @Override
    public final void onConnected() {
        connected = true;
        flush();
    }

    @Override
    public final void onReadable() {
        while (isOpen()) {
            scratch.clear();
            int n = connection().read(scratch);
            if (n == Connection.AGAIN) {
                return;
            }
            if (n < 0) {
                reader.end();
                deliver();
                if (isOpen()) {
                    over(n == Connection.EOF);
                }
                return;
            }
            scratch.flip();
            reader.add(scratch);
            deliver();
            if (n < scratch.capacity()) {
                return;
            }
        }
    }

    @Override
    public final void onWritable() {
        flush();
    }

    @Override
    public final void onFailed() {
        over(false);
    }

    private void deliver() {
        for (HttpReader.Message m = reader.next(); m != null; m = reader.next()) {
            received(m);
            if (!isOpen()) {
                return;
            }
        }
    }

    private void flush() {
        if (!connected || !isOpen()) {
            return;
        }
        while (!outgoing.isEmpty()) {
            int n = connection().write(outgoing.peek());
            if (n == Connection.FAILED) {
                over(false);
                return;
            }
            if (outgoing.peek().hasRemaining()) {
                return;
            }
            outgoing.remove();
        }
        if (closeWhenSent) {
            connection().close();
        }
    }
}
