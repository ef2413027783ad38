package io.evenkeel.gateway.proxy;

import io.evenkeel.gateway.observe.TerminationReason;
import io.evenkeel.kernel.health.Outcome;

/**
 * Everything that an exchange waits for, with how long: the earliest of them is what its client's
 * timer is set to, and what is done when it is reached. Evaluated when a wait begins and when the
 * timer fires; progress in between only moves the deadlines further away, which the timer wheel
 * takes for free.
 */
final class Deadlines {
    /** An hour: how long the timer of an exchange without any limit sleeps. */
    private static final long FAR_NANOS = 3_600_000_000_000L;

    private final ProxySettings settings;
    private long earliestNanos;
    private TerminationReason reason = TerminationReason.COMPLETE;

    Deadlines(ProxySettings settings) {
        this.settings = settings;
    }

    /** When something of an exchange has to be looked at, within an hour. */
    long nextNanos(Exchange exchange, long nowNanos) {
        evaluate(exchange);
        return Math.min(earliestNanos, nowNanos + FAR_NANOS);
    }

    /** Acts on what is overdue, if anything is. */
    void check(Exchange exchange, long nowNanos) {
        evaluate(exchange);
        if (earliestNanos - nowNanos > 0) {
            return;
        }
        // Copied: acting may evaluate again.
        TerminationReason overdue = reason;
        switch (overdue) {
            case UPSTREAM_CONNECT_TIMEOUT -> exchange.attempts().connectTimedOut();
            case UPSTREAM_WAIT_TIMEOUT -> {
                // The whole time is over, or only that of this attempt.
                long wholeNanos = exchange.attempts().policy().requestNanos();
                long sinceNanos = exchange.request().heardNanos();
                if (wholeNanos > 0 && nowNanos - sinceNanos >= wholeNanos) {
                    exchange.refuse(overdue);
                } else {
                    exchange.attempts().fail(Outcome.TIMED_OUT, overdue);
                }
            }
            default -> exchange.refuse(overdue);
        }
    }

    private void evaluate(Exchange exchange) {
        earliestNanos = Long.MAX_VALUE;
        reason = TerminationReason.COMPLETE;
        Reply reply = exchange.reply();
        ClientRequest request = exchange.request();
        Attempts attempts = exchange.attempts();
        ServicePolicy policy = attempts.policy();
        limit(exchange.beganNanos(), settings.totalNanos(), TerminationReason.GATEWAY_TIMEOUT);
        if (exchange.client().out().pending()) {
            limit(
                    reply.clientTookNanos(),
                    settings.writeStallNanos(),
                    TerminationReason.CLIENT_RESPONSE_TIMEOUT);
        }
        if (exchange.tunnel().open()) {
            limit(
                    exchange.tunnel().movedNanos(),
                    policy.idleNanos(),
                    TerminationReason.GATEWAY_TUNNEL_TIMEOUT);
            return;
        }
        if (reply.done()) {
            return;
        }
        if (attempts.connecting()) {
            limit(
                    attempts.beganNanos(),
                    policy.connectNanos(),
                    TerminationReason.UPSTREAM_CONNECT_TIMEOUT);
            return;
        }
        if (exchange.delivery().unsent()) {
            limit(
                    exchange.delivery().sentNanos(),
                    settings.writeStallNanos(),
                    TerminationReason.UPSTREAM_REQUEST_TIMEOUT);
        } else if (!request.done()) {
            limit(
                    request.heardNanos(),
                    settings.bodyIdleNanos(),
                    TerminationReason.CLIENT_BODY_TIMEOUT);
        }
        if (!reply.finalHead()) {
            // A body that takes its time is held to its pauses; the endpoint's time begins behind
            // it.
            if (request.done()) {
                TerminationReason waiting =
                        reply.begun()
                                ? TerminationReason.UPSTREAM_HEAD_TIMEOUT
                                : TerminationReason.UPSTREAM_WAIT_TIMEOUT;
                limit(request.heardNanos(), policy.requestNanos(), waiting);
                limit(attempts.beganNanos(), policy.perTryNanos(), waiting);
            }
        } else if (!exchange.client().out().pending()) {
            limit(
                    reply.upstreamNanos(),
                    policy.idleNanos(),
                    TerminationReason.UPSTREAM_BODY_TIMEOUT);
        }
    }

    private void limit(long sinceNanos, long nanos, TerminationReason then) {
        if (nanos > 0 && sinceNanos + nanos < earliestNanos) {
            earliestNanos = sinceNanos + nanos;
            reason = then;
        }
    }
}
