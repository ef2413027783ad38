package io.evenkeel.gateway.proxy;

import io.evenkeel.gateway.http1.ErrorResponses;
import io.evenkeel.gateway.http1.Method;
import io.evenkeel.gateway.http1.Persistence;
import io.evenkeel.gateway.http1.Provenance;
import io.evenkeel.gateway.http1.Redirection;
import io.evenkeel.gateway.http1.Rejection;
import io.evenkeel.gateway.http1.RequestHead;
import io.evenkeel.gateway.net.ConnectionHandler;
import io.evenkeel.gateway.observe.RequestTrace;
import io.evenkeel.gateway.observe.TerminationReason;
import io.evenkeel.gateway.pool.PooledConnection;
import io.evenkeel.kernel.balancing.Node;
import io.evenkeel.kernel.health.Outcome;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One request, from its first byte to the last of its reply: joins what the client asks ({@link
 * ClientRequest}), its way to an endpoint ({@link Attempts}, {@link Delivery}) and the way back
 * ({@link Reply}, {@link Tunnel}), answers where no endpoint does, and ends exactly once. It
 * handles the events of the endpoint's connection.
 *
 * <p>Used again for request after request; a client between requests has none.
 */
final class Exchange implements ConnectionHandler {
    private static final byte[] NOTHING = new byte[0];

    private final ProxyLoop loop;
    private final RequestTrace trace = new RequestTrace();
    private final ClientRequest request = new ClientRequest();
    private final Delivery delivery;
    private final Attempts attempts;
    private final Reply reply;
    private final Tunnel tunnel;
    private @Nullable ClientConnection client;
    private boolean over;
    private long beganNanos;

    Exchange(ProxyLoop loop) {
        this.loop = loop;
        delivery = new Delivery(loop, trace);
        attempts = new Attempts(loop, this, trace);
        reply = new Reply(loop, this);
        tunnel = new Tunnel(loop, this);
    }

    /** Begins with a client's next request, of which the first bytes have come. */
    void begin(ClientConnection forClient) {
        client = forClient;
        beganNanos = loop.net().nanos();
        request.reset(beganNanos);
        delivery.reset(beganNanos);
        attempts.reset();
        reply.reset();
        tunnel.reset();
        over = false;
        loop.observer().begin(trace, beganNanos);
        trace.client(forClient.source().provenance().address());
    }

    ClientConnection client() {
        ClientConnection c = client;
        if (c == null) {
            throw new IllegalStateException("an exchange without its client");
        }
        return c;
    }

    ClientRequest request() {
        return request;
    }

    Delivery delivery() {
        return delivery;
    }

    Attempts attempts() {
        return attempts;
    }

    Reply reply() {
        return reply;
    }

    Tunnel tunnel() {
        return tunnel;
    }

    RequestTrace trace() {
        return trace;
    }

    long beganNanos() {
        return beganNanos;
    }

    @Nullable PooledConnection upstream() {
        return attempts.upstream();
    }

    /** What the reply tells the client about its connection. */
    Persistence persistence(int status) {
        // An early refusal: nobody will read the rest of the body.
        if (loop.draining() || (!request.done() && status >= 300)) {
            request.closeClientAfterwards();
        }
        return request.persistence();
    }

    /** The head is whole, in {@code in}. */
    void acceptHead(ByteBuffer in) {
        ClientSource source = client().source();
        trace.head(request.head(), in, source.trusted(), loop.net().nanos());
        request.accept(loop.sources().client(request.head(), in, source, trace));
    }

    /**
     * Goes over as much of {@code [from, to)} as belongs to the body.
     *
     * @return the first position behind it, or a negative code for {@link Rejection#of}
     */
    int takeBody(ByteBuffer in, int from, int to) {
        int end = request.takeBody(in, from, to, loop.settings().limits(), loop.net().nanos());
        trace.requestBytes(Math.max(0, end - from));
        return end;
    }

    @Override
    public void onConnected() {
        attempts.connected();
        ready();
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
        if (attempts.connecting()) {
            attempts.connectFailed();
        } else {
            sendingFailed();
        }
        if (!over) {
            client().pump();
        }
    }

    /** There is a connection for the attempt: the request goes out. */
    void ready() {
        reply.connected();
        send();
    }

    private void send() {
        PooledConnection to = attempts.upstream();
        if (to != null && !attempts.connecting()) {
            sent(delivery.send(to.connection()));
        }
    }

    private void sent(Delivery.Sent how) {
        switch (how) {
            case ALL -> {}
            case PART -> client().arm();
            case BROKEN -> sendingFailed();
            case NO_MEMORY -> client().abort(TerminationReason.GATEWAY_OVERLOADED);
        }
    }

    /** The endpoint takes no more. It may have said why before it closed: looks for a reply. */
    private void sendingFailed() {
        delivery.refuse();
        if (tunnel.open()) {
            client().abort(TerminationReason.UPSTREAM_TUNNEL_ABORTED);
        } else {
            reply.upstreamBroke();
        }
    }

    /** Whether more of the body can be passed on now. */
    boolean wantsBody() {
        if (reply.done()) {
            return false;
        }
        return delivery.refused()
                || (attempts.upstream() != null && !attempts.connecting() && !delivery.unsent());
    }

    /** Passes on a part of the body that came behind the first. */
    void forwardBody(ByteBuffer part) {
        PooledConnection to = attempts.upstream();
        if (to != null && !delivery.refused() && part.hasRemaining()) {
            sent(delivery.pass(part, to.connection()));
        }
    }

    /** The first byte of a reply has come: this attempt is the last. */
    void replyBegins() {
        trace.firstByte(loop.net().nanos());
        delivery.isLast();
    }

    /** The endpoint closed without a word. */
    void upstreamClosed() {
        attempts.fail(
                Outcome.BROKEN,
                request.done() && !delivery.unsent()
                        ? TerminationReason.UPSTREAM_WAIT_ABORTED
                        : TerminationReason.UPSTREAM_REQUEST_ABORTED);
    }

    /** The reply is complete. */
    void replyComplete(int status, boolean reusable) {
        attempts.complete(
                Outcome.ofStatus(status),
                reusable && request.done() && !delivery.unsent() && !delivery.refused());
        delivery.release();
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

    /** The head is malformed; it may even be a PROXY header that nobody here takes. */
    void rejectHead(Rejection rejection, boolean proxyHeader) {
        request.closeClientAfterwards();
        TerminationReason reason =
                proxyHeader
                        ? TerminationReason.CLIENT_PROXY_HEADER_UNEXPECTED
                        : Answers.head(rejection);
        answer(reason, rejection.status(), rejection.reasonBytes(), 0);
    }

    /** The body is malformed: whoever received the beginning must not take it for the whole. */
    void rejectBody(Rejection rejection) {
        request.closeClientAfterwards();
        attempts.drop(Outcome.CANCELLED);
        if (reply.headSent()) {
            client().abort(Answers.body(rejection));
        } else {
            answer(Answers.body(rejection), rejection.status(), rejection.reasonBytes(), 0);
        }
    }

    /** Answers the client ourselves, or cuts it off if its reply had begun. */
    void refuse(TerminationReason reason) {
        refuse(reason, NOTHING);
    }

    /** The same with more about why, in ASCII. */
    void refuse(TerminationReason reason, byte[] detail) {
        int status = Answers.status(reason);
        if (reply.headSent() || status == 0) {
            client().abort(reason);
            return;
        }
        answer(reason, status, detail, Answers.retryAfterSeconds(status));
    }

    /** Answers the client, whose reply has not begun, and says when to come again. */
    void refuse(TerminationReason reason, long waitNanos) {
        long seconds = Math.clamp(Math.ceilDiv(waitNanos, 1_000_000_000L), 1, 86_400);
        answer(reason, Answers.status(reason), NOTHING, (int) seconds);
    }

    /** Sends the client elsewhere, while the head is still in {@code in}. */
    void redirect(Redirection where, ByteBuffer in) {
        ByteBuffer out = loop.scratch().out.clear();
        RequestHead head = request.head();
        Provenance from = client().source().provenance();
        Persistence after = persistence(where.status());
        if (where.write(head, in, from, trace.id(), after, out) < 0) {
            refuse(TerminationReason.CLIENT_HEAD_MALFORMED);
            return;
        }
        reply.local(TerminationReason.GATEWAY_REDIRECTED, where.status());
        client().out().write(out.flip());
        replySent();
    }

    private void answer(
            TerminationReason reason, int status, byte[] detail, int retryAfterSeconds) {
        attempts.drop(Answers.outcome(reason));
        delivery.release();
        if (!request.done()) {
            request.closeClientAfterwards();
        }
        reply.local(reason, status);
        ByteBuffer out = loop.scratch().out.clear();
        ErrorResponses.write(
                status,
                reason.bytes(),
                detail,
                trace.id(),
                retryAfterSeconds,
                persistence(status),
                request.method() == Method.HEAD,
                out);
        out.flip();
        client().out().write(out);
        replySent();
    }

    /** The client is gone, or everything is given up for another reason. Idempotent. */
    void abandon(TerminationReason reason) {
        attempts.drop(Answers.outcome(reason));
        delivery.release();
        reply.release();
        end(reason);
    }

    /** The client has broken the connection, or ended it in the middle of its request. */
    void clientGone() {
        client().abort(Answers.gone(this));
    }

    /** The endpoint is dead or replaced: nothing it may still say counts. */
    void cut(Node dead) {
        if (attempts.isAt(dead)) {
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

    private void end(TerminationReason reason) {
        if (!over) {
            over = true;
            request.over();
            reply.release();
            loop.observer().end(trace, reason, reply.sentStatus(), loop.net().nanos());
        }
    }

    /** When something has to be looked at next, at the latest. */
    long nextDeadlineNanos() {
        return loop.deadlines().nextNanos(this, loop.net().nanos());
    }

    /** The timer fired: acts on what is overdue. Returns whether to set the timer again. */
    boolean checkDeadlines(long nowNanos) {
        loop.deadlines().check(this, nowNanos);
        return !over;
    }
}
