package io.evenkeel.gateway.net;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** One end of a connection, and what came of it. */
final class Peer implements ConnectionHandler {
    @SuppressWarnings("NullAway.Init") // set where the connection is made, before anybody asks
    Connection connection;

    int connectedCalls;
    int readableEdges;
    int writableEdges;
    int failedCalls;
    boolean reads = true;
    int lastRead = Connection.AGAIN;
    private final ByteBuffer received = ByteBuffer.allocateDirect(4 << 20);

    @Override
    public void onConnected() {
        connectedCalls++;
    }

    @Override
    public void onReadable() {
        readableEdges++;
        if (reads) {
            readAll();
        }
    }

    @Override
    public void onWritable() {
        writableEdges++;
    }

    @Override
    public void onFailed() {
        failedCalls++;
    }

    void readAll() {
        while (true) {
            int room = received.remaining();
            lastRead = connection.read(received);
            if (lastRead <= 0 || lastRead < room) {
                return;
            }
        }
    }

    int send(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(bytes.length);
        buffer.put(bytes).flip();
        return connection.write(buffer);
    }

    String text() {
        byte[] bytes = new byte[received.position()];
        received.get(0, bytes);
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}
