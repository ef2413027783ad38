package io.evenkeel.store.etcd;

import io.evenkeel.kernel.store.StoreLimits;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * How to reach an etcd cluster.
 *
 * @param endpoints its members, each {@code HOST:PORT} or {@code http://HOST:PORT}, at least one;
 *     asked in this order, the next when one fails
 * @param namespace put before every key on the way to etcd and taken off on the way back; printable
 *     ASCII, empty for none
 * @param limits sizes refused beyond, as by every store; history is etcd's own affair
 * @param shortestBackoff wait after the first failure of a row, doubled with each further one
 * @param longestBackoff most that the waits grow to
 * @param pingAfter silence of a member after which it is asked for a sign of life; etcd cuts those
 *     who ask more often than every 5 s
 * @param pingTimeout how long that may take; then the connection counts as broken
 * @param random jitter of the waits; used under a lock
 */
public record EtcdConfig(
        List<String> endpoints,
        String namespace,
        StoreLimits limits,
        Duration shortestBackoff,
        Duration longestBackoff,
        Duration pingAfter,
        Duration pingTimeout,
        RandomGenerator random) {

    public EtcdConfig {
        endpoints = List.copyOf(endpoints);
        if (endpoints.isEmpty()) {
            throw new IllegalArgumentException("endpoints: none (expected: at least one)");
        }
        endpoints.forEach(Endpoint::parse);
        if (!namespace.chars().allMatch(c -> c >= 0x21 && c <= 0x7e)) {
            throw new IllegalArgumentException(
                    "namespace: \"" + namespace + "\" (expected: printable ASCII)");
        }
        if (shortestBackoff.compareTo(Duration.ofMillis(1)) < 0
                || longestBackoff.compareTo(shortestBackoff) < 0) {
            throw new IllegalArgumentException(
                    "backoff: "
                            + shortestBackoff
                            + " to "
                            + longestBackoff
                            + " (expected: at least 1 ms, and not falling)");
        }
        if (pingAfter.compareTo(Duration.ofSeconds(5)) <= 0) {
            throw new IllegalArgumentException(
                    "pingAfter: " + pingAfter + " (expected: > 5 s, or etcd cuts the connection)");
        }
    }

    public static EtcdConfig of(List<String> endpoints, RandomGenerator random) {
        return new EtcdConfig(
                endpoints,
                "",
                StoreLimits.DEFAULT,
                Duration.ofMillis(20),
                Duration.ofSeconds(1),
                Duration.ofSeconds(6),
                Duration.ofSeconds(3),
                random);
    }

    public EtcdConfig namespace(String other) {
        return new EtcdConfig(
                endpoints,
                other,
                limits,
                shortestBackoff,
                longestBackoff,
                pingAfter,
                pingTimeout,
                random);
    }

    public EtcdConfig limits(StoreLimits other) {
        return new EtcdConfig(
                endpoints,
                namespace,
                other,
                shortestBackoff,
                longestBackoff,
                pingAfter,
                pingTimeout,
                random);
    }

    /** Where one member listens for clients. */
    record Endpoint(String host, int port) {
        static Endpoint parse(String text) {
            String rest = text.startsWith("http://") ? text.substring(7) : text;
            int colon = rest.lastIndexOf(':');
            try {
                String host = rest.substring(0, Math.max(colon, 0));
                int port = Integer.parseInt(rest.substring(colon + 1));
                if (!host.isEmpty() && !host.contains("/") && port > 0 && port <= 65_535) {
                    return new Endpoint(host, port);
                }
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(expected(text), e);
            }
            throw new IllegalArgumentException(expected(text));
        }

        private static String expected(String text) {
            return "endpoint: \"" + text + "\" (expected: HOST:PORT or http://HOST:PORT)";
        }
    }
}
