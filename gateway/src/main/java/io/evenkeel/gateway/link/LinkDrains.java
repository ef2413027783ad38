package io.evenkeel.gateway.link;

import io.evenkeel.wire.link.LinkMessage;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The two drains that a link may carry: the one that its backend asked for before it leaves, and
 * the one that an operator set. Each is answered by {@code drained} once none of the gateway's
 * requests runs on the endpoint, or at its deadline. Part of a session; sans-IO.
 */
final class LinkDrains {
    private static final long MILLI = 1_000_000L;

    /** What the session lends. */
    interface Session {
        /** Requests of this gateway that run on the endpoint. */
        int outstanding();

        void send(long now, LinkMessage message);
    }

    private final Session session;
    private final DrainWatch backend;
    private final DrainWatch operator;

    /** What the backend was last told of its operator's will, null: that there is no drain. */
    private LinkMessage.@Nullable Drain told;

    LinkDrains(Session session, long pollNanos) {
        this.session = session;
        backend = new DrainWatch(pollNanos);
        operator = new DrainWatch(pollNanos);
    }

    /** When {@link #look} has to be called next; {@link Long#MAX_VALUE}: not at all. */
    long nextLook() {
        return Math.min(backend.nextLook(), operator.nextLook());
    }

    /** Answers what has come to its end. */
    void look(long now) {
        look(backend, now, false);
        look(operator, now, true);
    }

    private void look(DrainWatch drain, long now, boolean byOperator) {
        if (now >= drain.nextLook()) {
            int outstanding = session.outstanding();
            if (drain.over(now, outstanding)) {
                session.send(now, new LinkMessage.Drained(outstanding, byOperator));
            }
        }
    }

    /** The backend wishes to leave; the endpoint is out of the queue already. */
    void backend(long now, LinkMessage.Drain drain) {
        backend.begin(now, drain.deadlineMillis() * MILLI);
        look(now);
    }

    /** The backend has changed its mind; returns whether it had wished to leave. */
    boolean backendStays() {
        boolean begun = backend.begun();
        backend.end();
        return begun;
    }

    /**
     * Tells the backend what its operator wants, unless it knows.
     *
     * @param wanted null: no drain
     * @return whether a drain began
     */
    boolean operator(long now, LinkMessage.@Nullable Drain wanted) {
        if (Objects.equals(wanted, told)) {
            return false;
        }
        boolean begins = told == null;
        told = wanted;
        if (wanted == null) {
            operator.end();
            session.send(now, new LinkMessage.Drain(0, "", true));
        } else {
            session.send(now, wanted);
            operator.begin(now, wanted.deadlineMillis() * MILLI);
            look(now);
        }
        return begins;
    }
}
