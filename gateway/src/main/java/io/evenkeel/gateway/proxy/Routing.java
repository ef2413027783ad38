package io.evenkeel.gateway.proxy;

import io.evenkeel.gateway.http1.Redirection;
import io.evenkeel.gateway.observe.TerminationReason;
import java.nio.ByteBuffer;

/**
 * What becomes of a request whose head is whole: finds its service, refuses what the service's
 * policy doesn't let in, and has the rest written down for an endpoint. One per loop; keeps nothing
 * of a request.
 */
final class Routing {
    private final ProxyLoop loop;

    Routing(ProxyLoop loop) {
        this.loop = loop;
    }

    /**
     * Decides while the bytes of the head are still there. Returns whether to dispatch; if not, the
     * client is answered.
     *
     * @param in the head, and the part of its body in {@code [bodyFrom, bodyEnd)}
     */
    boolean route(Exchange exchange, ByteBuffer in, int bodyFrom, int bodyEnd) {
        ClientRequest request = exchange.request();
        ClientSource source = exchange.client().source();
        Destination destination =
                loop.directory()
                        .find(loop.headView().of(request.head(), in), source.namesService());
        if (destination == null) {
            exchange.refuse(TerminationReason.GATEWAY_NO_SERVICE);
            return false;
        }
        UpstreamService found = destination.service();
        exchange.trace().routed(found.meter(loop.index()));
        ServicePolicy policy = found.policy();
        long wait = found.rateWaitNanos(request.sourceHash(), loop.net().nanos());
        if (wait > 0) {
            exchange.refuse(TerminationReason.GATEWAY_RATE_LIMITED, wait);
            return false;
        }
        Redirection redirection = destination.redirection();
        if (redirection != null) {
            exchange.redirect(redirection, in);
            return false;
        }
        request.limitBody(policy.maxBodyBytes());
        if (request.bodyTooLarge()) {
            exchange.refuse(TerminationReason.CLIENT_BODY_TOO_LARGE);
            return false;
        }
        int most = policy.limits().requests();
        // This one is counted already.
        if (most > 0 && found.requests() > most) {
            exchange.refuse(TerminationReason.GATEWAY_TOO_MANY_REQUESTS);
            return false;
        }
        if (!exchange.delivery()
                .compose(
                        request.head(),
                        in,
                        source.provenance(),
                        destination.edits(),
                        bodyFrom,
                        bodyEnd)) {
            exchange.refuse(TerminationReason.GATEWAY_OVERLOADED);
            return false;
        }
        request.editReply(destination.edits().response());
        exchange.attempts().service(found, in);
        Mirror mirror = destination.mirror();
        if (mirror != null) {
            loop.mirrors().copy(mirror, exchange);
        }
        return true;
    }
}
