package io.evenkeel.gateway.proxy;

import io.evenkeel.gateway.http1.Rejection;
import io.evenkeel.gateway.net.NetFailure;
import io.evenkeel.gateway.observe.TerminationReason;
import io.evenkeel.kernel.health.Outcome;
import org.jspecify.annotations.Nullable;

/** What a termination reason means to the client, and what it says about the endpoint. */
final class Answers {
    private Answers() {}

    /** The status by which the client is told; 0 if there is nobody or no way to tell. */
    static int status(TerminationReason reason) {
        return switch (reason) {
            case CLIENT_PROXY_HEADER_MALFORMED,
                    CLIENT_PROXY_HEADER_MISSING,
                    CLIENT_PROXY_HEADER_UNEXPECTED,
                    CLIENT_HEAD_MALFORMED,
                    CLIENT_BODY_MALFORMED ->
                    400;
            case CLIENT_PROXY_HEADER_TIMEOUT, CLIENT_HEAD_TIMEOUT, CLIENT_BODY_TIMEOUT -> 408;
            case CLIENT_BODY_TOO_LARGE -> 413;
            case CLIENT_HEAD_TOO_LARGE -> 431;
            case UPSTREAM_CONNECT_REFUSED,
                    UPSTREAM_CONNECT_UNREACHABLE,
                    UPSTREAM_REQUEST_ABORTED,
                    UPSTREAM_WAIT_ABORTED,
                    UPSTREAM_HEAD_MALFORMED,
                    UPSTREAM_HEAD_TOO_LARGE,
                    UPSTREAM_HEAD_ABORTED,
                    UPSTREAM_BODY_MALFORMED,
                    UPSTREAM_BODY_ABORTED ->
                    502;
            case UPSTREAM_CONNECT_TIMEOUT,
                    UPSTREAM_REQUEST_TIMEOUT,
                    UPSTREAM_WAIT_TIMEOUT,
                    UPSTREAM_HEAD_TIMEOUT,
                    GATEWAY_TIMEOUT ->
                    504;
            case GATEWAY_NO_SERVICE -> 404;
            case GATEWAY_RATE_LIMITED -> 429;
            case GATEWAY_NO_ENDPOINTS,
                    GATEWAY_NONE_ELIGIBLE,
                    GATEWAY_OVER_LIMIT,
                    GATEWAY_TOO_MANY_REQUESTS,
                    GATEWAY_TOO_MANY_PENDING,
                    GATEWAY_TOO_MANY_CONNECTIONS,
                    GATEWAY_OVERLOADED,
                    GATEWAY_CONNECT_EXHAUSTED,
                    GATEWAY_STOPPED ->
                    503;
            case GATEWAY_UNSUPPORTED -> 501;
            case GATEWAY_FAULT -> 500;
            default -> 0;
        };
    }

    /** The Retry-After of such an answer, in seconds; 0 for none. */
    static int retryAfterSeconds(int status) {
        return status == 503 ? 1 : 0;
    }

    /** What the endpoint is to be held for when a request ends so. */
    static Outcome outcome(TerminationReason reason) {
        return switch (reason) {
            case COMPLETE, TUNNEL_COMPLETE -> Outcome.SUCCESS;
            case UPSTREAM_CONNECT_REFUSED, UPSTREAM_CONNECT_UNREACHABLE, UPSTREAM_CONNECT_TIMEOUT ->
                    Outcome.CONNECT_FAILED;
            case UPSTREAM_REQUEST_TIMEOUT,
                    UPSTREAM_WAIT_TIMEOUT,
                    UPSTREAM_HEAD_TIMEOUT,
                    UPSTREAM_BODY_TIMEOUT ->
                    Outcome.TIMED_OUT;
            default ->
                    reason.who() == TerminationReason.Who.UPSTREAM
                            ? Outcome.BROKEN
                            : Outcome.CANCELLED;
        };
    }

    /** Why a request with such a head was refused. */
    static TerminationReason head(Rejection rejection) {
        return switch (rejection.status()) {
            case 414, 431 -> TerminationReason.CLIENT_HEAD_TOO_LARGE;
            case 417, 501, 505 -> TerminationReason.GATEWAY_UNSUPPORTED;
            default -> TerminationReason.CLIENT_HEAD_MALFORMED;
        };
    }

    /** Why a request with such a body was refused. */
    static TerminationReason body(Rejection rejection) {
        return rejection.status() == 431
                ? TerminationReason.CLIENT_BODY_TOO_LARGE
                : TerminationReason.CLIENT_BODY_MALFORMED;
    }

    /** Why a reply with such a head was not passed on. */
    static TerminationReason replyHead(Rejection rejection) {
        return rejection.status() == 431
                ? TerminationReason.UPSTREAM_HEAD_TOO_LARGE
                : TerminationReason.UPSTREAM_HEAD_MALFORMED;
    }

    /** Why no connection could be made. */
    static TerminationReason connect(@Nullable NetFailure failure) {
        if (failure == null) {
            return TerminationReason.UPSTREAM_CONNECT_UNREACHABLE;
        }
        return switch (failure) {
            case REFUSED, RESET, GONE -> TerminationReason.UPSTREAM_CONNECT_REFUSED;
            case TIMED_OUT -> TerminationReason.UPSTREAM_CONNECT_TIMEOUT;
            case EXHAUSTED -> TerminationReason.GATEWAY_CONNECT_EXHAUSTED;
            case UNREACHABLE, OTHER -> TerminationReason.UPSTREAM_CONNECT_UNREACHABLE;
        };
    }

    /** Why a request ends whose client is gone. */
    static TerminationReason gone(Exchange exchange) {
        if (exchange.tunnel().open()) {
            return TerminationReason.CLIENT_TUNNEL_ABORTED;
        }
        if (!exchange.request().done()) {
            return TerminationReason.CLIENT_BODY_ABORTED;
        }
        if (exchange.attempts().connecting()) {
            return TerminationReason.CLIENT_CONNECT_ABORTED;
        }
        return exchange.reply().finalHead()
                ? TerminationReason.CLIENT_RESPONSE_ABORTED
                : TerminationReason.CLIENT_WAIT_ABORTED;
    }
}
