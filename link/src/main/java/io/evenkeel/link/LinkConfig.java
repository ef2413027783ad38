package io.evenkeel.link;

import io.evenkeel.wire.link.LinkMessage;
import io.evenkeel.wire.link.LinkProtocol;
import io.evenkeel.wire.link.Registration;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What to register, where, and how to report. Immutable.
 *
 * @param registration the endpoint
 * @param gateways link addresses to dial, {@code host:port}; at least one. Others are learnt from
 *     these
 * @param mostGateways gateways to be linked with at a time, 1 to 64; which of more is an order of
 *     each endpoint's own
 * @param forward where requests go that come by tunnel, {@code host:port}; null: the endpoint is
 *     addressed
 * @param load asked at each heartbeat, on the driver's thread; null for nothing to report
 * @param listener hears what happens
 */
public record LinkConfig(
        Registration registration,
        List<String> gateways,
        int mostGateways,
        @Nullable String forward,
        @Nullable Supplier<LinkMessage.Report> load,
        LinkListener listener) {

    /** {@link #mostGateways} unless said. */
    public static final int DEFAULT_MOST_GATEWAYS = 8;

    public LinkConfig {
        gateways = List.copyOf(gateways);
        if (gateways.isEmpty()) {
            throw new IllegalArgumentException("gateways: none (expected: at least one host:port)");
        }
        if (mostGateways < 1 || mostGateways > 64) {
            throw new IllegalArgumentException(
                    "most gateways: " + mostGateways + " (expected: 1 to 64)");
        }
        if (forward != null && !forward.matches(".+:[0-9]{1,5}")) {
            throw new IllegalArgumentException("forward: " + forward + " (expected: host:port)");
        }
        for (String gateway : gateways) {
            if (!gateway.matches(".+:[0-9]{1,5}")) {
                throw new IllegalArgumentException(
                        "gateway: " + gateway + " (expected: host:port)");
            }
        }
    }

    /**
     * An endpoint of this service that serves at {@code address} ({@code host:port}, or {@code
     * :port}).
     */
    public static Builder of(String service, String address) {
        return new Builder(service, address);
    }

    /**
     * An endpoint of this service that gateways reach by the connection that it dialled; requests
     * are forwarded to {@code host:port} from here.
     */
    public static Builder tunnelled(String service, String forward) {
        Builder builder = new Builder(service, "");
        builder.forward = forward;
        return builder;
    }

    /** Where the backend serves: its address, or where its requests are forwarded to. */
    public String serves() {
        String to = forward;
        return to == null ? registration.address() : to;
    }

    /** The same with another listener. */
    public LinkConfig withListener(LinkListener other) {
        return new LinkConfig(registration, gateways, mostGateways, forward, load, other);
    }

    /** A nonce that says which run of a process speaks: 128 random bits. */
    public static String newIncarnation() {
        byte[] bytes = new byte[16];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /**
     * This machine's name as a workload id: lower case, what is not allowed replaced by {@code -}.
     */
    public static String hostWorkload() {
        String name;
        try {
            name = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException unnamed) {
            name = "localhost";
        }
        name = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9-]+", "-");
        name = name.replaceAll("^-+|-+$", "");
        name = name.length() > 63 ? name.substring(0, 63).replaceAll("-+$", "") : name;
        return name.isEmpty() ? "localhost" : name;
    }

    /** Collects what differs from the defaults. Not thread-safe. */
    public static final class Builder {
        private final String service;
        private final String address;
        private String tenant = "default";
        private String workload = "";
        private String endpoint = "";
        private Registration.Kind kind = Registration.Kind.PROCESS;
        private String incarnation = "";
        private String zone = "";
        private String host = "";
        private int weight = Registration.DEFAULT_WEIGHT;
        private int capacity;
        private String version = "";
        private String checkPath = "";
        private Map<String, String> labels = Map.of();
        private String credential = "";
        private List<String> gateways = List.of("127.0.0.1:" + LinkProtocol.DEFAULT_PORT);
        private int mostGateways = DEFAULT_MOST_GATEWAYS;
        private @Nullable String forward;
        private @Nullable Supplier<LinkMessage.Report> load;
        private LinkListener listener = LinkListener.NONE;

        private Builder(String service, String address) {
            this.service = service;
            this.address = address;
        }

        /** Whose endpoint; {@code default} unless said. */
        public Builder tenant(String value) {
            tenant = value;
            return this;
        }

        /**
         * Uid of the machine, container or process slot; this machine's name unless said. Must
         * survive restarts.
         */
        public Builder workload(String value) {
            workload = value;
            return this;
        }

        /** The endpoint's id; workload and port unless said. */
        public Builder endpoint(String value) {
            endpoint = value;
            return this;
        }

        /** What it runs as. */
        public Builder kind(Registration.Kind value) {
            kind = value;
            return this;
        }

        /**
         * The process's nonce; drawn unless said. Only for processes that replace themselves
         * knowingly.
         */
        public Builder incarnation(String value) {
            incarnation = value;
            return this;
        }

        /** Where it runs. */
        public Builder locality(String zoneName, String hostName) {
            zone = zoneName;
            host = hostName;
            return this;
        }

        /** Its share where a policy weighs, 1 to 256. */
        public Builder weight(int value) {
            weight = value;
            return this;
        }

        /** Most requests at a time, 0 for the policy's. */
        public Builder capacity(int value) {
            capacity = value;
            return this;
        }

        /** The application's version. */
        public Builder version(String value) {
            version = value;
            return this;
        }

        /** Path that the gateway's active check asks for. */
        public Builder checkPath(String value) {
            checkPath = value;
            return this;
        }

        /** Free labels. */
        public Builder labels(Map<String, String> value) {
            labels = new LinkedHashMap<>(value);
            return this;
        }

        /** Proves the right to serve. */
        public Builder credential(String value) {
            credential = value;
            return this;
        }

        /** Gateways to dial; {@code 127.0.0.1:7081} unless said. */
        public Builder gateways(List<String> value) {
            gateways = List.copyOf(value);
            return this;
        }

        /** Gateways to be linked with at a time, 1 to 64. */
        public Builder mostGateways(int value) {
            mostGateways = value;
            return this;
        }

        /** Asked for the load at each heartbeat. */
        public Builder load(Supplier<LinkMessage.Report> value) {
            load = value;
            return this;
        }

        /** Hears what happens. */
        public Builder listener(LinkListener value) {
            listener = value;
            return this;
        }

        /** The whole. Fields are checked by the gateway, which says all that is wrong with them. */
        public LinkConfig build() {
            String to = forward;
            String name = workload.isEmpty() ? hostWorkload() : workload;
            Registration registration =
                    new Registration(
                            tenant,
                            service,
                            name,
                            to == null || !endpoint.isEmpty()
                                    ? endpoint
                                    : name + "." + to.substring(to.lastIndexOf(':') + 1),
                            kind,
                            to == null ? Registration.Mode.ADDRESSED : Registration.Mode.TUNNELLED,
                            Objects.requireNonNull(address),
                            incarnation.isEmpty() ? newIncarnation() : incarnation,
                            zone,
                            host,
                            weight,
                            capacity,
                            version,
                            checkPath,
                            labels,
                            credential,
                            List.of(),
                            Registration.FIRST);
            return new LinkConfig(registration, gateways, mostGateways, forward, load, listener);
        }
    }
}
