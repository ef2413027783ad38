package io.evenkeel.kernel.routing;

import java.util.ArrayList;
import java.util.List;

/**
 * A route: what must match, and whose the request is then.
 *
 * @param name name of the route, unique
 * @param priority a greater one is tried first
 * @param hosts exact names, {@code *.suffix} (one label or more before the suffix), or none for any
 * @param pathPrefix begins with a slash; matches whole segments: {@code /a} matches {@code /a} and
 *     {@code /a/b}, not {@code /ab}
 * @param headers all of them must match
 * @param service name of the service
 */
public record RouteRule(
        String name,
        int priority,
        List<String> hosts,
        String pathPrefix,
        List<HeaderMatch> headers,
        String service) {
    /**
     * A field line of this name has exactly this value.
     *
     * @param name in any case
     * @param value with its case
     */
    public record HeaderMatch(String name, String value) {}

    /** Copies the lists and checks the forms; the message names all that is wrong. */
    public RouteRule {
        hosts = List.copyOf(hosts);
        headers = List.copyOf(headers);
        List<String> problems = new ArrayList<>();
        if (!pathPrefix.startsWith("/")) {
            problems.add("pathPrefix: " + pathPrefix + " (expected: begins with /)");
        }
        for (String host : hosts) {
            String rest = host.startsWith("*.") ? host.substring(2) : host;
            if (rest.isEmpty() || rest.contains("*")) {
                problems.add("host: " + host + " (expected: a name, or *. and a name)");
            }
        }
        for (HeaderMatch header : headers) {
            if (header.name().isEmpty()) {
                problems.add("header: empty name (expected: a token)");
            }
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(
                    "route " + name + ": " + String.join("; ", problems));
        }
    }

    /** Any host, any path. */
    public static RouteRule toAll(String name, String service) {
        return new RouteRule(name, 0, List.of(), "/", List.of(), service);
    }
}
