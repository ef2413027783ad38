package io.evenkeel.gateway.tunnel;

import io.evenkeel.gateway.http1.Framing;
import io.evenkeel.gateway.http1.Limits;
import io.evenkeel.gateway.http1.Method;
import io.evenkeel.gateway.http1.RequestHead;
import io.evenkeel.gateway.net.Connection;
import io.evenkeel.gateway.net.ConnectionHandler;
import io.evenkeel.gateway.net.NetFailure;
import io.evenkeel.wire.hpack.FieldList;
import io.evenkeel.wire.http2.ErrorCode;
import io.evenkeel.wire.http2.HeadKind;
import io.evenkeel.wire.http2.Http2Connection;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The far end of a pipe: speaks HTTP/1.1 with the loop that has the request, and makes each request
 * a stream of the tunnel. One request at a time; the pipe is kept for the next. What a side does
 * not take is not read of the other. On the tunnel's loop, once begun.
 */
final class Bridge implements ConnectionHandler {
    /** A gateway's own heads are larger than its clients' by what it adds. */
    private static final Limits LIMITS =
            new Limits(24 * 1024, 16 * 1024, 200, 256, 16 * 1024, 8 * 1024);

    private static final int HOLD_BYTES = 32 * 1024;

    private enum State {
        /** Between requests, or within a head. */
        HEAD,
        /** The head is a stream, its body follows. */
        BODY,
        /** The request is whole; its reply is not. */
        REPLY,
        /** Nothing more comes of this pipe. */
        OVER
    }

    private final @Nullable TunnelClient tunnel;
    private final LongAdder requests;
    private final RequestHead head = new RequestHead();
    private final RequestBody body = new RequestBody(LIMITS);
    private final ReplyWriter reply = new ReplyWriter();
    private final ByteBuffer hold = ByteBuffer.allocate(HOLD_BYTES).limit(0);
    private @Nullable PipeEnd pipe;
    private State state = State.HEAD;
    private boolean attached;
    private boolean queued;
    private int stream;

    private boolean replyDone;

    /** Whether the pipe ends with this reply: its request never did. */
    private boolean closing;

    private int owed;

    /**
     * A bridge to a tunnel, or to nowhere.
     *
     * @param requests counts those that become streams
     */
    Bridge(@Nullable TunnelClient tunnel, LongAdder requests) {
        this.tunnel = tunnel;
        this.requests = requests;
    }

    /** Its end of the pipe; before the other end is used. */
    void begin(PipeEnd end) {
        pipe = end;
    }

    /** Marks it as queued for writing; false: it is queued already. */
    boolean queue() {
        boolean first = !queued;
        queued = true;
        return first;
    }

    boolean isQueued() {
        return queued;
    }

    /** It has been taken out of the queue. */
    void unqueue() {
        queued = false;
    }

    boolean hasBody() {
        return state == State.BODY;
    }

    /** Whether nothing is under way in either direction. */
    boolean isQuiet() {
        return state == State.HEAD
                && !hold.hasRemaining()
                && reply.out().isEmpty()
                && pipe().isDrained();
    }

    /** The loop is to use another pipe for its next request. */
    void retire() {
        pipe().peer().retire();
    }

    private PipeEnd pipe() {
        PipeEnd end = pipe;
        if (end == null) {
            throw new IllegalStateException("a bridge without its pipe");
        }
        return end;
    }

    private Http2Connection http2() {
        return tunnel().http2();
    }

    private TunnelClient tunnel() {
        TunnelClient carrier = tunnel;
        if (carrier == null) {
            throw new IllegalStateException("a bridge to nowhere");
        }
        return carrier;
    }

    @Override
    public void onConnected() {}

    @Override
    public void onReadable() {
        TunnelClient carrier = tunnel;
        if (state == State.OVER || carrier == null) {
            return;
        }
        if (!attached) {
            attached = carrier.attach(this);
            if (!attached) {
                end(NetFailure.GONE);
                return;
            }
        }
        advance();
        if (attached) {
            carrier.touched();
        }
    }

    @Override
    public void onWritable() {
        deliver();
        if (state == State.HEAD) {
            onReadable();
        } else if (state != State.OVER) {
            tunnel().touched();
        }
    }

    @Override
    public void onFailed() {
        cancel();
    }

    /** Looks at what the loop sent, as far as it may. */
    private void advance() {
        while (state == State.HEAD) {
            int count = fill();
            if (hold.hasRemaining() && !begun()) {
                return;
            } else if (state == State.HEAD) {
                if (count == Connection.EOF || count == Connection.FAILED) {
                    cancel();
                    return;
                } else if (count <= 0) {
                    return;
                }
            }
        }
        if (state == State.BODY) {
            tunnel().ready(this);
        } else if (state == State.REPLY) {
            // Nothing may come but the end: the client is gone.
            int count = fill();
            if (count == Connection.EOF || count == Connection.FAILED) {
                cancel();
            }
        }
    }

    private int fill() {
        hold.compact();
        int count = hold.hasRemaining() ? pipe().read(hold) : Connection.AGAIN;
        hold.flip();
        return count;
    }

    /** Reads a head; whether more octets may help. */
    private boolean begun() {
        if (!head.complete()) {
            int scanned = head.scan(hold, 0, hold.limit(), LIMITS);
            if (scanned == RequestHead.NEED_MORE) {
                return true;
            } else if (scanned < 0) {
                end(NetFailure.OTHER);
                return false;
            }
        }
        if (tunnel().finishing()) {
            end(NetFailure.GONE);
            return false;
        }
        int opened = tunnel().open(this);
        if (opened == 0) {
            return false;
        }
        stream = opened;
        request();
        return true;
    }

    private void request() {
        Http2Connection to = http2();
        requests.increment();
        to.attach(stream, this);
        to.field(":method", hold, head.methodStart(), head.methodEnd());
        to.field(":scheme", "http");
        to.field(":authority", hold, head.hostStart(), head.authorityEnd());
        to.field(":path", hold, head.targetStart(), head.targetEnd());
        for (int i = 0; i < head.count(); i++) {
            switch (head.name(i)) {
                case HOST, TE, TRAILER -> {}
                default ->
                        to.field(
                                hold,
                                head.nameStart(i),
                                head.nameEnd(i),
                                hold,
                                head.valueStart(i),
                                head.valueEnd(i));
            }
        }
        boolean whole = head.framing() == Framing.NONE;
        body.begin(head);
        to.endHead(whole);
        reply.begin(head.method() == Method.HEAD);
        replyDone = false;
        hold.position(head.start() + head.length());
        head.reset();
        state = whole ? State.REPLY : State.BODY;
    }

    /**
     * Writes one frame of the request's body behind what is queued.
     *
     * @return whether to be asked again with more room; else an event comes first
     */
    boolean write(ByteBuffer out) {
        if (state != State.BODY) {
            return false;
        }
        int count = fill();
        if (!body.find(hold)) {
            end(NetFailure.OTHER);
            return false;
        }
        int length = body.length(hold);
        boolean last = body.endsWith(length);
        if (length == 0 && !last) {
            if (count == Connection.EOF || count == Connection.FAILED) {
                cancel();
            }
            return false;
        }
        ByteBuffer piece = hold.slice(hold.position(), length);
        int sent = http2().data(stream, piece, last, out);
        if (sent == Http2Connection.GONE) {
            return false;
        } else if (sent == Http2Connection.BLOCKED) {
            return http2().queuedBytes() > 0;
        }
        hold.position(hold.position() + sent);
        body.taken(sent);
        if (last && sent == length) {
            state = State.REPLY;
            if (replyDone) {
                next();
            }
            return false;
        }
        return true;
    }

    /** The backend's head. */
    void head(HeadKind kind, FieldList fields, boolean end) {
        if (kind == HeadKind.TRAILERS) {
            reply.end();
        } else {
            reply.head(kind, fields, end);
        }
        replyDone |= end;
        deliver();
    }

    /** A piece of the backend's body. */
    void data(ByteBuffer body, boolean end) {
        owed += body.remaining();
        reply.data(body);
        if (end) {
            reply.end();
            replyDone = true;
        }
        deliver();
    }

    /** The backend, or what it did, ended the stream. */
    void reset(ErrorCode code) {
        if (state == State.OVER) {
            return;
        }
        stream = 0;
        if (code == ErrorCode.NO_ERROR && replyDone) {
            // The rest of the request is not wanted, and the reply is whole.
            state = State.REPLY;
            closing = true;
            deliver();
            return;
        }
        end(code == ErrorCode.REFUSED_STREAM ? NetFailure.REFUSED : NetFailure.OTHER);
    }

    private void deliver() {
        if (state == State.OVER) {
            return;
        }
        while (!reply.out().isEmpty()) {
            int count = pipe().write(reply.out().view());
            if (count == Connection.FAILED) {
                cancel();
                return;
            } else if (count == 0) {
                return;
            }
            reply.out().taken(count);
        }
        if (closing) {
            pipe().shutdownOutput();
            detach();
            return;
        }
        if (owed > 0 && stream != 0) {
            http2().consumed(stream, owed);
            owed = 0;
            tunnel().touched();
        }
        if (replyDone && state == State.REPLY) {
            next();
        }
    }

    /** The exchange is over: the pipe is for another one. */
    private void next() {
        if (reply.out().isEmpty()) {
            stream = 0;
            replyDone = false;
            state = State.HEAD;
            tunnel().streamOver();
        }
    }

    /** The loop has given the request up. */
    private void cancel() {
        int open = stream;
        stream = 0;
        if (open != 0) {
            http2().reset(open, ErrorCode.CANCEL);
        }
        end(NetFailure.RESET);
        if (tunnel != null) {
            tunnel.streamOver();
            tunnel.touched();
        }
    }

    /** The tunnel is gone. */
    void lost() {
        stream = 0;
        end(NetFailure.RESET);
    }

    private void end(NetFailure why) {
        pipe().reset(why);
        detach();
    }

    private void detach() {
        state = State.OVER;
        reply.out().clear();
        if (tunnel != null) {
            tunnel.detach(this);
        }
    }
}
