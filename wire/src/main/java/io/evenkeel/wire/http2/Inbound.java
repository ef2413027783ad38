package io.evenkeel.wire.http2;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Judges frames (RFC 9113, section 6) and turns them into events. */
final class Inbound implements FrameReader.Sink {
    private static final int MOST_REASON_BYTES = 200;

    private final ConnectionState state;
    private final InboundHeads heads;
    private final FrameReader reader;
    private boolean settingsSeen;
    private boolean settingsAcknowledged;

    /** Stream of the DATA frame that comes in, 0: nobody's. */
    private int dataStream;

    private boolean dataEnds;

    Inbound(ConnectionState state) {
        this.state = state;
        heads = new InboundHeads(state);
        reader = new FrameReader(this, !state.client);
    }

    /** Reads all of {@code in}; after a fault the rest is of no use. */
    void read(ByteBuffer in) {
        int end = in.limit();
        if (!state.failed()) {
            try {
                reader.read(in);
            } catch (ConnectionFault fault) {
                state.fail(fault.code(), String.valueOf(fault.getMessage()));
            }
        }
        in.limit(end).position(end);
    }

    boolean settingsAcknowledged() {
        return settingsAcknowledged;
    }

    @Override
    public void header(int type, int flags, int stream, int length) throws ConnectionFault {
        if (length > Frames.FRAME_BYTES) {
            throw new ConnectionFault(
                    ErrorCode.FRAME_SIZE_ERROR,
                    "frame: %d octets (limit: %d)".formatted(length, Frames.FRAME_BYTES));
        }
        if (!settingsSeen && (type != Frames.SETTINGS || (flags & Frames.ACK) != 0)) {
            throw protocol("the first frame is not SETTINGS");
        }
        if (heads.within() ? type != Frames.CONTINUATION : type == Frames.CONTINUATION) {
            throw protocol("CONTINUATION missing or out of place");
        }
    }

    @Override
    public void frame(int type, int flags, int stream, ByteBuffer in, int from, int to)
            throws ConnectionFault {
        int length = to - from;
        switch (type) {
            case Frames.HEADERS -> heads.headers(flags, stream, in, from, to);
            case Frames.CONTINUATION -> heads.continuation(flags, stream, in, from, to);
            case Frames.PRIORITY -> priority(stream, length);
            case Frames.RST_STREAM -> reset(stream, length, in, from);
            case Frames.SETTINGS -> settings(flags, stream, in, from, to);
            case Frames.PUSH_PROMISE -> throw protocol("PUSH_PROMISE: push is off");
            case Frames.PING -> ping(flags, stream, length, in, from);
            case Frames.GOAWAY -> goAway(stream, length, in, from);
            case Frames.WINDOW_UPDATE -> windowUpdate(stream, length, in, from);
            default -> state.chatter("unknown frames");
        }
    }

    @Override
    public void dataBegins(int flags, int id, int body, int padding) throws ConnectionFault {
        if (id == 0) {
            throw protocol("DATA on stream 0");
        }
        int total = body + padding;
        if (total > state.receiveWindow) {
            throw new ConnectionFault(
                    ErrorCode.FLOW_CONTROL_ERROR,
                    "DATA: %d octets (window: %d)".formatted(total, state.receiveWindow));
        }
        state.receiveWindow -= total;
        state.giveBack(padding);
        dataEnds = (flags & Frames.END_STREAM) != 0;
        if (body == 0 && !dataEnds) {
            state.chatter("DATA without octets");
        }
        Http2Stream stream = state.streams.find(id);
        if (stream == null || stream.ended()) {
            heads.closed(id, "DATA", total);
            dataStream = 0;
        } else {
            dataStream = admit(stream, body, padding) ? id : 0;
        }
    }

    private boolean admit(Http2Stream stream, int body, int padding) throws ConnectionFault {
        int id = stream.id;
        if (stream.remoteEnded) {
            state.streamError(id, stream, ErrorCode.STREAM_CLOSED, "DATA behind the end");
        } else if (!stream.headSeen) {
            state.streamError(id, stream, ErrorCode.PROTOCOL_ERROR, "DATA before the head");
        } else if (body + padding > stream.receiveWindow) {
            state.streamError(id, stream, ErrorCode.FLOW_CONTROL_ERROR, "DATA beyond the window");
        } else if (stream.promised >= 0 && stream.received + body > stream.promised) {
            state.streamError(
                    id, stream, ErrorCode.PROTOCOL_ERROR, "more octets than content-length");
        } else {
            stream.receiveWindow -= body + padding;
            stream.received += body;
            state.giveBack(stream, padding);
            return true;
        }
        return false;
    }

    @Override
    public void data(ByteBuffer in, boolean last) throws ConnectionFault {
        int bytes = in.remaining();
        Http2Stream stream = dataStream == 0 ? null : state.streams.find(dataStream);
        if (stream == null) {
            // Reset meanwhile, or never ours.
            state.giveBack(bytes);
            return;
        }
        boolean end = last && dataEnds;
        if (end && stream.brokePromise()) {
            state.giveBack(bytes);
            state.streamError(
                    stream.id,
                    stream,
                    ErrorCode.PROTOCOL_ERROR,
                    "fewer octets than content-length");
            return;
        }
        if (bytes == 0 && !end) {
            return;
        }
        stream.unconsumed += bytes;
        stream.remoteEnded = end;
        state.events.data(dataStream, in, end);
        if (end) {
            state.finished(dataStream);
        }
    }

    private void priority(int id, int length) throws ConnectionFault {
        if (id == 0) {
            throw protocol("PRIORITY on stream 0");
        }
        size("PRIORITY", length, length == 5);
        state.chatter("PRIORITY");
    }

    private void reset(int id, int length, ByteBuffer in, int from) throws ConnectionFault {
        size("RST_STREAM", length, length == 4);
        Http2Stream stream = known(id, "RST_STREAM");
        if (stream == null) {
            state.stray(0);
            return;
        }
        state.cutShort();
        state.over(stream, ErrorCode.of(in.getInt(from)), true, "reset by peer");
    }

    private void settings(int flags, int id, ByteBuffer in, int from, int to)
            throws ConnectionFault {
        if (id != 0) {
            throw protocol("SETTINGS on a stream");
        }
        state.chatter("SETTINGS");
        int length = to - from;
        if ((flags & Frames.ACK) != 0) {
            size("SETTINGS", length, length == 0);
            settingsAcknowledged = true;
            return;
        }
        size("SETTINGS", length, length % 6 == 0);
        if (!settingsSeen) {
            settingsSeen = true;
            // Unlimited unless it says otherwise.
            state.peer.concurrentStreams = Integer.MAX_VALUE;
        }
        int before = state.peer.window;
        state.peer.apply(in, from, to, state.client);
        state.encoder.allow(state.peer.headerTable);
        state.out.settingsAck();
        if (state.peer.window != before) {
            moveWindows(state.peer.window - before);
        }
        state.events.settings();
    }

    /** The initial window changed, and with it that of every stream (section 6.9.2). */
    private void moveWindows(int by) throws ConnectionFault {
        int[] ids = state.streams.ids();
        for (int id : ids) {
            Http2Stream stream = state.streams.find(id);
            if (stream != null && !stream.localEnded) {
                long window = (long) stream.sendWindow + by;
                if (window > Integer.MAX_VALUE) {
                    throw new ConnectionFault(
                            ErrorCode.FLOW_CONTROL_ERROR,
                            "SETTINGS: window of stream %d: %d".formatted(id, window));
                }
                stream.sendWindow = (int) window;
            }
        }
        for (int id : ids) {
            Http2Stream stream = state.streams.find(id);
            if (stream != null) {
                unblock(stream);
            }
        }
    }

    private void unblock(Http2Stream stream) {
        if (stream.blocked && stream.sendWindow > 0) {
            stream.blocked = false;
            state.events.writable(stream.id);
        }
    }

    private void ping(int flags, int id, int length, ByteBuffer in, int from)
            throws ConnectionFault {
        if (id != 0) {
            throw protocol("PING on a stream");
        }
        size("PING", length, length == 8);
        state.chatter("PING");
        if ((flags & Frames.ACK) != 0) {
            state.events.pong(in.getLong(from));
        } else {
            state.out.pingAck(in.getLong(from));
        }
    }

    private void goAway(int id, int length, ByteBuffer in, int from) throws ConnectionFault {
        if (id != 0) {
            throw protocol("GOAWAY on a stream");
        }
        size("GOAWAY", length, length >= 8);
        state.chatter("GOAWAY");
        byte[] reason = new byte[Math.min(length - 8, MOST_REASON_BYTES)];
        in.get(from + 8, reason);
        ErrorCode code = ErrorCode.of(in.getInt(from + 4));
        state.peerGoesAway(in.getInt(from) & 0x7fffffff);
        state.events.goAway(code, new String(reason, StandardCharsets.UTF_8));
    }

    private void windowUpdate(int id, int length, ByteBuffer in, int from) throws ConnectionFault {
        size("WINDOW_UPDATE", length, length == 4);
        int more = in.getInt(from) & 0x7fffffff;
        state.credited();
        if (id == 0) {
            widen(more);
            return;
        }
        Http2Stream stream = known(id, "WINDOW_UPDATE");
        if (stream == null) {
            return;
        }
        if (more == 0) {
            state.streamError(id, stream, ErrorCode.PROTOCOL_ERROR, "WINDOW_UPDATE of 0");
        } else if ((long) stream.sendWindow + more > Integer.MAX_VALUE) {
            state.streamError(id, stream, ErrorCode.FLOW_CONTROL_ERROR, "window above 2^31 - 1");
        } else {
            stream.sendWindow += more;
            unblock(stream);
        }
    }

    private void widen(int more) throws ConnectionFault {
        if (more == 0) {
            throw protocol("WINDOW_UPDATE of 0");
        }
        long window = (long) state.sendWindow + more;
        if (window > Integer.MAX_VALUE) {
            throw new ConnectionFault(
                    ErrorCode.FLOW_CONTROL_ERROR, "window of the connection: " + window);
        }
        boolean shut = state.sendWindow == 0;
        state.sendWindow = (int) window;
        if (shut) {
            state.events.writable(0);
        }
    }

    /** The stream, or null if it is closed; an idle one is an error. */
    private @Nullable Http2Stream known(int id, String frame) throws ConnectionFault {
        if (id == 0 || state.idle(id)) {
            throw protocol(frame + " on stream " + id + ", which is idle");
        }
        Http2Stream stream = state.streams.find(id);
        return stream == null || stream.ended() ? null : stream;
    }

    private static void size(String frame, int length, boolean right) throws ConnectionFault {
        if (!right) {
            throw new ConnectionFault(
                    ErrorCode.FRAME_SIZE_ERROR, "%s: %d octets".formatted(frame, length));
        }
    }

    static ConnectionFault protocol(String what) {
        return new ConnectionFault(ErrorCode.PROTOCOL_ERROR, what);
    }
}
