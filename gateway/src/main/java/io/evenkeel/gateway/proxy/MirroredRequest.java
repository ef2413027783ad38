package io.evenkeel.gateway.proxy;

import io.evenkeel.gateway.http1.ChunkedDecoder;
import io.evenkeel.gateway.http1.Framing;
import io.evenkeel.gateway.http1.Method;
import io.evenkeel.gateway.http1.ResponseHead;
import io.evenkeel.gateway.net.Connection;
import io.evenkeel.gateway.net.ConnectionHandler;
import io.evenkeel.gateway.net.NetFailure;
import io.evenkeel.gateway.net.Timer;
import io.evenkeel.gateway.observe.MirrorOutcome;
import io.evenkeel.gateway.pool.EndpointPool;
import io.evenkeel.gateway.pool.PooledConnection;
import io.evenkeel.kernel.balancing.Node;
import io.evenkeel.kernel.balancing.PickContext;
import io.evenkeel.kernel.health.Outcome;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One request's copy: gathers the body as it comes, goes to an endpoint of the mirror once, and
 * reads the reply to its end only so that the connection can serve another. Nothing of it reaches
 * the client, and nothing of the client's way waits for it. Used again for copy after copy.
 */
final class MirroredRequest implements ConnectionHandler {
    /** Nothing of it lasts longer, whatever the mirror's policy says. */
    private static final long MOST_NANOS = Duration.ofSeconds(60).toNanos();

    private final ProxyLoop loop;
    private final Timer timer = new Timer(this::late);
    private final ResponseHead head = new ResponseHead();
    private final ChunkedDecoder chunks = new ChunkedDecoder();
    private @Nullable UpstreamService service;
    private Method method = Method.OTHER;
    private long sourceHash;
    private int place;

    /** The request, until it is sent. */
    private @Nullable ByteBuffer bytes;

    private long bodyBytes;
    private @Nullable Node node;
    private int index;
    private @Nullable PooledConnection upstream;
    private boolean connecting;
    private long beganNanos;
    private long firstByteNanos;

    /** A part of a reply's head. */
    private @Nullable ByteBuffer held;

    private long replyBytes;
    private boolean finalHead;
    private Framing framing = Framing.NONE;
    private long left;

    MirroredRequest(ProxyLoop loop) {
        this.loop = loop;
    }

    /**
     * Begins with what has come of the request; if that is all, sends it.
     *
     * @param composed the request, in a buffer that is now this copy's
     * @param at its place among those that run
     */
    void begin(UpstreamService to, ClientRequest request, ByteBuffer composed, int at) {
        service = to;
        method = request.method();
        sourceHash = request.sourceHash();
        place = at;
        bytes = composed;
        loop.mirrors().held(composed.capacity());
        bodyBytes = request.bodyBytes();
        beganNanos = 0;
        firstByteNanos = 0;
        replyBytes = 0;
        head.reset(method);
        chunks.reset();
        finalHead = false;
        if (request.done()) {
            send();
        } else {
            request.copyTo(this);
        }
    }

    /** Another moved: it has this place now. */
    void place(int at) {
        place = at;
    }

    /** Takes a later part of the body. Returns whether it wants the rest too. */
    boolean add(ByteBuffer in, int from, int to) {
        ByteBuffer target = bytes;
        int more = to - from;
        bodyBytes += more;
        if (target == null || bodyBytes > Mirrors.MOST_BODY_BYTES) {
            end(Outcome.NOT_SENT, MirrorOutcome.BODY_TOO_LARGE);
            return false;
        }
        loop.mirrors().held(-target.capacity());
        target = Scratch.room(loop.buffers(), target, more);
        bytes = target;
        if (target == null) {
            end(Outcome.NOT_SENT, MirrorOutcome.TOO_MANY);
            return false;
        }
        loop.mirrors().held(target.capacity());
        int end = target.limit();
        target.limit(end + more).put(end, in, from, more);
        return true;
    }

    /** The client's request is over before its body was. */
    void abandon() {
        end(Outcome.NOT_SENT, MirrorOutcome.UNFINISHED);
    }

    /** The whole request is there. */
    void send() {
        UpstreamService to = service;
        if (to == null) {
            return;
        }
        PickContext context = loop.pickContext();
        context.reset();
        context.sourceHash(sourceHash);
        if (!(to.acquire(context) instanceof Node picked)) {
            end(Outcome.NOT_SENT, MirrorOutcome.NO_ENDPOINT);
            return;
        }
        node = picked;
        index = context.index();
        beganNanos = loop.net().nanos();
        LoopEndpoint endpoint = loop.endpoint(to, picked);
        if (endpoint == null) {
            end(Outcome.CONNECT_FAILED, MirrorOutcome.FAILED);
            return;
        }
        // It isn't tried again, so it is looked whether a kept connection stands.
        EndpointPool pool = endpoint.pool();
        PooledConnection leased = pool.lease(this, true);
        connecting = leased == null;
        upstream = leased == null ? pool.connect(this) : leased;
        if (upstream == null) {
            end(Outcome.NOT_SENT, MirrorOutcome.TOO_MANY);
            return;
        }
        long wait = to.policy().connectNanos();
        loop.net().schedule(timer, connecting ? beganNanos + wait : deadlineNanos(to));
        if (!connecting) {
            write();
        }
    }

    private long deadlineNanos(UpstreamService to) {
        long most = to.policy().requestNanos();
        return beganNanos + (most == 0 ? MOST_NANOS : Math.min(most, MOST_NANOS));
    }

    @Override
    public void onConnected() {
        connecting = false;
        UpstreamService to = service;
        if (to != null) {
            loop.net().schedule(timer, deadlineNanos(to));
        }
        write();
    }

    @Override
    public void onWritable() {
        write();
    }

    @Override
    public void onFailed() {
        PooledConnection broken = upstream;
        if (!connecting || broken == null) {
            end(Outcome.BROKEN, MirrorOutcome.FAILED);
        } else if (broken.connection().failure() == NetFailure.EXHAUSTED) {
            end(Outcome.NOT_SENT, MirrorOutcome.TOO_MANY);
        } else {
            end(Outcome.CONNECT_FAILED, MirrorOutcome.FAILED);
        }
    }

    private void late(long nowNanos) {
        end(connecting ? Outcome.CONNECT_FAILED : Outcome.TIMED_OUT, MirrorOutcome.TIMED_OUT);
    }

    /** The endpoint is dead or replaced: nothing it may still say counts. */
    void cut(Node dead) {
        if (node == dead) {
            end(Outcome.BROKEN, MirrorOutcome.FAILED);
        }
    }

    private void write() {
        PooledConnection to = upstream;
        ByteBuffer unsent = bytes;
        if (to == null || unsent == null) {
            return;
        }
        if (to.connection().write(unsent) == Connection.FAILED) {
            end(Outcome.BROKEN, MirrorOutcome.FAILED);
        } else if (!unsent.hasRemaining()) {
            releaseBytes();
        }
    }

    @Override
    public void onReadable() {
        boolean more = true;
        while (more) {
            PooledConnection from = upstream;
            if (from == null) {
                return;
            }
            ByteBuffer in = loop.scratch().in.clear();
            int room = in.remaining();
            int n = from.connection().read(in);
            more = n == room;
            if (n > 0) {
                if (firstByteNanos == 0) {
                    firstByteNanos = loop.net().nanos();
                }
                reply(in.flip(), more);
                replyBytes += n;
                if (upstream != null && replyBytes > Mirrors.MOST_REPLY_BYTES) {
                    // Going on to read would keep the loop from others.
                    if (finalHead) {
                        complete(false);
                    } else {
                        end(Outcome.GATEWAY_ERROR, MirrorOutcome.FAILED);
                    }
                }
            } else if (n != Connection.AGAIN) {
                ended(n == Connection.EOF);
            }
        }
    }

    private void ended(boolean orderly) {
        if (orderly && finalHead && framing == Framing.UNTIL_CLOSE) {
            complete(false);
        } else {
            end(Outcome.BROKEN, MirrorOutcome.FAILED);
        }
    }

    /** Goes over what was read: the head, or a part of the body. */
    private void reply(ByteBuffer read, boolean more) {
        ByteBuffer in = read;
        if (held != null) {
            in = Scratch.append(loop.buffers(), held, read);
            held = in;
            if (in == null) {
                end(Outcome.NOT_SENT, MirrorOutcome.TOO_MANY);
                return;
            }
        }
        while (!finalHead) {
            int length = head.scan(in, in.position(), in.limit(), loop.settings().limits());
            if (length == ResponseHead.NEED_MORE) {
                hold(in);
                return;
            }
            if (length < 0 || head.switching()) {
                end(Outcome.GATEWAY_ERROR, MirrorOutcome.FAILED);
                return;
            }
            in.position(in.position() + length);
            if (head.interim()) {
                head.reset(method);
            } else {
                finalHead = true;
                framing = head.framing();
                left = framing == Framing.LENGTH ? head.contentLength() : 0;
            }
        }
        body(in, more);
        releaseHeld();
    }

    private void body(ByteBuffer in, boolean more) {
        int from = in.position();
        int to = in.limit();
        int end = to;
        boolean complete = false;
        switch (framing) {
            case NONE -> {
                end = from;
                complete = true;
            }
            case LENGTH -> {
                int n = (int) Math.min(left, to - from);
                left -= n;
                end = from + n;
                complete = left == 0;
            }
            case CHUNKED -> {
                end = chunks.advance(in, from, to, loop.settings().limits());
                complete = chunks.done();
            }
            case UNTIL_CLOSE -> {}
        }
        if (end < 0) {
            end(Outcome.GATEWAY_ERROR, MirrorOutcome.FAILED);
        } else if (complete) {
            complete(head.keepAlive() && end == to && !more && bytes == null);
        }
    }

    @SuppressWarnings("ReferenceEquality") // the very buffer, not one of equal content
    private void hold(ByteBuffer in) {
        if (in == held || !in.hasRemaining()) {
            return;
        }
        ByteBuffer kept = loop.buffers().acquire(in.remaining());
        if (kept == null) {
            end(Outcome.NOT_SENT, MirrorOutcome.TOO_MANY);
            return;
        }
        held = kept.put(in).flip();
    }

    private void complete(boolean reusable) {
        PooledConnection from = upstream;
        Node at = node;
        if (reusable && from != null && at != null && !at.isGone()) {
            upstream = null;
            from.giveBack();
        }
        end(Outcome.ofStatus(head.status()), MirrorOutcome.ANSWERED);
    }

    /** It is over: node and connection are free, what became of it is counted. */
    private void end(Outcome outcome, MirrorOutcome how) {
        UpstreamService to = service;
        if (to == null) {
            return;
        }
        service = null;
        loop.net().cancel(timer);
        releaseBytes();
        releaseHeld();
        PooledConnection from = upstream;
        if (from != null) {
            upstream = null;
            from.discard(how != MirrorOutcome.ANSWERED);
        }
        Node at = node;
        if (at != null) {
            node = null;
            to.release(at, index, outcome, firstByteNanos == 0 ? 0 : firstByteNanos - beganNanos);
        }
        connecting = false;
        to.meter(loop.index()).mirrored(how);
        loop.mirrors().over(this, place);
    }

    private void releaseBytes() {
        ByteBuffer sent = bytes;
        if (sent != null) {
            bytes = null;
            loop.mirrors().held(-sent.capacity());
            loop.buffers().release(sent);
        }
    }

    private void releaseHeld() {
        if (held != null) {
            loop.buffers().release(held);
            held = null;
        }
    }
}
