package io.evenkeel.wire.http2;

import io.evenkeel.wire.hpack.FieldList;
import io.evenkeel.wire.hpack.HpackDecoder;
import io.evenkeel.wire.hpack.HpackException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** One connection under test: what it said to its owner, and what it wrote. */
final class Rig implements Http2Events {
    final Http2Connection connection;
    final List<String> events = new ArrayList<>();

    /** Whether octets are consumed as they come. */
    boolean consuming = true;

    /** Run within the event of a reset. */
    Runnable onReset = () -> {};

    long nowNanos = 1;
    private final HpackDecoder decoder = new HpackDecoder(4_096, 1 << 20);

    private Rig(boolean client, Http2Limits limits) {
        connection =
                client
                        ? Http2Connection.client(limits, false, this)
                        : Http2Connection.server(limits, false, this);
    }

    /** A server whose peer has said hello; what it wrote so far is gone. */
    static Rig server(Http2Limits limits) {
        Rig rig = new Rig(false, limits);
        rig.in(Raw.PREFACE, Raw.SETTINGS);
        rig.events.clear();
        rig.written();
        return rig;
    }

    /** A client with a request of this method on stream 1. */
    static Rig client(Http2Limits limits, String method, boolean end) {
        Rig rig = new Rig(true, limits);
        rig.in(Raw.SETTINGS);
        rig.events.clear();
        rig.request(method, end);
        rig.written();
        return rig;
    }

    static Rig fresh(boolean client) {
        return new Rig(client, Http2Limits.DEFAULT);
    }

    int request(String method, boolean end) {
        int stream = connection.open();
        if (stream != 0) {
            connection.field(":method", method);
            connection.field(":scheme", "http");
            connection.field(":path", "/");
            connection.endHead(end);
        }
        return stream;
    }

    void respond(int stream, boolean end) {
        if (connection.beginHead(stream)) {
            connection.field(":status", "200");
            connection.endHead(end);
        }
    }

    void in(byte[]... parts) {
        ByteBuffer in = ByteBuffer.wrap(Raw.join(parts));
        connection.receive(in, nowNanos);
    }

    /** Frames written since the last call, a line each. */
    List<String> written() {
        ByteBuffer out = ByteBuffer.allocate(1 << 20);
        connection.flush(out);
        return frames(out.flip());
    }

    List<String> frames(ByteBuffer out) {
        List<String> frames = new ArrayList<>();
        if (out.remaining() >= Raw.PREFACE.length && out.get(out.position()) == 'P') {
            frames.add("preface");
            out.position(out.position() + Raw.PREFACE.length);
        }
        while (out.hasRemaining()) {
            int length = out.getInt() >>> 8;
            int type = out.get(out.position() - 1);
            int flags = out.get();
            int stream = out.getInt();
            int from = out.position();
            frames.add(frame(type, flags, stream, out, from, from + length));
            out.position(from + length);
        }
        return frames;
    }

    private String frame(int type, int flags, int stream, ByteBuffer out, int from, int to) {
        String end = (flags & Frames.END_STREAM) != 0 ? " end" : "";
        return switch (type) {
            case Frames.DATA -> "DATA " + stream + " " + (to - from) + end;
            case Frames.HEADERS -> "HEADERS " + stream + " " + decoded(out, from, to) + end;
            case Frames.RST_STREAM -> "RST_STREAM " + stream + " " + ErrorCode.of(out.getInt(from));
            case Frames.SETTINGS -> flags == 0 ? "SETTINGS" : "SETTINGS ack";
            case Frames.PING -> (flags == 0 ? "PING " : "PING ack ") + out.getLong(from);
            case Frames.GOAWAY ->
                    "GOAWAY " + out.getInt(from) + " " + ErrorCode.of(out.getInt(from + 4));
            case Frames.WINDOW_UPDATE -> "WINDOW_UPDATE " + stream + " " + out.getInt(from);
            default -> "type " + type;
        };
    }

    private String decoded(ByteBuffer out, int from, int to) {
        FieldList fields = new FieldList(1 << 20);
        try {
            decoder.decode(out, from, to, fields);
        } catch (HpackException broken) {
            throw new AssertionError(broken);
        }
        return text(fields);
    }

    static String text(FieldList fields) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < fields.count(); i++) {
            lines.add(fields.name(i) + ": " + fields.value(i));
        }
        return lines.toString();
    }

    @Override
    public void head(int stream, HeadKind kind, FieldList fields, boolean end) {
        events.add(kind + " " + stream + " " + text(fields) + (end ? " end" : ""));
    }

    @Override
    public void data(int stream, ByteBuffer body, boolean end) {
        int bytes = body.remaining();
        // Pieces depend on how the input is cut; what is compared must not.
        String last = events.isEmpty() ? "" : events.get(events.size() - 1);
        if (last.startsWith("data " + stream + " ") && !last.endsWith("end")) {
            events.remove(events.size() - 1);
            bytes += Integer.parseInt(last.split(" ", -1)[2]);
        }
        events.add("data " + stream + " " + bytes + (end ? " end" : ""));
        if (consuming) {
            connection.consumed(stream, body.remaining());
        }
    }

    @Override
    public void reset(int stream, ErrorCode code, boolean byPeer, String reason) {
        events.add("reset " + stream + " " + code + (byPeer ? " by peer" : ": " + reason));
        onReset.run();
    }

    @Override
    public void writable(int stream) {
        events.add("writable " + stream);
    }

    @Override
    public void settings() {
        events.add("settings");
    }

    @Override
    public void pong(long payload) {
        events.add("pong " + payload);
    }

    @Override
    public void goAway(ErrorCode code, String reason) {
        events.add("goAway " + code);
    }

    @Override
    public void failed(ErrorCode code, String reason) {
        events.add("failed " + code + ": " + reason);
    }
}
