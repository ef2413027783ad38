package io.evenkeel.gateway.proxy;

import io.evenkeel.gateway.net.NetFailure;
import io.evenkeel.gateway.net.Timer;
import io.evenkeel.gateway.observe.RequestTrace;
import io.evenkeel.gateway.observe.TerminationReason;
import io.evenkeel.gateway.pool.EndpointPool;
import io.evenkeel.gateway.pool.PooledConnection;
import io.evenkeel.kernel.balancing.Node;
import io.evenkeel.kernel.balancing.Pick;
import io.evenkeel.kernel.balancing.PickContext;
import io.evenkeel.kernel.health.Outcome;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The attempts of one request at the endpoints of its service, one at a time: picks, takes a
 * connection or makes one, and tries elsewhere what may be repeated. A node that was acquired is
 * released exactly once, and a leased connection given back or discarded exactly once.
 */
final class Attempts {
    /** How often a request that waits for a connection looks: as fine as the wheel's ticks. */
    private static final long AGAIN_NANOS = 2_000_000;

    private static final byte[] NO_UPGRADE =
            "upgrade: not through a tunnel".getBytes(StandardCharsets.US_ASCII);

    private final ProxyLoop loop;
    private final Exchange exchange;
    private final RequestTrace trace;
    private final @Nullable Node[] tried = new @Nullable Node[PickContext.MAX_TRIED];
    private final SessionState session;
    private @Nullable UpstreamService service;
    private ServicePolicy policy = ServicePolicy.DEFAULT;
    private @Nullable Node node;
    private int index;
    private @Nullable PooledConnection upstream;
    private boolean connecting;

    /** Where a connection is being made for us, or waited for. */
    private @Nullable LoopEndpoint pendingAt;

    /** The endpoint may have no more connections: waits until one closes. */
    private boolean waiting;

    private final Timer again = new Timer(_ -> openAgain());
    private boolean freshOnly;
    private int failed;
    private long beganNanos;

    Attempts(ProxyLoop loop, Exchange exchange, RequestTrace trace) {
        this.loop = loop;
        this.exchange = exchange;
        this.trace = trace;
        session = new SessionState(loop);
    }

    /** For the next request. */
    void reset() {
        service = null;
        policy = ServicePolicy.DEFAULT;
        node = null;
        upstream = null;
        connecting = false;
        pendingAt = null;
        waiting = false;
        freshOnly = false;
        for (int i = 0; i < Math.min(failed, tried.length); i++) {
            tried[i] = null;
        }
        failed = 0;
    }

    /**
     * The service is found, its policy as it is now holds to the request's end.
     *
     * @param in where the request's head is
     */
    void service(UpstreamService found, ByteBuffer in) {
        service = found;
        policy = found.policy();
        session.begin(policy.sessions(), exchange.request(), in);
        found.retryBudget(loop.index()).request();
    }

    ServicePolicy policy() {
        return policy;
    }

    /** The connection of the attempt under way. */
    @Nullable PooledConnection upstream() {
        return upstream;
    }

    boolean connecting() {
        return connecting;
    }

    /** When the attempt under way began. */
    long beganNanos() {
        return beganNanos;
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
        session.ask(context);
        for (int i = 0; i < Math.min(failed, tried.length); i++) {
            Node avoid = tried[i];
            if (avoid != null) {
                context.avoid(avoid);
            }
        }
        Pick pick = to.acquire(context);
        switch (pick) {
            case Node picked -> attempt(to, picked, now);
            case Pick.NoEndpoints _ -> exchange.refuse(TerminationReason.GATEWAY_NO_ENDPOINTS);
            case Pick.NoneEligible _ -> exchange.refuse(TerminationReason.GATEWAY_NONE_ELIGIBLE);
            case Pick.OverLimit _ -> exchange.refuse(TerminationReason.GATEWAY_OVER_LIMIT);
        }
    }

    private void attempt(UpstreamService to, Node picked, long now) {
        node = picked;
        index = loop.pickContext().index();
        session.picked(loop.pickContext(), picked);
        beganNanos = now;
        exchange.delivery().again();
        LoopEndpoint endpoint = loop.endpoint(to, picked);
        if (endpoint == null) {
            fail(Outcome.CONNECT_FAILED, TerminationReason.UPSTREAM_CONNECT_UNREACHABLE);
            return;
        }
        PickContext context = loop.pickContext();
        trace.picked(
                endpoint.meter(),
                picked.epoch(),
                context.score(),
                context.passedOver(),
                context.panic(),
                now);
        EndpointPool pool = endpoint.pool();
        if (!pool.direct() && exchange.request().head().upgrade()) {
            exchange.refuse(TerminationReason.GATEWAY_UNSUPPORTED, NO_UPGRADE);
            return;
        }
        PooledConnection leased =
                freshOnly ? null : pool.lease(exchange, !exchange.request().method().idempotent());
        if (leased != null) {
            upstream = leased;
            exchange.ready();
        } else {
            connect(to, endpoint);
        }
    }

    private void connect(UpstreamService to, LoopEndpoint endpoint) {
        int most = policy.limits().pending();
        if (most > 0 && to.pending() >= most) {
            exchange.refuse(TerminationReason.GATEWAY_TOO_MANY_PENDING);
            return;
        }
        connecting = true;
        pendingAt = endpoint;
        to.meter(loop.index()).pendingBegan();
        upstream = endpoint.pool().connect(exchange);
        if (upstream == null) {
            waiting = true;
            endpoint.pool().count().beginWait();
            loop.net().schedule(again, loop.net().nanos() + AGAIN_NANOS);
        }
        exchange.client().arm();
    }

    /** A connection may have been closed meanwhile, or come back to this loop. */
    private void openAgain() {
        LoopEndpoint at = pendingAt;
        if (at == null || !waiting) {
            return;
        }
        PooledConnection leased = at.pool().lease(exchange, true);
        if (leased != null) {
            upstream = leased;
            connected();
            exchange.ready();
            exchange.client().arm();
            exchange.client().pump();
            return;
        }
        upstream = at.pool().connect(exchange);
        if (upstream != null) {
            endWait(at);
        } else {
            at.pool().count().ask();
            loop.net().schedule(again, loop.net().nanos() + AGAIN_NANOS);
        }
    }

    private void endWait(LoopEndpoint at) {
        if (waiting) {
            waiting = false;
            at.pool().count().endWait();
            loop.net().cancel(again);
        }
    }

    /** The request has its connection, or needs none any more. */
    private void settled() {
        LoopEndpoint at = pendingAt;
        UpstreamService of = service;
        if (at != null && of != null) {
            pendingAt = null;
            of.meter(loop.index()).pendingEnded();
            endWait(at);
        }
    }

    /** No connection stands in time: the endpoint's fault, unless it may have no more of them. */
    void connectTimedOut() {
        if (waiting) {
            fail(Outcome.NOT_SENT, TerminationReason.GATEWAY_TOO_MANY_CONNECTIONS);
        } else {
            fail(Outcome.CONNECT_FAILED, TerminationReason.UPSTREAM_CONNECT_TIMEOUT);
        }
    }

    /** Lines that the reply's head gets on behalf of the session. */
    byte[] sessionLines() {
        return session.lines();
    }

    /** The connection stands. */
    void connected() {
        connecting = false;
        settled();
    }

    /** No connection could be made. */
    void connectFailed() {
        PooledConnection c = upstream;
        NetFailure failure = c == null ? null : c.connection().failure();
        fail(
                failure == NetFailure.EXHAUSTED ? Outcome.NOT_SENT : Outcome.CONNECT_FAILED,
                Answers.connect(failure));
    }

    /**
     * The attempt failed before its reply began. Tries elsewhere if the request was not sent, or is
     * safe to repeat; otherwise answers the client.
     */
    void fail(Outcome outcome, TerminationReason reason) {
        PooledConnection broken = upstream;
        NetFailure failure = broken == null ? null : broken.connection().failure();
        // A tunnel says so of a request that nobody has worked on, however much of it was sent.
        boolean refused = failure == NetFailure.REFUSED || failure == NetFailure.GONE;
        boolean stale = broken != null && outcome == Outcome.BROKEN && stale(broken, failure);
        if (broken != null) {
            upstream = null;
            if (stale) {
                broken.pool().closeIdle();
            }
            broken.discard(false);
        }
        Node at = node;
        release(stale ? Outcome.NOT_SENT : refused ? Outcome.CONNECT_FAILED : outcome);
        trace.attemptEnded(!stale, loop.net().nanos());
        connecting = false;
        if (failed < tried.length) {
            tried[failed] = stale ? null : at;
        }
        failed++;
        if (!mayRepeat(refused) || !allowed(stale)) {
            exchange.refuse(reason);
            return;
        }
        freshOnly |= stale;
        exchange.reply().reset();
        dispatch();
        exchange.client().arm();
    }

    /**
     * Whether it was closed while it was idle, which speaks neither for nor against the endpoint. A
     * pipe, used before or not, breaks so only when its tunnel is lost, and all pipes to it at
     * once; else it says what became of this request.
     */
    private static boolean stale(PooledConnection broken, @Nullable NetFailure failure) {
        if (!broken.pool().direct() && failure != null) {
            return failure == NetFailure.RESET || failure == NetFailure.GONE;
        }
        return broken.reused();
    }

    private boolean mayRepeat(boolean refused) {
        Delivery delivery = exchange.delivery();
        return delivery.repeatable()
                && (refused || !delivery.begun() || exchange.request().method().idempotent());
    }

    private boolean allowed(boolean stale) {
        UpstreamService to = service;
        if (to == null || failed > policy.retryAttempts() + (freshOnly ? 1 : 0)) {
            return false;
        }
        return (stale && !freshOnly) || to.retryBudget(loop.index()).tryRetry(loop.net().nanos());
    }

    /** The reply is complete: the endpoint is free for others, the connection too if it may be. */
    void complete(Outcome outcome, boolean reusable) {
        PooledConnection from = upstream;
        if (from != null) {
            upstream = null;
            Node at = node;
            if (reusable && at != null && !at.isGone()) {
                from.giveBack();
            } else {
                from.discard(false);
            }
        }
        release(outcome);
    }

    /** The attempt under way is given up, its connection reset. Idempotent. */
    void drop(Outcome outcome) {
        PooledConnection dropped = upstream;
        if (dropped != null) {
            upstream = null;
            dropped.discard(true);
        }
        release(outcome);
    }

    /** Whether the attempt under way is at this endpoint. */
    boolean isAt(Node candidate) {
        return node == candidate && upstream != null;
    }

    private void release(Outcome outcome) {
        settled();
        Node at = node;
        UpstreamService of = service;
        if (at != null && of != null) {
            node = null;
            Reply reply = exchange.reply();
            of.release(at, index, outcome, reply.begun() ? reply.firstByteNanos() - beganNanos : 0);
        }
    }
}
