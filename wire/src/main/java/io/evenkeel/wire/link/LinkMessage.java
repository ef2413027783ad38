package io.evenkeel.wire.link;

import java.util.List;

/**
 * One line of the link protocol, version 1. Which side sends what, and when, is in {@code
 * docs/link-protocol.md}. Read and written by {@link LinkCodec}.
 */
public sealed interface LinkMessage {

    /** The {@code type} on the wire. */
    String type();

    /**
     * Gateway: the endpoint is admitted. First line after the handshake, and the answer to {@link
     * Renew}.
     *
     * @param endpoint its id
     * @param epoch the store's revision at admission; grows with each incarnation
     * @param gateway name of the gateway
     * @param heartbeatMillis how often each side lets itself be heard
     * @param missedMillis silence after which a side counts as lost
     * @param peers link addresses of all gateways, {@code host:port}, this one's first
     * @param tunnels how many tunnels of a tunnelled registration the gateway can use, this one
     *     included; 1 or more
     */
    record Registered(
            String endpoint,
            long epoch,
            String gateway,
            int heartbeatMillis,
            int missedMillis,
            List<String> peers,
            int tunnels)
            implements LinkMessage {
        public Registered {
            peers = List.copyOf(peers);
        }

        @Override
        public String type() {
            return "registered";
        }
    }

    /**
     * Backend: its load as it sees it. A figure that it cannot give is -1 and is left out.
     *
     * @param inFlight requests that it works on now, from everybody
     * @param sessions active sessions
     * @param cpuPercent use of the CPUs it may use, 0 to 100
     * @param latencyMicros its own time for a request lately, microseconds
     */
    record Report(long inFlight, long sessions, double cpuPercent, long latencyMicros)
            implements LinkMessage {
        /** A figure that is not given. */
        public static final int UNKNOWN = -1;

        @Override
        public String type() {
            return "report";
        }
    }

    /** Either: are you there? Answered by {@link Pong} with the same number. */
    record Ping(long n) implements LinkMessage {
        @Override
        public String type() {
            return "ping";
        }
    }

    /** Either: the answer to {@link Ping}. */
    record Pong(long n) implements LinkMessage {
        @Override
        public String type() {
            return "pong";
        }
    }

    /** Gateway: link addresses of all gateways, whenever the list changes. */
    record Peers(List<String> peers) implements LinkMessage {
        public Peers {
            peers = List.copyOf(peers);
        }

        @Override
        public String type() {
            return "peers";
        }
    }

    /**
     * Either: no new requests from now on. A backend that sends it wants to leave; a gateway that
     * sends it says what its operator asked for.
     *
     * @param deadlineMillis how long requests and sessions that run may go on, from the receipt of
     *     this line
     * @param reason for people
     * @param cancel true takes back the drain that the same side began
     */
    record Drain(long deadlineMillis, String reason, boolean cancel) implements LinkMessage {
        @Override
        public String type() {
            return "drain";
        }
    }

    /**
     * Either: the answer to {@link Drain}, once nothing that it waited for is left, or its deadline
     * passed.
     *
     * @param outstanding what was still running, 0 if the drain was complete
     * @param operator true: of the drain that the gateway told of, not of the backend's own
     */
    record Drained(long outstanding, boolean operator) implements LinkMessage {
        @Override
        public String type() {
            return "drained";
        }
    }

    /**
     * Backend: the same endpoint and incarnation with a new credential, weight, capacity or labels.
     */
    record Renew(Registration registration) implements LinkMessage {
        @Override
        public String type() {
            return "renew";
        }
    }

    /** Backend: its last line. The endpoint is forgotten, and the gateway closes the connection. */
    record Leave(String reason) implements LinkMessage {
        @Override
        public String type() {
            return "leave";
        }
    }

    /**
     * Either: its last line before it closes.
     *
     * @param code one of {@link LinkError}'s, or a newer one
     * @param detail for people
     * @param retryAfterMillis how long the backend waits before it dials again; -1: it must not
     */
    record Failure(String code, String detail, long retryAfterMillis) implements LinkMessage {
        @Override
        public String type() {
            return "error";
        }
    }

    /**
     * A line of a type that this version does not know; it counts as a sign of life and is
     * otherwise ignored.
     */
    record Unknown(String type) implements LinkMessage {}
}
