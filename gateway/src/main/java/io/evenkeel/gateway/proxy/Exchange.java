package io.evenkeel.gateway.proxy;

import io.evenkeel.gateway.http1.ChunkedDecoder;
import io.evenkeel.gateway.http1.ErrorResponses;
import io.evenkeel.gateway.http1.Framing;
import io.evenkeel.gateway.http1.HeadEditor;
import io.evenkeel.gateway.http1.Method;
import io.evenkeel.gateway.http1.Persistence;
import io.evenkeel.gateway.http1.Rejection;
import io.evenkeel.gateway.http1.RequestHead;
import io.evenkeel.gateway.net.Connection;
import io.evenkeel.gateway.net.ConnectionHandler;
import io.evenkeel.gateway.net.NetFailure;
import io.evenkeel.gateway.observe.RequestTrace;
import io.evenkeel.gateway.observe.TerminationReason;
import io.evenkeel.gateway.pool.EndpointPool;
import io.evenkeel.gateway.pool.PooledConnection;
import io.evenkeel.kernel.balancing.Node;
import io.evenkeel.kernel.balancing.Pick;
import io.evenkeel.kernel.balancing.PickContext;
import io.evenkeel.kernel.health.Outcome;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One request, from its first byte to the last of its reply: what is known of it, its attempts at
 * endpoints, and its body on the way there. The way back is {@link Reply}. It handles the events of
 * the endpoint's connection.
 *
 * <p>The head that goes out, and what came of the body with it, are written once into {@link
 * #request} and kept until the first byte of a reply: that is what an attempt after the first sends
 * again. Once later parts of the body have been passed on, nothing can be repeated any more.
 *
 * <p>Used again for request after request; a client between requests has none.
 */
final class Exchange implements ConnectionHandler {
    private static final byte[] NOTHING = new byte[0];

    /** An hour: how long the timer of an exchange without any limit sleeps. */
    private static final long FAR_NANOS = 3_600_000_000_000L;

    private final ProxyLoop loop;
    private final RequestHead requestHead = new RequestHead();
    private final ChunkedDecoder requestChunks = new ChunkedDecoder();
    private final Reply reply;
    private final Tunnel tunnel;
    private final RequestTrace trace = new RequestTrace();
    private final @Nullable Node[] tried = new @Nullable Node[PickContext.MAX_TRIED];
    private @Nullable ClientConnection client;

    private Method method = Method.OTHER;
    private Framing framing = Framing.NONE;
    private long bodyLeft;
    private boolean requestDone;
    private boolean keepAlive;
    private boolean clientExpectsClose;

    private @Nullable UpstreamService service;
    private ServicePolicy policy = ServicePolicy.DEFAULT;
    private @Nullable Node node;
    private @Nullable PooledConnection upstream;

    /** Bytes for the endpoint: those from the position on are still to be sent. */
    private @Nullable ByteBuffer request;

    /** Whether {@link #request} holds all that was to be sent so far, from the first byte on. */
    private boolean repeatable;

    /** Whether the endpoint takes no more of the body; its reply may still come. */
    private boolean bodyRefused;

    private boolean connecting;
    private boolean anySent;
    private boolean freshOnly;
    private int attempts;
    private boolean over;

    private long beganNanos;
    private long attemptNanos;
    private long clientNanos;
    private long sentNanos;

    Exchange(ProxyLoop loop) {
        this.loop = loop;
        reply = new Reply(loop, this);
        tunnel = new Tunnel(loop, this);
    }

    /** Begins with a client's next request, of which the first bytes have come. */
    void begin(ClientConnection forClient) {
        client = forClient;
        requestHead.reset();
        requestChunks.reset();
        reply.reset();
        tunnel.reset();
        method = Method.OTHER;
        framing = Framing.NONE;
        bodyLeft = 0;
        requestDone = false;
        keepAlive = false;
        clientExpectsClose = false;
        service = null;
        policy = ServicePolicy.DEFAULT;
        node = null;
        upstream = null;
        repeatable = false;
        bodyRefused = false;
        connecting = false;
        anySent = false;
        freshOnly = false;
        for (int i = 0; i < Math.min(attempts, tried.length); i++) {
            tried[i] = null;
        }
        attempts = 0;
        over = false;
        beganNanos = loop.net().nanos();
        clientNanos = beganNanos;
        sentNanos = beganNanos;
        loop.observer().begin(trace, beganNanos);
        trace.client(forClient.provenance());
    }

    RequestHead requestHead() {
        return requestHead;
    }

    ClientConnection client() {
        ClientConnection c = client;
        if (c == null) {
            throw new IllegalStateException("an exchange without its client");
        }
        return c;
    }

    Method method() {
        return method;
    }

    byte[] requestId() {
        return trace.id();
    }

    RequestTrace trace() {
        return trace;
    }

    /** The client's HTTP/1.x version. */
    int clientMinorVersion() {
        return requestHead.minorVersion();
    }

    boolean requestDone() {
        return requestDone;
    }

    boolean upgradeWanted() {
        return requestHead.upgrade();
    }

    boolean tunnelling() {
        return tunnel.open();
    }

    Tunnel tunnel() {
        return tunnel;
    }

    boolean replyBegun() {
        return reply.headSent();
    }

    /** Whether the client may send another request behind this one, as far as we know now. */
    boolean keepsClient() {
        return keepAlive && requestDone;
    }

    /** Whether the client announced that it sends nothing more. */
    boolean clientExpectsClose() {
        return clientExpectsClose && requestDone;
    }

    void closeClientAfterwards() {
        keepAlive = false;
    }

    /** What the reply tells the client about its connection. */
    Persistence persistence(int status) {
        // An early refusal: nobody will read the rest of the body.
        if (loop.draining() || (!requestDone && status >= 300)) {
            keepAlive = false;
        }
        return Persistence.of(keepAlive, requestHead.minorVersion());
    }

    @Nullable PooledConnection upstream() {
        return upstream;
    }

    ServicePolicy policy() {
        return policy;
    }

    /** The head is whole: takes from it what is needed once its bytes are gone. */
    void acceptHead(ByteBuffer in) {
        trace.head(requestHead, in, client().provenance(), loop.net().nanos());
        method = requestHead.method();
        framing = requestHead.framing();
        bodyLeft = framing == Framing.LENGTH ? requestHead.contentLength() : 0;
        requestDone = framing == Framing.NONE;
        keepAlive = requestHead.keepAlive();
        clientExpectsClose = !keepAlive;
    }

    /**
     * Goes over as much of {@code [from, to)} as belongs to the body.
     *
     * @return the first position behind it, or a negative code for {@link Rejection#of}
     */
    int takeBody(ByteBuffer in, int from, int to) {
        clientNanos = loop.net().nanos();
        if (requestDone) {
            return from;
        }
        if (framing == Framing.LENGTH) {
            int n = (int) Math.min(bodyLeft, to - from);
            bodyLeft -= n;
            requestDone = bodyLeft == 0;
            trace.requestBytes(n);
            return from + n;
        }
        int end = requestChunks.advance(in, from, to, loop.settings().limits());
        requestDone = requestChunks.done();
        trace.requestBytes(Math.max(0, end - from));
        return end;
    }

    /**
     * Finds the service and writes the head that goes out, and what there is of the body, while the
     * bytes of the head are still there. Returns whether to dispatch; if not, the client is
     * answered.
     */
    boolean prepare(ByteBuffer in, int bodyFrom, int bodyEnd) {
        UpstreamService found =
                loop.directory().find(loop.headView().of(requestHead, in), client().namesService());
        if (found == null) {
            refuse(TerminationReason.GATEWAY_NO_SERVICE);
            return false;
        }
        service = found;
        trace.routed(found.meter(loop.index()));
        policy = found.policy();
        int room = HeadEditor.requestRoom(requestHead) + bodyEnd - bodyFrom;
        ByteBuffer outgoing = loop.buffers().acquire(room);
        if (outgoing == null) {
            refuse(TerminationReason.GATEWAY_OVERLOADED);
            return false;
        }
        loop.editor()
                .request(
                        requestHead,
                        in,
                        client().provenance(),
                        trace.id(),
                        NOTHING,
                        false,
                        outgoing);
        if (bodyEnd > bodyFrom) {
            int at = outgoing.position();
            outgoing.put(at, in, bodyFrom, bodyEnd - bodyFrom);
            outgoing.position(at + bodyEnd - bodyFrom);
        }
        outgoing.flip();
        request = outgoing;
        repeatable = true;
        found.retryBudget(loop.index()).request();
        return true;
    }

    /** Picks an endpoint and sends the request there, or begins to connect. */
    void dispatch() {
        UpstreamService to = service;
        if (to == null) {
            return;
        }
        long now = loop.net().nanos();
        PickContext context = loop.pickContext();
        context.reset();
        context.sourceHash(client().sourceHash());
        for (int i = 0; i < Math.min(attempts, tried.length); i++) {
            Node avoid = tried[i];
            if (avoid != null) {
                context.avoid(avoid);
            }
        }
        Pick pick = to.acquire(context);
        switch (pick) {
            case Node picked -> attempt(to, picked, now);
            case Pick.NoEndpoints _ -> refuse(TerminationReason.GATEWAY_NO_ENDPOINTS);
            case Pick.AllEjected _ -> refuse(TerminationReason.GATEWAY_ALL_EJECTED);
            case Pick.OverLimit _ -> refuse(TerminationReason.GATEWAY_OVER_LIMIT);
        }
    }

    private void attempt(UpstreamService to, Node picked, long now) {
        node = picked;
        attemptNanos = now;
        anySent = false;
        bodyRefused = false;
        LoopEndpoint endpoint = loop.endpoint(to, picked);
        if (endpoint == null) {
            attemptFailed(Outcome.CONNECT_FAILED, TerminationReason.UPSTREAM_CONNECT_UNREACHABLE);
            return;
        }
        PickContext context = loop.pickContext();
        trace.picked(endpoint.meter(), picked.epoch(), context.score(), context.passedOver(), now);
        EndpointPool pool = endpoint.pool();
        PooledConnection leased = freshOnly ? null : pool.lease(this, !method.idempotent());
        if (leased != null) {
            upstream = leased;
            connecting = false;
            reply.connected();
            send();
        } else {
            connecting = true;
            upstream = pool.connect(this);
            client().arm();
        }
    }

    @Override
    public void onConnected() {
        connecting = false;
        reply.connected();
        send();
        client().arm();
        client().pump();
    }

    @Override
    public void onReadable() {
        if (tunnel.open()) {
            tunnel.upstreamReadable();
        } else {
            reply.readable();
        }
    }

    @Override
    public void onWritable() {
        send();
        client().pump();
    }

    @Override
    public void onFailed() {
        if (connecting) {
            PooledConnection c = upstream;
            NetFailure failure = c == null ? null : c.connection().failure();
            attemptFailed(
                    failure == NetFailure.EXHAUSTED ? Outcome.NOT_SENT : Outcome.CONNECT_FAILED,
                    Answers.connect(failure));
        } else {
            sendingFailed();
        }
        if (!over) {
            client().pump();
        }
    }

    /** Sends what is still to be sent of {@link #request}. */
    private void send() {
        ByteBuffer unsent = request;
        PooledConnection to = upstream;
        if (unsent == null || to == null || connecting || !unsent.hasRemaining()) {
            return;
        }
        int n = to.connection().write(unsent);
        if (n == Connection.FAILED) {
            sendingFailed();
            return;
        }
        if (n > 0) {
            sentNanos = loop.net().nanos();
            if (!anySent) {
                anySent = true;
                trace.sent(sentNanos);
            }
        }
        if (!unsent.hasRemaining()) {
            if (!repeatable) {
                releaseRequest();
            }
        } else {
            client().arm();
        }
    }

    /** The endpoint takes no more. It may have said why before it closed: looks for a reply. */
    private void sendingFailed() {
        bodyRefused = true;
        if (!repeatable) {
            releaseRequest();
        }
        if (tunnel.open()) {
            client().abort(TerminationReason.UPSTREAM_TUNNEL_ABORTED);
        } else {
            reply.upstreamBroke();
        }
    }

    /** Whether more of the body can be passed on now. */
    boolean wantsBody() {
        if (bodyRefused) {
            return !reply.done();
        }
        ByteBuffer unsent = request;
        return upstream != null
                && !connecting
                && !reply.done()
                && (unsent == null || !unsent.hasRemaining());
    }

    /** Passes on a part of the body that came behind the first. */
    void forwardBody(ByteBuffer part) {
        PooledConnection to = upstream;
        if (to == null || bodyRefused || !part.hasRemaining()) {
            return;
        }
        if (repeatable) {
            repeatable = false;
            releaseRequest();
        }
        int n = to.connection().write(part);
        if (n == Connection.FAILED) {
            sendingFailed();
            return;
        }
        if (n > 0) {
            sentNanos = loop.net().nanos();
        }
        if (part.hasRemaining()) {
            ByteBuffer rest = loop.buffers().acquire(part.remaining());
            if (rest == null) {
                client().abort(TerminationReason.GATEWAY_OVERLOADED);
                return;
            }
            request = rest.put(part).flip();
            client().arm();
        }
    }

    /** For the tunnel: bytes for the endpoint that wait for room. */
    boolean unsent() {
        return request != null && request.hasRemaining();
    }

    /** The first byte of a reply has come: this attempt is the last. */
    void replyBegins() {
        trace.firstByte(loop.net().nanos());
        if (repeatable) {
            repeatable = false;
            if (request != null && !request.hasRemaining()) {
                releaseRequest();
            }
        }
    }

    /**
     * This attempt failed before its reply began. Tries elsewhere if the request was not sent, or
     * is safe to repeat; otherwise answers the client.
     */
    void attemptFailed(Outcome outcome, TerminationReason reason) {
        PooledConnection failed = upstream;
        // Closed by the endpoint while it was idle: that speaks neither for nor against it.
        boolean stale = failed != null && failed.reused() && outcome == Outcome.BROKEN;
        if (failed != null) {
            upstream = null;
            if (stale) {
                failed.pool().closeIdle();
            }
            failed.discard(false);
        }
        Node at = node;
        release(stale ? Outcome.NOT_SENT : outcome);
        trace.attemptEnded(!stale, loop.net().nanos());
        boolean wasSent = anySent;
        connecting = false;
        if (attempts < tried.length) {
            tried[attempts] = stale ? null : at;
        }
        attempts++;
        if (!mayRepeat(wasSent) || !allowed(stale)) {
            refuse(reason);
            return;
        }
        freshOnly |= stale;
        if (request != null) {
            request.rewind();
        }
        reply.reset();
        dispatch();
        client().arm();
    }

    /** The endpoint closed without a word. */
    void upstreamClosed() {
        attemptFailed(
                Outcome.BROKEN,
                requestDone && !unsent()
                        ? TerminationReason.UPSTREAM_WAIT_ABORTED
                        : TerminationReason.UPSTREAM_REQUEST_ABORTED);
    }

    private boolean mayRepeat(boolean wasSent) {
        return repeatable && (!wasSent || method.idempotent());
    }

    private boolean allowed(boolean stale) {
        UpstreamService to = service;
        if (to == null || attempts > policy.retryAttempts() + (freshOnly ? 1 : 0)) {
            return false;
        }
        return (stale && !freshOnly) || to.retryBudget(loop.index()).tryRetry(loop.net().nanos());
    }

    /** The reply is complete: the endpoint is free for others. */
    void replyComplete(int status, boolean reusable) {
        PooledConnection from = upstream;
        if (from != null) {
            upstream = null;
            Node at = node;
            if (reusable
                    && requestDone
                    && !unsent()
                    && !bodyRefused
                    && at != null
                    && !at.isGone()) {
                from.giveBack();
            } else {
                from.discard(false);
            }
        }
        release(Outcome.ofStatus(status));
        releaseRequest();
        replySent();
    }

    /** Everything is written or waits in the client's output. */
    private void replySent() {
        ClientConnection to = client();
        if (to.out().failed()) {
            clientGone();
        } else if (to.out().pending()) {
            to.arm();
        } else {
            end(reply.reason());
            to.settled();
        }
    }

    /** The client took something of what waited for it. */
    void clientDrained(boolean some) {
        ClientConnection to = client();
        if (to.out().failed()) {
            clientGone();
            return;
        }
        if (some) {
            reply.clientTook();
        }
        if (to.out().pending()) {
            return;
        }
        if (tunnel.open()) {
            tunnel.fromUpstream();
        } else if (reply.done()) {
            replySent();
        } else {
            reply.pump();
        }
    }

    /** The head is malformed. */
    void reject(Rejection rejection) {
        keepAlive = false;
        answer(Answers.head(rejection), rejection.status(), rejection.reasonBytes());
    }

    /** The body is malformed: whoever received the beginning must not take it for the whole. */
    void rejectBody(Rejection rejection) {
        keepAlive = false;
        dropUpstream(Outcome.CANCELLED, true);
        if (reply.headSent()) {
            client().abort(Answers.body(rejection));
        } else {
            answer(Answers.body(rejection), rejection.status(), rejection.reasonBytes());
        }
    }

    /** Answers the client ourselves, or cuts it off if its reply had begun. */
    void refuse(TerminationReason reason) {
        int status = Answers.status(reason);
        if (reply.headSent() || status == 0) {
            client().abort(reason);
            return;
        }
        answer(reason, status, NOTHING);
    }

    private void answer(TerminationReason reason, int status, byte[] detail) {
        dropUpstream(Answers.outcome(reason), true);
        releaseRequest();
        if (!requestDone) {
            keepAlive = false;
        }
        reply.local(reason, status);
        ByteBuffer out = loop.scratch().out;
        out.clear();
        ErrorResponses.write(
                status,
                reason.bytes(),
                detail,
                trace.id(),
                persistence(status),
                method == Method.HEAD,
                out);
        out.flip();
        client().out().write(out);
        replySent();
    }

    /** The client is gone, or everything is given up for another reason. Idempotent. */
    void abandon(TerminationReason reason) {
        dropUpstream(Answers.outcome(reason), true);
        releaseRequest();
        reply.release();
        end(reason);
    }

    /** The client has broken the connection, or ended it in the middle of its request. */
    void clientGone() {
        client().abort(goneReason());
    }

    private TerminationReason goneReason() {
        if (tunnel.open()) {
            return TerminationReason.CLIENT_TUNNEL_ABORTED;
        }
        if (!requestDone) {
            return TerminationReason.CLIENT_BODY_ABORTED;
        }
        if (connecting) {
            return TerminationReason.CLIENT_CONNECT_ABORTED;
        }
        return reply.finalHead()
                ? TerminationReason.CLIENT_RESPONSE_ABORTED
                : TerminationReason.CLIENT_WAIT_ABORTED;
    }

    /** The endpoint is dead or replaced: nothing it may still say counts. */
    void cut(Node dead) {
        if (node == dead && upstream != null) {
            if (reply.begun()) {
                refuse(
                        reply.finalHead()
                                ? TerminationReason.UPSTREAM_BODY_ABORTED
                                : TerminationReason.UPSTREAM_HEAD_ABORTED);
            } else {
                upstreamClosed();
            }
        }
    }

    private void dropUpstream(Outcome outcome, boolean abruptly) {
        PooledConnection dropped = upstream;
        if (dropped != null) {
            upstream = null;
            dropped.discard(abruptly);
        }
        release(outcome);
    }

    private void release(Outcome outcome) {
        Node at = node;
        UpstreamService of = service;
        if (at != null && of != null) {
            node = null;
            of.release(at, outcome, reply.begun() ? reply.firstByteNanos() - attemptNanos : 0);
        }
    }

    private void releaseRequest() {
        if (request != null) {
            loop.buffers().release(request);
            request = null;
        }
        repeatable = false;
    }

    private void end(TerminationReason reason) {
        if (!over) {
            over = true;
            reply.release();
            loop.observer().end(trace, reason, reply.sentStatus(), loop.net().nanos());
        }
    }

    /** When something has to be looked at next, at the latest. */
    long nextDeadlineNanos() {
        Deadlines deadlines = loop.deadlines();
        deadlines.evaluate(this, reply, loop.settings());
        return Math.min(deadlines.earliestNanos(), loop.net().nanos() + FAR_NANOS);
    }

    /** The timer fired: acts on what is overdue. Returns whether to set the timer again. */
    boolean checkDeadlines(long nowNanos) {
        Deadlines deadlines = loop.deadlines();
        deadlines.evaluate(this, reply, loop.settings());
        if (deadlines.earliestNanos() - nowNanos > 0) {
            return true;
        }
        TerminationReason reason = deadlines.reason();
        switch (reason) {
            case UPSTREAM_CONNECT_TIMEOUT -> attemptFailed(Outcome.CONNECT_FAILED, reason);
            case UPSTREAM_WAIT_TIMEOUT -> {
                // The whole time is over, or only that of this attempt.
                if (nowNanos - clientNanos >= policy.requestNanos() && policy.requestNanos() > 0) {
                    refuse(reason);
                } else {
                    attemptFailed(Outcome.TIMED_OUT, reason);
                }
            }
            default -> refuse(reason);
        }
        return !over;
    }

    long beganNanos() {
        return beganNanos;
    }

    long attemptNanos() {
        return attemptNanos;
    }

    long clientNanos() {
        return clientNanos;
    }

    long sentNanos() {
        return sentNanos;
    }

    boolean connecting() {
        return connecting;
    }
}
