package io.evenkeel.link.tunnel;

import io.evenkeel.wire.http2.ErrorCode;
import io.evenkeel.wire.http2.Http2Connection;
import io.evenkeel.wire.http2.OctetQueue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One request of a tunnel on its way to the program behind, and the reply on its way back. Nothing
 * is read of either side that the other has not taken, but for one buffer of the reply and the
 * window of the request's body. Sans-IO.
 */
final class Forward implements Backend.Listener {
    private static final int REPLY_BYTES = 16 * 1024;
    private static final byte[] LAST_CHUNK = ascii("0\r\n\r\n");
    private static final byte[] CRLF = ascii("\r\n");

    private final TunnelServer tunnel;
    private final Http2Connection http2;
    private final int stream;
    private final RequestHead head;
    private final ResponseReader reader;
    private final OctetQueue out = new OctetQueue();
    private final ByteBuffer in = ByteBuffer.allocate(REPLY_BYTES).limit(0);
    private Backend.@Nullable Wire wire;
    private boolean connected;
    private boolean requestDone;
    private int owed;
    private boolean headSent;
    private boolean wireEnded;

    /** Whether the program takes no more of the request. */
    private boolean brokenOff;

    private boolean over;

    Forward(TunnelServer tunnel, Http2Connection http2, int stream, RequestHead head, boolean end) {
        this.tunnel = tunnel;
        this.http2 = http2;
        this.stream = stream;
        this.head = head;
        reader = new ResponseReader(head.head());
        requestDone = end;
        out.put(head.octets());
    }

    int stream() {
        return stream;
    }

    /** Whether the reply's head has been passed on. */
    boolean replies() {
        return headSent && !over;
    }

    /** Takes a connection; the stream is refused, and so may be repeated, if there is none. */
    void begin(boolean fresh) {
        Backend.Wire taken = tunnel.backend().lease(this, fresh);
        wire = taken;
        if (taken == null) {
            fail(ErrorCode.REFUSED_STREAM);
        } else if (taken.reused()) {
            connected();
        }
    }

    /** A piece of the request's body. */
    void body(ByteBuffer piece, boolean end) {
        int bytes = piece.remaining();
        if (brokenOff) {
            http2.consumed(stream, bytes);
            return;
        }
        if (bytes > 0) {
            if (head.chunked()) {
                out.put(ascii(Integer.toHexString(bytes) + "\r\n"));
                out.put(piece);
                out.put(CRLF);
            } else {
                out.put(piece);
            }
            owed += bytes;
        }
        if (end) {
            ended();
        }
        send();
    }

    /** The request ends; trailers, if that is what ended it, are not passed on. */
    void ended() {
        if (!requestDone) {
            requestDone = true;
            if (head.chunked()) {
                out.put(LAST_CHUNK);
            }
        }
    }

    /** Sends what waits, now that the request has ended by trailers. */
    void flush() {
        send();
    }

    @Override
    public void connected() {
        connected = true;
        send();
        listen();
    }

    @Override
    public void refused() {
        wire = null;
        fail(ErrorCode.REFUSED_STREAM);
    }

    @Override
    public void writable() {
        send();
    }

    @Override
    public void readable() {
        read();
    }

    /** The gateway takes no more of this stream: the program is to notice. */
    void cancelled() {
        over = true;
        Backend.Wire open = wire;
        wire = null;
        if (open != null) {
            open.discard(true);
        }
    }

    private void send() {
        Backend.Wire open = wire;
        if (open == null || !connected) {
            return;
        }
        if (!out.isEmpty() && !written(open)) {
            unheard(open);
            return;
        }
        if (out.isEmpty() && owed > 0) {
            http2.consumed(stream, owed);
            owed = 0;
            tunnel.touched();
        }
        listen();
    }

    /** Writes as much as is taken; false: the connection is broken. */
    private boolean written(Backend.Wire open) {
        while (!out.isEmpty()) {
            int count = open.write(out.view());
            if (count == Backend.Wire.ENDED) {
                return false;
            } else if (count == 0) {
                return true;
            }
            out.taken(count);
        }
        return true;
    }

    /** It takes nothing more, but may have said why before it closed. */
    private void unheard(Backend.Wire open) {
        out.clear();
        brokenOff = true;
        if (owed > 0) {
            http2.consumed(stream, owed);
            owed = 0;
        }
        if (!in.hasRemaining()) {
            wireEnded |= fillFrom(open) <= 0;
            advance();
        }
        tunnel.touched();
    }

    private void listen() {
        Backend.Wire open = wire;
        if (open != null && connected) {
            open.wants(!in.hasRemaining() && !wireEnded, !out.isEmpty());
        }
    }

    private int fillFrom(Backend.Wire open) {
        in.clear();
        int count = open.read(in);
        in.flip();
        if (count == Backend.Wire.ENDED) {
            wireEnded = true;
        }
        return count;
    }

    /** Reads as long as heads come; a body is left where it is until the tunnel takes it. */
    private void read() {
        Backend.Wire open = wire;
        if (open == null || in.hasRemaining()) {
            listen();
            return;
        }
        fillFrom(open);
        advance();
        tunnel.touched();
    }

    /** Looks at what was read, up to the body. */
    private void advance() {
        while (!over) {
            switch (reader.next(in)) {
                case INTERIM -> {
                    if (http2.beginHead(stream)) {
                        reader.head().write(http2);
                        http2.endHead(false);
                    }
                }
                case HEAD -> {
                    headSent = true;
                    if (http2.beginHead(stream)) {
                        reader.head().write(http2);
                        http2.endHead(false);
                    }
                }
                case BODY -> {
                    tunnel.ready(this);
                    return;
                }
                case END -> {
                    tunnel.ready(this);
                    return;
                }
                case MORE -> {
                    if (wireEnded) {
                        broken();
                    } else {
                        listen();
                    }
                    return;
                }
                case BAD -> {
                    fail(ErrorCode.PROTOCOL_ERROR);
                    return;
                }
            }
        }
    }

    private void broken() {
        Backend.Wire open = wire;
        if (reader.ended() == ResponseReader.Step.END) {
            tunnel.ready(this);
        } else if (!reader.begun() && open != null && open.reused() && head.repeatable()) {
            // Closed while it was idle, just as it was taken.
            open.discard(false);
            wire = null;
            connected = false;
            wireEnded = false;
            brokenOff = false;
            out.clear();
            out.put(head.octets());
            begin(true);
        } else {
            fail(ErrorCode.INTERNAL_ERROR);
        }
    }

    /**
     * Writes one frame of the reply's body, or its end, behind what is queued.
     *
     * @return whether to be asked again with more room; else an event comes first
     */
    boolean write(ByteBuffer to) {
        if (over) {
            return false;
        }
        ResponseReader.Step step =
                wireEnded && !in.hasRemaining() ? reader.ended() : reader.next(in);
        if (step == ResponseReader.Step.BODY) {
            ByteBuffer piece = in.slice(in.position(), reader.bodyBytes());
            int count = http2.data(stream, piece, false, to);
            if (count == Http2Connection.GONE) {
                cancelled();
                return false;
            } else if (count <= 0) {
                return http2.queuedBytes() > 0;
            }
            in.position(in.position() + count);
            reader.taken(count);
            return afterwards();
        } else if (step == ResponseReader.Step.END) {
            if (http2.data(stream, 0, true, to) == Http2Connection.BLOCKED) {
                return true;
            }
            complete();
            return false;
        }
        advance();
        return false;
    }

    private boolean afterwards() {
        if (in.hasRemaining()) {
            return true;
        } else if (reader.next(in) == ResponseReader.Step.END) {
            return true;
        } else if (wireEnded) {
            return true;
        }
        listen();
        return false;
    }

    private void complete() {
        over = true;
        Backend.Wire open = wire;
        wire = null;
        boolean whole = requestDone && out.isEmpty() && !brokenOff;
        if (open != null && whole && !wireEnded && reader.keepAlive() && !in.hasRemaining()) {
            open.giveBack();
        } else if (open != null) {
            open.discard(!whole);
        }
        if (!whole) {
            // The rest of the request's body is not wanted (RFC 9113, section 8.1).
            http2.reset(stream, ErrorCode.NO_ERROR);
        }
        tunnel.over(this);
    }

    private void fail(ErrorCode code) {
        if (!over) {
            cancelled();
            http2.reset(
                    stream,
                    headSent && code == ErrorCode.REFUSED_STREAM ? ErrorCode.INTERNAL_ERROR : code);
            tunnel.over(this);
            tunnel.touched();
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
