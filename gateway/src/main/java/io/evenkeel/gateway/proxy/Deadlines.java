package io.evenkeel.gateway.proxy;

import io.evenkeel.gateway.observe.TerminationReason;

/**
 * Everything that an exchange waits for, with how long: the earliest of them is what its client's
 * timer is set to. Evaluated when a wait begins and when the timer fires; progress in between only
 * moves the deadlines further away, which the timer wheel takes for free.
 */
final class Deadlines {
    private long earliestNanos;
    private TerminationReason reason = TerminationReason.COMPLETE;

    /** Looks at an exchange; the result is in {@link #earliestNanos} and {@link #reason}. */
    void evaluate(Exchange exchange, Reply reply, ProxySettings settings) {
        earliestNanos = Long.MAX_VALUE;
        reason = TerminationReason.COMPLETE;
        ServicePolicy policy = exchange.policy();
        limit(exchange.beganNanos(), settings.totalNanos(), TerminationReason.GATEWAY_TIMEOUT);
        if (exchange.client().out().pending()) {
            limit(
                    reply.clientTookNanos(),
                    settings.writeStallNanos(),
                    TerminationReason.CLIENT_RESPONSE_TIMEOUT);
        }
        if (exchange.tunnelling()) {
            limit(
                    exchange.tunnel().movedNanos(),
                    policy.idleNanos(),
                    TerminationReason.GATEWAY_TUNNEL_TIMEOUT);
            return;
        }
        if (reply.done()) {
            return;
        }
        if (exchange.connecting()) {
            limit(
                    exchange.attemptNanos(),
                    policy.connectNanos(),
                    TerminationReason.UPSTREAM_CONNECT_TIMEOUT);
            return;
        }
        if (exchange.unsent()) {
            limit(
                    exchange.sentNanos(),
                    settings.writeStallNanos(),
                    TerminationReason.UPSTREAM_REQUEST_TIMEOUT);
        } else if (!exchange.requestDone()) {
            limit(
                    exchange.clientNanos(),
                    settings.bodyIdleNanos(),
                    TerminationReason.CLIENT_BODY_TIMEOUT);
        }
        if (!reply.finalHead()) {
            // A body that takes its time is held to its pauses; the endpoint's time begins behind
            // it.
            if (exchange.requestDone()) {
                TerminationReason waiting =
                        reply.begun()
                                ? TerminationReason.UPSTREAM_HEAD_TIMEOUT
                                : TerminationReason.UPSTREAM_WAIT_TIMEOUT;
                limit(exchange.clientNanos(), policy.requestNanos(), waiting);
                limit(exchange.attemptNanos(), policy.perTryNanos(), waiting);
            }
        } else if (!exchange.client().out().pending()) {
            limit(
                    reply.upstreamNanos(),
                    policy.idleNanos(),
                    TerminationReason.UPSTREAM_BODY_TIMEOUT);
        }
    }

    long earliestNanos() {
        return earliestNanos;
    }

    TerminationReason reason() {
        return reason;
    }

    private void limit(long sinceNanos, long nanos, TerminationReason then) {
        if (nanos > 0 && sinceNanos + nanos < earliestNanos) {
            earliestNanos = sinceNanos + nanos;
            reason = then;
        }
    }
}
