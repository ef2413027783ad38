package io.evenkeel.app.link;

import io.evenkeel.wire.hpack.FieldList;
import io.evenkeel.wire.http2.ErrorCode;
import io.evenkeel.wire.http2.HeadKind;
import io.evenkeel.wire.http2.Http2Connection;
import io.evenkeel.wire.http2.Http2Events;
import io.evenkeel.wire.link.TunnelLimits;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** A backend's end of a tunnel, step by step: notes what the gateway does, in order. */
final class TunnelByHand implements AutoCloseable, Http2Events {
    final Http2Connection http2 = Http2Connection.server(TunnelLimits.ofBackend(), false, this);
    final List<String> events = new ArrayList<>();
    private final Socket socket;
    private final byte[] read = new byte[64 * 1024];
    private boolean ended;

    /** On a connection whose registration has been answered by 101, up to the empty line. */
    TunnelByHand(Socket socket) {
        this.socket = socket;
    }

    /** Takes what comes until this holds; what is to be said is said. */
    void until(BooleanSupplier condition) throws IOException {
        write(ByteBuffer.allocate(0));
        while (!condition.getAsBoolean()) {
            if (ended) {
                throw new AssertionError("ended; events " + events);
            }
            int count = socket.getInputStream().read(read);
            if (count < 0) {
                ended = true;
                events.add("end");
            } else {
                http2.receive(ByteBuffer.wrap(read, 0, count), 1);
                write(ByteBuffer.allocate(0));
            }
        }
    }

    boolean saw(String start) {
        return events.stream().anyMatch(event -> event.startsWith(start));
    }

    /** Answers a request, whole. */
    void reply(int stream, String body) throws IOException {
        http2.beginHead(stream);
        http2.field(":status", "200");
        http2.endHead(false);
        ByteBuffer out = ByteBuffer.allocate(64 * 1024);
        ByteBuffer octets = ByteBuffer.wrap(body.getBytes(StandardCharsets.US_ASCII));
        if (http2.data(stream, octets, true, out) < 0) {
            throw new AssertionError("stream " + stream + " takes nothing; events " + events);
        }
        write(out.flip());
    }

    /** Sends a line of the link. */
    void say(String line) throws IOException {
        ByteBuffer out = ByteBuffer.allocate(64 * 1024);
        ByteBuffer octets = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
        if (http2.data(1, octets, false, out) < 0) {
            throw new AssertionError("the first stream takes nothing; events " + events);
        }
        write(out.flip());
    }

    private void write(ByteBuffer first) throws IOException {
        ByteBuffer out = ByteBuffer.allocate(64 * 1024).put(first);
        boolean ignored = http2.flush(out);
        socket.getOutputStream().write(out.array(), 0, out.position());
    }

    @Override
    public void head(int stream, HeadKind kind, FieldList fields, boolean end) {
        events.add("head " + stream + " " + fields.value(fields.find(":path")));
        if (stream == 1) {
            http2.beginHead(1);
            http2.field(":status", "200");
            http2.endHead(false);
        }
    }

    @Override
    public void data(int stream, ByteBuffer body, boolean end) {
        int count = body.remaining();
        events.add("data " + stream + " " + StandardCharsets.UTF_8.decode(body));
        http2.consumed(stream, count);
    }

    @Override
    public void reset(int stream, ErrorCode code, boolean byPeer, String reason) {
        events.add("reset " + stream + " " + code);
    }

    @Override
    public void goAway(ErrorCode code, String reason) {
        events.add("goAway " + code);
    }

    @Override
    public void failed(ErrorCode code, String reason) {
        events.add("failed " + code + " " + reason);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
