package io.evenkeel.gateway.tunnel;

import io.evenkeel.gateway.net.NetLoop;
import io.evenkeel.wire.hpack.FieldList;
import io.evenkeel.wire.http2.ErrorCode;
import io.evenkeel.wire.http2.HeadKind;
import io.evenkeel.wire.http2.Http2Connection;
import io.evenkeel.wire.http2.Http2Events;
import io.evenkeel.wire.http2.OctetQueue;
import io.evenkeel.wire.link.LinkProtocol;
import io.evenkeel.wire.link.TunnelLimits;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The gateway's end of one tunnel: the client of HTTP/2. Its first stream carries the lines of the
 * link both ways, each other one a request. On its loop's thread.
 */
public final class TunnelClient implements Http2Events {
    /** Fewer octets than this are not worth a frame's header. */
    private static final int LEAST_ROOM = 512;

    /** Who carries the octets; may not call back. */
    public interface Owner {
        /** Lines of the backend, cut anywhere. */
        void lines(ByteBuffer octets);

        /** There may be something to {@link TunnelClient#write}. */
        void touched();
    }

    private final NetLoop loop;
    private final Owner owner;
    private final Http2Connection http2 =
            Http2Connection.client(TunnelLimits.ofGateway(), false, this);
    private final ArrayDeque<Bridge> ready = new ArrayDeque<>();
    private final Set<Bridge> bridges = new LinkedHashSet<>();
    private final ArrayDeque<Bridge> waiting = new ArrayDeque<>();
    private final OctetQueue lines = new OctetQueue();
    private int control;
    private boolean over;
    private boolean finishing;
    private boolean backendGoesAway;

    /** A tunnel whose handshake has just been answered. */
    public TunnelClient(NetLoop loop, Owner owner) {
        this.loop = loop;
        this.owner = owner;
    }

    /** The loop that it lives on; any thread. */
    public NetLoop loop() {
        return loop;
    }

    /** Takes what came from the backend. */
    public void received(ByteBuffer in, long nowNanos) {
        http2.receive(in, nowNanos);
    }

    /** Sends lines to the backend. */
    public void send(ByteBuffer octets) {
        lines.put(octets);
    }

    /** Whether all lines are sent. */
    public boolean linesSent() {
        return lines.isEmpty();
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
            Bridge next = ready.remove();
            next.unqueue();
            if (next.write(out) && next.queue()) {
                ready.add(next);
            }
        }
        return !http2.flush(out);
    }

    /** The connection is gone, or given up: every request on it is broken off. */
    public void lost() {
        over = true;
        // Before their streams are: what ends a stream would count against the backend.
        for (Bridge bridge : List.copyOf(bridges)) {
            bridge.lost();
        }
        bridges.clear();
        http2.lost();
    }

    /** Begins no request any more; those that run go on. Idempotent. */
    public void finish() {
        if (!finishing) {
            finishing = true;
            bridges.forEach(Bridge::retire);
            // Each begins again, and is refused.
            for (Bridge next = waiting.poll(); next != null; next = waiting.poll()) {
                next.onReadable();
            }
        }
    }

    /** Whether it is to begin no request. */
    boolean finishing() {
        return finishing;
    }

    /** Whether anything of a request or its reply is still to be passed on. */
    public boolean carrying() {
        for (Bridge bridge : bridges) {
            if (!bridge.isQuiet()) {
                return true;
            }
        }
        return false;
    }

    /** Whether the backend has said that it takes no more requests. */
    public boolean backendGoesAway() {
        return backendGoesAway;
    }

    /** Says that no request follows, as the last thing. */
    public void goAway() {
        http2.stopAccepting();
    }

    /** Whether nothing waits to be written but bodies. */
    public boolean flushed() {
        return http2.queuedBytes() == 0;
    }

    /** Whether the backend can't be reached by it any more. */
    public boolean failed() {
        return over || http2.failed();
    }

    Http2Connection http2() {
        return http2;
    }

    void touched() {
        owner.touched();
    }

    /** A pipe was laid to it; false: too late. */
    boolean attach(Bridge bridge) {
        return !failed() && bridges.add(bridge);
    }

    void detach(Bridge bridge) {
        bridges.remove(bridge);
        if (bridge.isQueued()) {
            bridge.unqueue();
            ready.remove(bridge);
        }
        waiting.remove(bridge);
    }

    void ready(Bridge bridge) {
        if (bridge.queue()) {
            ready.add(bridge);
        }
        owner.touched();
    }

    /** A stream for a request; 0: not now, the bridge is asked again. */
    int open(Bridge bridge) {
        int stream = control == 0 ? 0 : http2.open();
        if (stream == 0 && !waiting.contains(bridge)) {
            waiting.add(bridge);
        }
        return stream;
    }

    /** A stream is over: one that waits may begin. */
    void streamOver() {
        Bridge next = http2.available() > 0 ? waiting.poll() : null;
        if (next != null) {
            next.onReadable();
        }
    }

    private static @Nullable Bridge bridge(@Nullable Object attached) {
        return attached instanceof Bridge bridge ? bridge : null;
    }

    @Override
    public void head(int stream, HeadKind kind, FieldList fields, boolean end) {
        Bridge to = bridge(http2.attached(stream));
        if (to != null) {
            to.head(kind, fields, end);
        } else if (stream == control && (end || fields.find(":status") < 0)) {
            over = true;
        }
    }

    @Override
    public void data(int stream, ByteBuffer body, boolean end) {
        Bridge to = bridge(http2.attached(stream));
        if (to != null) {
            to.data(body, end);
        } else {
            int bytes = body.remaining();
            if (stream == control) {
                owner.lines(body);
                over |= end;
            }
            http2.consumed(stream, bytes);
        }
    }

    @Override
    public void reset(int stream, ErrorCode code, boolean byPeer, String reason) {
        Bridge to = bridge(http2.attached(stream));
        if (to != null) {
            to.reset(code);
            streamOver();
        } else if (stream == control) {
            over = true;
        }
    }

    @Override
    public void writable(int stream) {
        if (stream == 0) {
            bridges.forEach(this::continueBody);
        } else {
            Bridge one = bridge(http2.attached(stream));
            if (one != null) {
                continueBody(one);
            }
        }
        owner.touched();
    }

    private void continueBody(Bridge bridge) {
        if (bridge.hasBody()) {
            ready(bridge);
        }
    }

    @Override
    public void settings() {
        if (control == 0) {
            control = http2.open();
            if (control == 0) {
                return;
            }
            http2.field(":method", "POST");
            http2.field(":scheme", "http");
            http2.field(":authority", LinkProtocol.TUNNEL_AUTHORITY);
            http2.field(":path", LinkProtocol.TARGET);
            http2.field("content-type", LinkProtocol.TUNNEL_CONTENT);
            http2.endHead(false);
        }
        for (int i = waiting.size(); i > 0; i--) {
            streamOver();
        }
        owner.touched();
    }

    @Override
    public void goAway(ErrorCode code, String reason) {
        backendGoesAway = true;
        owner.touched();
    }

    @Override
    public void failed(ErrorCode code, String reason) {
        owner.touched();
    }
}
