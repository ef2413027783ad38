package io.evenkeel.gateway.proxy;

import io.evenkeel.gateway.http1.RequestHead;
import io.evenkeel.kernel.balancing.Node;
import io.evenkeel.kernel.balancing.PickContext;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The session of one request: what binds it to an endpoint, and whether to bind it anew. */
final class SessionState {
    private static final byte[] NOTHING = new byte[0];

    private final ProxyLoop loop;
    private SessionPolicy policy = SessionPolicy.NONE;
    private boolean bound;
    private boolean old;
    private long endpointHash;
    private long sourceHash;

    /** Whom the client's next requests are to go to; null if that is settled. */
    private @Nullable Node bindTo;

    SessionState(ProxyLoop loop) {
        this.loop = loop;
    }

    /** For the next request, whose head is in {@code in}. */
    void begin(SessionPolicy now, ClientRequest request, ByteBuffer in) {
        policy = now;
        bound = false;
        bindTo = null;
        sourceHash = request.sourceHash();
        RequestHead head = request.head();
        switch (policy.by()) {
            case NOTHING -> {}
            case HEADER -> sourceHash = Sessions.headerHash(policy, head, in, sourceHash);
            case COOKIE -> {
                Sessions sessions = loop.sessions();
                bound = sessions.find(policy, head, in, nowSeconds());
                old = sessions.old();
                endpointHash = sessions.endpointHash();
            }
        }
    }

    private long nowSeconds() {
        return loop.observer().wallMillis(loop.net().nanos()) / 1000;
    }

    /** Tells the next pick. */
    void ask(PickContext context) {
        context.sourceHash(sourceHash);
        if (bound) {
            context.bind(endpointHash);
        }
    }

    /** Notes what the pick came to. */
    void picked(PickContext context, Node node) {
        if (policy.by() == SessionPolicy.By.COOKIE) {
            boolean settled =
                    switch (context.binding()) {
                        case NONE, BROKEN -> false;
                        case HONOURED -> !old;
                        case FULL -> true;
                    };
            bindTo = settled ? null : node;
        }
    }

    /** Lines for the head of the reply, maybe none. */
    byte[] lines() {
        Node to = bindTo;
        return to == null ? NOTHING : loop.sessions().line(policy, to.id(), nowSeconds());
    }
}
