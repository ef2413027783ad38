package io.evenkeel.gateway.observe;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Why a request ended, on two axes: who ended it, and what it was doing then. One per request, the
 * same in access log, metric, request record and the header {@code Evenkeel-Termination}. The names
 * are a promise: {@code who.phase.what}, in lower case. Listed with remedies in
 * docs/reference/termination-reasons.md.
 */
@SuppressWarnings("ImmutableEnumChecker") // nobody writes to the names' bytes
public enum TerminationReason {
    /** The reply was sent whole. */
    COMPLETE(Who.NOBODY, Phase.COMPLETE, ""),
    /** The connection changed protocol, and both ends closed it in order. */
    TUNNEL_COMPLETE(Who.NOBODY, Phase.TUNNEL, "complete"),

    /** The PROXY header is not as its protocol wants it. */
    CLIENT_PROXY_HEADER_MALFORMED(Who.CLIENT, Phase.PROXY_HEADER, "malformed"),
    /** The listener wants a PROXY header, and there is none. */
    CLIENT_PROXY_HEADER_MISSING(Who.CLIENT, Phase.PROXY_HEADER, "missing"),
    /** A PROXY header where none is taken: from an untrusted source, say. */
    CLIENT_PROXY_HEADER_UNEXPECTED(Who.CLIENT, Phase.PROXY_HEADER, "unexpected"),
    /** The PROXY header was begun but not ended in time. */
    CLIENT_PROXY_HEADER_TIMEOUT(Who.CLIENT, Phase.PROXY_HEADER, "timeout"),
    /** The client went away inside a PROXY header. */
    CLIENT_PROXY_HEADER_ABORTED(Who.CLIENT, Phase.PROXY_HEADER, "aborted"),
    /** The request's head breaks the protocol. */
    CLIENT_HEAD_MALFORMED(Who.CLIENT, Phase.REQUEST_HEAD, "malformed"),
    /** The request's head, line or number of headers exceeds its limit. */
    CLIENT_HEAD_TOO_LARGE(Who.CLIENT, Phase.REQUEST_HEAD, "too-large"),
    /** The head was begun but not ended in time. */
    CLIENT_HEAD_TIMEOUT(Who.CLIENT, Phase.REQUEST_HEAD, "timeout"),
    /** The client went away inside a head. */
    CLIENT_HEAD_ABORTED(Who.CLIENT, Phase.REQUEST_HEAD, "aborted"),
    /** The body's framing breaks the protocol. */
    CLIENT_BODY_MALFORMED(Who.CLIENT, Phase.REQUEST_BODY, "malformed"),
    /** The body exceeds its limit. */
    CLIENT_BODY_TOO_LARGE(Who.CLIENT, Phase.REQUEST_BODY, "too-large"),
    /** The body stopped coming. */
    CLIENT_BODY_TIMEOUT(Who.CLIENT, Phase.REQUEST_BODY, "timeout"),
    /** The client went away inside the body. */
    CLIENT_BODY_ABORTED(Who.CLIENT, Phase.REQUEST_BODY, "aborted"),
    /** The client went away before an endpoint was connected. */
    CLIENT_CONNECT_ABORTED(Who.CLIENT, Phase.CONNECT, "aborted"),
    /** The client went away before the reply began. */
    CLIENT_WAIT_ABORTED(Who.CLIENT, Phase.WAIT, "aborted"),
    /** The client went away inside the reply. */
    CLIENT_RESPONSE_ABORTED(Who.CLIENT, Phase.RESPONSE_BODY, "aborted"),
    /** The client stopped reading the reply. */
    CLIENT_RESPONSE_TIMEOUT(Who.CLIENT, Phase.RESPONSE_BODY, "timeout"),
    /** The client broke a tunnel. */
    CLIENT_TUNNEL_ABORTED(Who.CLIENT, Phase.TUNNEL, "aborted"),

    /** The endpoint refused the connection. */
    UPSTREAM_CONNECT_REFUSED(Who.UPSTREAM, Phase.CONNECT, "refused"),
    /** The endpoint can't be reached. */
    UPSTREAM_CONNECT_UNREACHABLE(Who.UPSTREAM, Phase.CONNECT, "unreachable"),
    /** The connection took too long. */
    UPSTREAM_CONNECT_TIMEOUT(Who.UPSTREAM, Phase.CONNECT, "timeout"),
    /** The connection broke while the request was being sent. */
    UPSTREAM_REQUEST_ABORTED(Who.UPSTREAM, Phase.REQUEST_BODY, "aborted"),
    /** The endpoint stopped taking the request. */
    UPSTREAM_REQUEST_TIMEOUT(Who.UPSTREAM, Phase.REQUEST_BODY, "timeout"),
    /** The endpoint closed the connection before it said anything. */
    UPSTREAM_WAIT_ABORTED(Who.UPSTREAM, Phase.WAIT, "aborted"),
    /** No reply in time. */
    UPSTREAM_WAIT_TIMEOUT(Who.UPSTREAM, Phase.WAIT, "timeout"),
    /** The reply's head breaks the protocol. */
    UPSTREAM_HEAD_MALFORMED(Who.UPSTREAM, Phase.RESPONSE_HEAD, "malformed"),
    /** The reply's head exceeds its limit. */
    UPSTREAM_HEAD_TOO_LARGE(Who.UPSTREAM, Phase.RESPONSE_HEAD, "too-large"),
    /** The connection broke inside the reply's head. */
    UPSTREAM_HEAD_ABORTED(Who.UPSTREAM, Phase.RESPONSE_HEAD, "aborted"),
    /** The reply's head was begun but not ended in time. */
    UPSTREAM_HEAD_TIMEOUT(Who.UPSTREAM, Phase.RESPONSE_HEAD, "timeout"),
    /** The body of the reply breaks the protocol. */
    UPSTREAM_BODY_MALFORMED(Who.UPSTREAM, Phase.RESPONSE_BODY, "malformed"),
    /** The connection broke inside the body of the reply. */
    UPSTREAM_BODY_ABORTED(Who.UPSTREAM, Phase.RESPONSE_BODY, "aborted"),
    /** The body of the reply stopped coming. */
    UPSTREAM_BODY_TIMEOUT(Who.UPSTREAM, Phase.RESPONSE_BODY, "timeout"),
    /** The endpoint broke a tunnel. */
    UPSTREAM_TUNNEL_ABORTED(Who.UPSTREAM, Phase.TUNNEL, "aborted"),

    /** No route and no service of that name. */
    GATEWAY_NO_SERVICE(Who.GATEWAY, Phase.ROUTE, "no-service"),
    /** The route sends clients elsewhere. */
    GATEWAY_REDIRECTED(Who.GATEWAY, Phase.ROUTE, "redirected"),
    /** More requests in a short time than the service's policy lets pass. */
    GATEWAY_RATE_LIMITED(Who.GATEWAY, Phase.ROUTE, "rate-limited"),
    /** The service has no endpoint that may be picked. */
    GATEWAY_NO_ENDPOINTS(Who.GATEWAY, Phase.PICK, "no-endpoints"),
    /**
     * None of its endpoints may be picked: ejected, unhealthy, draining, or kept out by an
     * operator.
     */
    GATEWAY_NONE_ELIGIBLE(Who.GATEWAY, Phase.PICK, "none-eligible"),
    /** Every endpoint has as many requests as it may have. */
    GATEWAY_OVER_LIMIT(Who.GATEWAY, Phase.PICK, "over-limit"),
    /** The service has as many requests under way at this gateway as it may have. */
    GATEWAY_TOO_MANY_REQUESTS(Who.GATEWAY, Phase.PICK, "too-many-requests"),
    /** As many requests of the service wait for a connection as may. */
    GATEWAY_TOO_MANY_PENDING(Who.GATEWAY, Phase.CONNECT, "too-many-pending"),
    /** The endpoint had as many connections as it may have, and none became free in time. */
    GATEWAY_TOO_MANY_CONNECTIONS(Who.GATEWAY, Phase.CONNECT, "too-many-connections"),
    /** The gateway is out of memory for buffers. */
    GATEWAY_OVERLOADED(Who.GATEWAY, Phase.PICK, "overloaded"),
    /** The gateway has no descriptor or port left for a connection to an endpoint. */
    GATEWAY_CONNECT_EXHAUSTED(Who.GATEWAY, Phase.CONNECT, "exhausted"),
    /** The request as a whole took longer than allowed. */
    GATEWAY_TIMEOUT(Who.GATEWAY, Phase.WAIT, "deadline"),
    /** The gateway doesn't do what is asked. */
    GATEWAY_UNSUPPORTED(Who.GATEWAY, Phase.REQUEST_HEAD, "unsupported"),
    /** A tunnel was silent for too long. */
    GATEWAY_TUNNEL_TIMEOUT(Who.GATEWAY, Phase.TUNNEL, "timeout"),
    /** The gateway was stopped and didn't wait any longer. */
    GATEWAY_STOPPED(Who.GATEWAY, Phase.STOP, "stopped"),
    /** A fault of the gateway's own. */
    GATEWAY_FAULT(Who.GATEWAY, Phase.STOP, "fault");

    /** Who ended a request. */
    public enum Who {
        /** It came to its end. */
        NOBODY,
        /** The client. */
        CLIENT,
        /** The endpoint, or the way to it. */
        UPSTREAM,
        /** This gateway. */
        GATEWAY;

        private final String label = name().toLowerCase(Locale.ROOT);

        /** Returns the stable name: the enum's in lower case. */
        public String label() {
            return label;
        }
    }

    /** What a request was doing when it ended. */
    public enum Phase {
        /** Learning from a balancer in front who the client is. */
        PROXY_HEADER,
        /** Receiving the request's head. */
        REQUEST_HEAD,
        /** Finding the service. */
        ROUTE,
        /** Choosing an endpoint. */
        PICK,
        /** Connecting to the endpoint. */
        CONNECT,
        /** Receiving, or passing on, the request's body. */
        REQUEST_BODY,
        /** Waiting for the reply's first byte. */
        WAIT,
        /** Receiving the reply's head. */
        RESPONSE_HEAD,
        /** Passing on the reply. */
        RESPONSE_BODY,
        /** Carrying another protocol. */
        TUNNEL,
        /** Done. */
        COMPLETE,
        /** Anything, cut short. */
        STOP;

        private final String label = name().toLowerCase(Locale.ROOT).replace('_', '-');

        /** Returns the stable name: the enum's in lower case, with hyphens. */
        public String label() {
            return label;
        }
    }

    private static final TerminationReason[] VALUES = values();

    private final Who who;
    private final Phase phase;
    private final String label;
    private final byte[] bytes;

    TerminationReason(Who who, Phase phase, String what) {
        this.who = who;
        this.phase = phase;
        this.label =
                who == Who.NOBODY ? nobodys(phase) : who.label() + "." + phase.label() + "." + what;
        this.bytes = label.getBytes(StandardCharsets.US_ASCII);
    }

    private static String nobodys(Phase phase) {
        return phase == Phase.COMPLETE ? "complete" : phase.label() + ".complete";
    }

    /** Returns who ended the request. */
    public Who who() {
        return who;
    }

    /** Returns what the request was doing. */
    public Phase phase() {
        return phase;
    }

    /** Returns the stable name, for example {@code upstream.connect.refused}. */
    public String label() {
        return label;
    }

    /** Returns {@link #label} in ASCII; not to be changed. */
    public byte[] bytes() {
        return bytes;
    }

    /**
     * Returns whether the request failed: anything but a whole reply, an orderly tunnel or a
     * redirect.
     */
    public boolean failure() {
        return who != Who.NOBODY && this != GATEWAY_REDIRECTED;
    }

    /** Number of reasons. */
    public static int count() {
        return VALUES.length;
    }

    /** Returns a small number for arrays, below {@link #count}. */
    @SuppressWarnings("EnumOrdinal") // never leaves the process
    public int index() {
        return ordinal();
    }

    /** Returns the reason with this {@link #index}. */
    public static TerminationReason of(int index) {
        return VALUES[index];
    }
}
