package io.evenkeel.simulation.net;

import io.evenkeel.gateway.net.Connection;
import io.evenkeel.gateway.net.ConnectionHandler;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One side of a conversation in tests: sends what it is given as room allows, keeps all it reads.
 */
final class Peer implements ConnectionHandler {
    final List<String> events = new ArrayList<>();
    final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private final ByteBuffer scratch;
    private @Nullable Connection connection;
    private ByteBuffer toSend = ByteBuffer.allocate(0);
    private boolean endAfterSending;
    boolean reading = true;

    Peer(int readBytes) {
        scratch = ByteBuffer.allocate(readBytes);
    }

    Peer claim(Connection accepted) {
        connection = accepted;
        pump();
        return this;
    }

    static Peer connect(SimLoop loop, InetSocketAddress to) {
        Peer peer = new Peer(1000);
        peer.connection = loop.connect(to, peer);
        return peer;
    }

    Connection connection() {
        if (connection == null) {
            throw new IllegalStateException("not connected");
        }
        return connection;
    }

    void send(byte[] bytes, boolean end) {
        toSend = ByteBuffer.wrap(bytes);
        endAfterSending = end;
        if (connection != null && connection.local().getPort() != 0) {
            pump();
        }
    }

    void send(String text) {
        send(text.getBytes(StandardCharsets.US_ASCII), false);
    }

    String text() {
        return received.toString(StandardCharsets.US_ASCII);
    }

    void readOn() {
        reading = true;
        onReadable();
    }

    @Override
    public void onConnected() {
        events.add("connected");
        pump();
    }

    @Override
    public void onReadable() {
        events.add("readable");
        while (reading) {
            scratch.clear();
            int n = connection().read(scratch);
            if (n == Connection.AGAIN) {
                return;
            }
            if (n < 0) {
                events.add(n == Connection.EOF ? "end" : "failed " + connection().failure());
                return;
            }
            received.write(scratch.array(), 0, n);
            if (scratch.hasRemaining()) {
                return;
            }
        }
    }

    @Override
    public void onWritable() {
        events.add("writable");
        pump();
    }

    @Override
    public void onFailed() {
        events.add("failed " + connection().failure());
    }

    private void pump() {
        if (toSend.hasRemaining() && connection().write(toSend) < 0) {
            events.add("failed " + connection().failure());
            return;
        }
        if (endAfterSending && !toSend.hasRemaining()) {
            endAfterSending = false;
            connection().shutdownOutput();
        }
    }
}
