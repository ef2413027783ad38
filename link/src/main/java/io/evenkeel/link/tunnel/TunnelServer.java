package io.evenkeel.link.tunnel;

import io.evenkeel.wire.hpack.FieldList;
import io.evenkeel.wire.http2.ErrorCode;
import io.evenkeel.wire.http2.HeadKind;
import io.evenkeel.wire.http2.Http2Connection;
import io.evenkeel.wire.http2.Http2Events;
import io.evenkeel.wire.http2.Http2Limits;
import io.evenkeel.wire.http2.OctetQueue;
import io.evenkeel.wire.link.LinkProtocol;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A backend's end of one tunnel (docs/link-protocol.md, section 9): the server of HTTP/2. Its first
 * stream carries the lines of the link both ways, each other one a request for the program behind.
 * Sans-IO, single-threaded.
 */
public final class TunnelServer implements Http2Events {
    /** Fewer octets than this are not worth a frame's header. */
    private static final int LEAST_ROOM = 512;

    /** What the owner of the connection is told; may not call back. */
    public interface Owner {
        /** Lines of the gateway, cut anywhere. */
        void lines(ByteBuffer octets);

        /** There may be something to {@link TunnelServer#write}. */
        void touched();
    }

    private final Backend backend;
    private final Owner owner;
    private final Http2Connection http2;
    private final Map<Integer, Forward> forwards = new HashMap<>();
    private final ArrayDeque<Forward> ready = new ArrayDeque<>();
    private final OctetQueue lines = new OctetQueue();
    private int control;
    private boolean controlEnded;

    /**
     * A tunnel of which nothing has come yet.
     *
     * @param limits what the gateway may do; its streams' windows together should fit into that of
     *     the connection, so that a slow one does not hold up the others
     */
    public TunnelServer(Http2Limits limits, Backend backend, Owner owner) {
        this.backend = backend;
        this.owner = owner;
        http2 = Http2Connection.server(limits, false, this);
    }

    /** Takes what came from the gateway. */
    public void received(ByteBuffer in, long nowNanos) {
        http2.receive(in, nowNanos);
    }

    /** Sends lines to the gateway. */
    public void send(byte[] octets) {
        lines.put(octets);
    }

    /**
     * Writes what waits as far as there is room.
     *
     * @return whether there may be more for another buffer
     */
    public boolean write(ByteBuffer out) {
        if (!http2.flush(out)) {
            return true;
        }
        if (control != 0 && !lines.isEmpty()) {
            int count = http2.data(control, lines.view(), false, out);
            if (count > 0) {
                lines.taken(count);
            }
        }
        while (!ready.isEmpty()) {
            if (out.remaining() < LEAST_ROOM) {
                return true;
            }
            Forward next = ready.remove();
            if (next.write(out)) {
                ready.add(next);
            }
        }
        return !http2.flush(out);
    }

    /** Accepts no new requests; those that run go on. */
    public void stop() {
        http2.stopAccepting();
        owner.touched();
    }

    /** The connection is gone: everything that runs is broken off. */
    public void lost() {
        http2.lost();
    }

    /** Whether the connection is to be closed once all is written. */
    public boolean failed() {
        return http2.failed() || controlEnded;
    }

    /** Requests that run. */
    public int requests() {
        return forwards.size();
    }

    Backend backend() {
        return backend;
    }

    void touched() {
        owner.touched();
    }

    void ready(Forward forward) {
        if (!ready.contains(forward)) {
            ready.add(forward);
        }
        owner.touched();
    }

    void over(Forward forward) {
        forwards.remove(forward.stream());
        ready.remove(forward);
    }

    @Override
    public void head(int stream, HeadKind kind, FieldList fields, boolean end) {
        if (kind == HeadKind.TRAILERS) {
            Forward known = forwards.get(stream);
            if (known != null) {
                known.ended();
                known.flush();
            } else if (stream == control) {
                controlEnded = true;
            }
        } else if (control == 0) {
            openControl(stream, fields, end);
        } else if (is(fields, ":method", "CONNECT")) {
            answer(stream, "501");
        } else {
            Forward forward = new Forward(this, http2, stream, RequestHead.of(fields, end), end);
            forwards.put(stream, forward);
            forward.begin(false);
        }
    }

    /** The first stream; a gateway that opens another one first does not know what this is. */
    private void openControl(int stream, FieldList fields, boolean end) {
        if (end
                || !is(fields, ":method", "POST")
                || !is(fields, ":authority", LinkProtocol.TUNNEL_AUTHORITY)
                || !is(fields, ":path", LinkProtocol.TARGET)) {
            http2.reset(stream, ErrorCode.PROTOCOL_ERROR);
            controlEnded = true;
            return;
        }
        control = stream;
        http2.beginHead(stream);
        http2.field(":status", "200");
        http2.field("content-type", LinkProtocol.TUNNEL_CONTENT);
        http2.endHead(false);
    }

    private void answer(int stream, String status) {
        if (http2.beginHead(stream)) {
            http2.field(":status", status);
            http2.endHead(true);
            http2.reset(stream, ErrorCode.NO_ERROR);
        }
    }

    private static boolean is(FieldList fields, String name, String value) {
        int at = fields.find(name);
        return at >= 0 && fields.valueIs(at, value);
    }

    @Override
    public void data(int stream, ByteBuffer body, boolean end) {
        Forward known = forwards.get(stream);
        if (known != null) {
            known.body(body, end);
        } else {
            int bytes = body.remaining();
            if (stream == control) {
                owner.lines(body);
                controlEnded |= end;
            }
            http2.consumed(stream, bytes);
        }
    }

    @Override
    public void reset(int stream, ErrorCode code, boolean byPeer, String reason) {
        Forward known = forwards.get(stream);
        if (known != null) {
            known.cancelled();
            over(known);
        } else if (stream == control) {
            controlEnded = true;
        }
    }

    @Override
    public void writable(int stream) {
        if (stream != 0) {
            wake(forwards.get(stream));
        } else {
            forwards.values().forEach(this::wake);
        }
        owner.touched();
    }

    private void wake(@Nullable Forward forward) {
        if (forward != null && forward.replies()) {
            ready(forward);
        }
    }

    @Override
    public void failed(ErrorCode code, String reason) {
        owner.touched();
    }
}
