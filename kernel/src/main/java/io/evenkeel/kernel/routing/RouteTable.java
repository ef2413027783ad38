package io.evenkeel.kernel.routing;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * From a request to its service (requirement A4). Immutable; a lookup allocates nothing, finds the
 * host by hash, and may run on any thread.
 *
 * <p><b>Which route wins</b>, if several match: the greater priority; then the more specific, that
 * is an exact host before a wildcard, a longer wildcard before a shorter, any wildcard before none;
 * then the longer path prefix; then more headers; then the name, in code point order.
 *
 * <p><b>While there is no route</b> the request names its service itself: by the header {@code
 * Evenkeel-Service}, if its source is trusted, else by the first label of its host. The first route
 * ends that: from then on a request that no route matches has no service.
 *
 * <p>Hosts are compared without case, without port and without the root's trailing dot. Paths are
 * compared byte by byte, as sent: what the router judged is what the upstream gets.
 */
public final class RouteTable {
    private static final byte[] SERVICE_HEADER =
            "evenkeel-service".getBytes(StandardCharsets.US_ASCII);

    private static final Comparator<Ranked> BY_PRECEDENCE =
            Comparator.comparingInt((Ranked r) -> r.rule.priority())
                    .thenComparingInt(r -> specificity(r.host))
                    .thenComparingInt(r -> r.rule.pathPrefix().length())
                    .thenComparingInt(r -> r.rule.headers().size())
                    .reversed()
                    .thenComparing(r -> r.rule.name());

    private final List<String> services;
    private final boolean routed;

    /** While there is no route: services by name. */
    private final NameTable<RouteTarget> byName;

    private final NameTable<Entry[]> exact;

    /** By what follows the asterisk, from its dot on. */
    private final NameTable<Entry[]> wildcard;

    private final Entry[] any;

    /**
     * A table.
     *
     * @param rules none = requests name their services
     * @param services names of all services, which requests may name while there is no route
     */
    public RouteTable(List<RouteRule> rules, List<String> services) {
        TreeSet<String> names = new TreeSet<>(services);
        rules.forEach(rule -> names.add(rule.service()));
        this.services = List.copyOf(names);
        this.routed = !rules.isEmpty();
        Map<String, RouteTarget> named = new LinkedHashMap<>();
        int index = 0;
        for (String service : this.services) {
            named.put(service, new RouteTarget(service, "", -1, index++));
        }
        this.byName = new NameTable<>(named);

        List<Ranked> ranked = new ArrayList<>();
        for (int at = 0; at < rules.size(); at++) {
            RouteRule rule = rules.get(at);
            for (String host : rule.hosts().isEmpty() ? List.of("") : rule.hosts()) {
                ranked.add(new Ranked(rule, at, host));
            }
        }
        ranked.sort(BY_PRECEDENCE);
        Map<String, List<Entry>> exactly = new LinkedHashMap<>();
        Map<String, List<Entry>> wildly = new LinkedHashMap<>();
        List<Entry> anywhere = new ArrayList<>();
        int rank = 0;
        for (Ranked r : ranked) {
            RouteTarget service = named.get(r.rule.service());
            if (service == null) {
                throw new IllegalStateException(r.rule.service() + " is not among " + names);
            }
            Entry entry = new Entry(r.rule, r.at, rank++, service.index());
            if (r.host.isEmpty()) {
                anywhere.add(entry);
            } else if (r.host.startsWith("*")) {
                wildly.computeIfAbsent(fold(r.host.substring(1)), _ -> new ArrayList<>())
                        .add(entry);
            } else {
                exactly.computeIfAbsent(fold(r.host), _ -> new ArrayList<>()).add(entry);
            }
        }
        this.exact = new NameTable<>(arrays(exactly));
        this.wildcard = new NameTable<>(arrays(wildly));
        this.any = anywhere.toArray(Entry[]::new);
    }

    /** No routes, no services. */
    public static RouteTable empty() {
        return new RouteTable(List.of(), List.of());
    }

    /** The names of all services in order; {@link RouteTarget#index} points into it. */
    public List<String> services() {
        return services;
    }

    /** Whether there is any route: if not, requests name their services. */
    public boolean isRouted() {
        return routed;
    }

    /**
     * Whose the request is.
     *
     * @param trusted whether the source may name a service by header
     * @return null if no route matches, or no service has the name
     */
    public @Nullable RouteTarget lookup(RequestView request, boolean trusted) {
        return routed ? route(request) : named(request, trusted);
    }

    private @Nullable RouteTarget named(RequestView request, boolean trusted) {
        if (trusted) {
            long value = request.header(SERVICE_HEADER, 0);
            if (value != RequestView.NONE) {
                return byName.find(request, RequestView.offset(value), RequestView.length(value));
            }
        }
        long host = request.host();
        if (host == RequestView.NONE) {
            return null;
        }
        int offset = RequestView.offset(host);
        int length = nameLength(request, offset, RequestView.length(host));
        for (int i = 0; i < length; i++) {
            if (request.at(offset + i) == '.') {
                length = i;
            }
        }
        return byName.find(request, offset, length);
    }

    private @Nullable RouteTarget route(RequestView request) {
        Entry best = null;
        long host = request.host();
        if (host != RequestView.NONE) {
            int offset = RequestView.offset(host);
            int length = nameLength(request, offset, RequestView.length(host));
            best = better(best, exact.find(request, offset, length), request);
            if (!wildcard.isEmpty()) {
                for (int i = 1; i < length; i++) {
                    if (request.at(offset + i) == '.') {
                        Entry[] entries = wildcard.find(request, offset + i, length - i);
                        best = better(best, entries, request);
                    }
                }
            }
        }
        best = better(best, any, request);
        return best == null ? null : best.target;
    }

    /** The first match among the entries, if it precedes the best so far. */
    private static @Nullable Entry better(
            @Nullable Entry best, Entry @Nullable [] entries, RequestView request) {
        if (entries == null) {
            return best;
        }
        for (Entry entry : entries) {
            if (best != null && best.rank < entry.rank) {
                return best;
            }
            if (entry.matches(request)) {
                return entry;
            }
        }
        return best;
    }

    /** The length of the host without its port and its trailing dot. */
    private static int nameLength(RequestView request, int offset, int length) {
        int end = length;
        if (end > 0 && request.at(offset) == '[') {
            for (int i = 0; i < length; i++) {
                if (request.at(offset + i) == ']') {
                    return i + 1;
                }
            }
            return length;
        }
        for (int i = 0; i < end; i++) {
            if (request.at(offset + i) == ':') {
                end = i;
            }
        }
        return end > 1 && request.at(offset + end - 1) == '.' ? end - 1 : end;
    }

    private static int specificity(String host) {
        if (host.isEmpty()) {
            return 0;
        }
        return host.startsWith("*") ? host.length() : Integer.MAX_VALUE;
    }

    private static Map<String, Entry[]> arrays(Map<String, List<Entry>> lists) {
        Map<String, Entry[]> arrays = new LinkedHashMap<>();
        lists.forEach((host, entries) -> arrays.put(host, entries.toArray(Entry[]::new)));
        return arrays;
    }

    private static String fold(String host) {
        byte[] bytes = host.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = NameTable.fold(bytes[i]);
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private record Ranked(RouteRule rule, int at, String host) {}

    /** A rule at one host, in the form that is asked with bytes. */
    private static final class Entry {
        private final byte[] prefix;
        private final byte[][] headerNames;
        private final byte[][] headerValues;
        private final int rank;
        private final RouteTarget target;

        Entry(RouteRule rule, int at, int rank, int serviceIndex) {
            String path = rule.pathPrefix();
            // "/a/" and "/a" mean the same, and "/" matches all.
            String trimmed = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
            this.prefix = trimmed.getBytes(StandardCharsets.UTF_8);
            this.headerNames = new byte[rule.headers().size()][];
            this.headerValues = new byte[rule.headers().size()][];
            for (int i = 0; i < headerNames.length; i++) {
                RouteRule.HeaderMatch header = rule.headers().get(i);
                headerNames[i] = fold(header.name()).getBytes(StandardCharsets.UTF_8);
                headerValues[i] = header.value().getBytes(StandardCharsets.UTF_8);
            }
            this.rank = rank;
            this.target = new RouteTarget(rule.service(), rule.name(), at, serviceIndex);
        }

        boolean matches(RequestView request) {
            if (prefix.length > 0 && !pathMatches(request)) {
                return false;
            }
            for (int i = 0; i < headerNames.length; i++) {
                if (!headerMatches(request, headerNames[i], headerValues[i])) {
                    return false;
                }
            }
            return true;
        }

        private boolean pathMatches(RequestView request) {
            long path = request.path();
            if (path == RequestView.NONE) {
                return false;
            }
            int offset = RequestView.offset(path);
            int length = RequestView.length(path);
            return length >= prefix.length
                    && equal(request, offset, prefix)
                    && (length == prefix.length || request.at(offset + prefix.length) == '/');
        }

        private static boolean headerMatches(RequestView request, byte[] name, byte[] value) {
            for (int i = 0; ; i++) {
                long span = request.header(name, i);
                if (span == RequestView.NONE) {
                    return false;
                }
                if (RequestView.length(span) == value.length
                        && equal(request, RequestView.offset(span), value)) {
                    return true;
                }
            }
        }

        private static boolean equal(RequestView request, int offset, byte[] expected) {
            for (int i = 0; i < expected.length; i++) {
                if (request.at(offset + i) != expected[i]) {
                    return false;
                }
            }
            return true;
        }
    }
}
