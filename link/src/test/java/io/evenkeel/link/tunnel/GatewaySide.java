package io.evenkeel.link.tunnel;

import io.evenkeel.wire.hpack.FieldList;
import io.evenkeel.wire.http2.ErrorCode;
import io.evenkeel.wire.http2.HeadKind;
import io.evenkeel.wire.http2.Http2Connection;
import io.evenkeel.wire.http2.Http2Events;
import io.evenkeel.wire.link.TunnelLimits;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** A gateway in a test: the client of a tunnel, and the two pipes between them. */
final class GatewaySide implements Http2Events, TunnelServer.Owner {
    final Http2Connection http2 = Http2Connection.client(TunnelLimits.ofBackend(), false, this);
    final FakeBackend backend = new FakeBackend();
    final TunnelServer tunnel = new TunnelServer(TunnelLimits.ofBackend(), backend, this);
    final Map<Integer, StringBuilder> replies = new TreeMap<>();
    final StringBuilder lines = new StringBuilder();
    final StringBuilder heard = new StringBuilder();

    /** Whether bodies are consumed as they come. */
    boolean consuming = true;

    int control;
    private final ByteBuffer pipe = ByteBuffer.allocate(64 * 1024);

    /** A tunnel that stands, its first stream open. */
    static GatewaySide linked() {
        GatewaySide side = new GatewaySide();
        side.exchange();
        side.control = side.open("POST", "/link", "link.evenkeel.invalid", false);
        side.exchange();
        return side;
    }

    int open(String method, String path, String authority, boolean end, String... fields) {
        int stream = http2.open();
        replies.put(stream, new StringBuilder());
        http2.field(":method", method);
        http2.field(":scheme", "http");
        http2.field(":authority", authority);
        http2.field(":path", path);
        for (int i = 0; i < fields.length; i += 2) {
            http2.field(fields[i], fields[i + 1]);
        }
        http2.endHead(end);
        return stream;
    }

    int get(String path) {
        int stream = open("GET", path, "shop", true);
        exchange();
        return stream;
    }

    /** Sends as much of a body as there is window for; octets sent. */
    int body(int stream, String text, boolean end) {
        ByteBuffer body = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
        while (true) {
            pipe.clear();
            int count = http2.data(stream, body, end, pipe);
            tunnel.received(pipe.flip(), 1);
            exchange();
            if (count < 0 || !body.hasRemaining()) {
                return body.position();
            }
        }
    }

    String reply(int stream) {
        exchange();
        return at(stream).toString();
    }

    /** Carries what waits both ways until nothing does. */
    void exchange() {
        boolean more = true;
        while (more) {
            pipe.clear();
            http2.flush(pipe);
            more = pipe.position() > 0;
            tunnel.received(pipe.flip(), 1);
            boolean again = true;
            while (again) {
                pipe.clear();
                again = tunnel.write(pipe);
                again &= pipe.position() > 0;
                more |= pipe.position() > 0;
                http2.receive(pipe.flip(), 1);
            }
            backend.made.forEach(FakeBackend.Socket::offer);
        }
    }

    private StringBuilder at(int stream) {
        return replies.computeIfAbsent(stream, any -> new StringBuilder());
    }

    @Override
    public void head(int stream, HeadKind kind, FieldList fields, boolean end) {
        StringBuilder to = at(stream);
        to.append(kind == HeadKind.INFORMATIONAL ? "interim " : "");
        for (int i = 0; i < fields.count(); i++) {
            to.append(fields.name(i)).append('=').append(fields.value(i)).append(' ');
        }
        to.append(end ? "end" : "");
    }

    @Override
    public void data(int stream, ByteBuffer body, boolean end) {
        int count = body.remaining();
        StringBuilder to = stream == control ? lines : at(stream);
        to.append(StandardCharsets.ISO_8859_1.decode(body)).append(end ? " end" : "");
        if (consuming) {
            http2.consumed(stream, count);
        }
    }

    @Override
    public void reset(int stream, ErrorCode code, boolean byPeer, String reason) {
        at(stream).append("reset ").append(code);
    }

    @Override
    public void failed(ErrorCode code, String reason) {
        lines.append("failed ").append(reason);
    }

    @Override
    public void lines(ByteBuffer octets) {
        heard.append(StandardCharsets.ISO_8859_1.decode(octets));
    }

    @Override
    public void touched() {}
}
