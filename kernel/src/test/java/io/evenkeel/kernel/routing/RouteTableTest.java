package io.evenkeel.kernel.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.kernel.routing.RouteRule.HeaderMatch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Requirement A4. */
class RouteTableTest {
    @Test
    void withoutRoutesTheFirstLabelOfTheHostNamesTheService() {
        RouteTable table = new RouteTable(List.of(), List.of("shop", "cart"));
        assertThat(service(table, "shop.example.com", "/")).isEqualTo("shop");
        assertThat(service(table, "CART", "/")).isEqualTo("cart");
        assertThat(service(table, "shop:8080", "/")).isEqualTo("shop");
        assertThat(service(table, "unknown.example.com", "/")).isNull();
        assertThat(service(table, "", "/")).isNull();
    }

    @Test
    void withoutRoutesATrustedHeaderNamesTheServiceBeforeTheHost() {
        RouteTable table = new RouteTable(List.of(), List.of("shop", "cart"));
        Request request = new Request("shop", "/").header("Evenkeel-Service", "cart");
        assertThat(name(table.lookup(request, true))).isEqualTo("cart");
        assertThat(name(table.lookup(request, false))).as("not from a stranger").isEqualTo("shop");
        Request unknown = new Request("shop", "/").header("evenkeel-service", "nobody");
        assertThat(table.lookup(unknown, true)).as("no silent fallback").isNull();
    }

    @Test
    void firstRouteEndsThatRequestsNameTheirServices() {
        RouteTable table =
                new RouteTable(List.of(rule("r", 0, "/api", "api", "a.com")), List.of("shop"));
        Request request = new Request("shop", "/").header("Evenkeel-Service", "shop");
        assertThat(table.lookup(request, true)).isNull();
        assertThat(table.isRouted()).isTrue();
    }

    @Test
    void exactHostWinsOverLongerWildcardOverShorterOverAny() {
        RouteTable table =
                new RouteTable(
                        List.of(
                                rule("any", 0, "/", "any"),
                                rule("short", 0, "/", "short", "*.com"),
                                rule("long", 0, "/", "long", "*.example.com"),
                                rule("exact", 0, "/", "exact", "www.example.com")),
                        List.of());
        assertThat(service(table, "www.example.com", "/")).isEqualTo("exact");
        assertThat(service(table, "WWW.Example.COM.:443", "/")).isEqualTo("exact");
        assertThat(service(table, "api.example.com", "/")).isEqualTo("long");
        assertThat(service(table, "a.b.example.com", "/")).isEqualTo("long");
        assertThat(service(table, "example.com", "/")).as("not its own child").isEqualTo("short");
        assertThat(service(table, "com", "/")).isEqualTo("any");
        assertThat(service(table, "[::1]:80", "/")).isEqualTo("any");
    }

    @Test
    void pathPrefixMatchesWholeSegmentsAndTheLongestWins() {
        RouteTable table =
                new RouteTable(
                        List.of(
                                rule("root", 0, "/", "root"),
                                rule("a", 0, "/a", "a"),
                                rule("ab", 0, "/a/b/", "ab")),
                        List.of());
        assertThat(service(table, "x", "/a")).isEqualTo("a");
        assertThat(service(table, "x", "/a/")).isEqualTo("a");
        assertThat(service(table, "x", "/a/b")).isEqualTo("ab");
        assertThat(service(table, "x", "/a/b/c")).isEqualTo("ab");
        assertThat(service(table, "x", "/a/bc")).isEqualTo("a");
        assertThat(service(table, "x", "/ab")).isEqualTo("root");
        assertThat(service(table, "x", "/A")).as("with its case").isEqualTo("root");
    }

    @Test
    void allHeadersMustMatchAndMoreHeadersWin() {
        RouteTable table =
                new RouteTable(
                        List.of(
                                rule("none", 0, "/", "none"),
                                headers("one", "one", new HeaderMatch("X-Kind", "vm")),
                                headers(
                                        "two",
                                        "two",
                                        new HeaderMatch("x-kind", "vm"),
                                        new HeaderMatch("x-zone", "a"))),
                        List.of());
        assertThat(name(table.lookup(new Request("x", "/"), false))).isEqualTo("none");
        Request one = new Request("x", "/").header("X-KIND", "pod").header("x-kind", "vm");
        assertThat(name(table.lookup(one, false))).as("any of its lines").isEqualTo("one");
        assertThat(name(table.lookup(one.header("X-Zone", "a"), false))).isEqualTo("two");
        Request other = new Request("x", "/").header("x-kind", "VM");
        assertThat(name(table.lookup(other, false))).as("value with its case").isEqualTo("none");
    }

    @Test
    void priorityPrecedesSpecificityAndTheNameDecidesLast() {
        RouteTable table =
                new RouteTable(
                        List.of(
                                rule("exact", 0, "/very/long/path", "exact", "a.com"),
                                rule("urgent", 5, "/", "urgent"),
                                rule("b", 0, "/x", "b", "b.com"),
                                rule("a", 0, "/x", "a", "b.com")),
                        List.of());
        assertThat(service(table, "a.com", "/very/long/path")).isEqualTo("urgent");
        RouteTable without =
                new RouteTable(
                        List.of(rule("b", 0, "/x", "b", "b.com"), rule("a", 0, "/x", "a", "b.com")),
                        List.of());
        assertThat(service(without, "b.com", "/x")).isEqualTo("a");
    }

    @Test
    void thousandHostsFindTheirServices() {
        List<RouteRule> rules = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            rules.add(rule("r" + i, 0, "/", "s" + i, "host-" + i + ".example.com"));
        }
        RouteTable table = new RouteTable(rules, List.of());
        for (int i = 0; i < 1000; i++) {
            RouteTarget target =
                    table.lookup(new Request("host-" + i + ".example.com", "/"), false);
            assertThat(name(target)).isEqualTo("s" + i);
            assertThat(table.services().get(target == null ? -1 : target.index()))
                    .isEqualTo("s" + i);
        }
        assertThat(service(table, "host-1000.example.com", "/")).isNull();
    }

    @Test
    void everyLookupAgreesWithAScanOfAllRules() {
        for (long seed = 1; seed <= 200; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            List<RouteRule> rules = new ArrayList<>();
            int count = 1 + random.nextInt(12);
            for (int i = 0; i < count; i++) {
                List<HeaderMatch> headers =
                        random.nextInt(4) == 0
                                ? List.of(new HeaderMatch("h", "" + random.nextInt(2)))
                                : List.of();
                List<String> hosts =
                        random.nextInt(4) == 0
                                ? List.of()
                                : List.of((random.nextBoolean() ? "*." : "") + host(random));
                rules.add(
                        new RouteRule(
                                "r" + i, random.nextInt(2), hosts, path(random), headers, "s" + i));
            }
            RouteTable table = new RouteTable(rules, List.of());
            for (int i = 0; i < 50; i++) {
                String host = host(random);
                String path = path(random);
                int header = random.nextInt(3);
                Request request = new Request(host, path);
                if (header < 2) {
                    request.header("H", "" + header);
                }
                assertThat(name(table.lookup(request, false)))
                        .as("seed %d: %s %s %s of %s", seed, host, path, header, rules)
                        .isEqualTo(scan(rules, host, path, header));
            }
        }
    }

    /** The documented order of precedence, by brute force. */
    private static @Nullable String scan(
            List<RouteRule> rules, String host, String path, int header) {
        RouteRule best = null;
        for (RouteRule rule : rules) {
            String pattern = rule.hosts().isEmpty() ? "" : rule.hosts().getFirst();
            boolean hostMatches =
                    pattern.isEmpty()
                            || pattern.equals(host)
                            || (pattern.startsWith("*.")
                                    && host.endsWith(pattern.substring(1))
                                    && host.length() > pattern.length() - 1);
            String prefix = rule.pathPrefix().equals("/") ? "" : rule.pathPrefix();
            boolean pathMatches = path.equals(prefix) || path.startsWith(prefix + "/");
            boolean headersMatch =
                    rule.headers().stream().allMatch(h -> h.value().equals("" + header));
            if (hostMatches
                    && pathMatches
                    && headersMatch
                    && (best == null || key(rule).compareTo(key(best)) < 0)) {
                best = rule;
            }
        }
        return best == null ? null : best.service();
    }

    private static String key(RouteRule rule) {
        String pattern = rule.hosts().isEmpty() ? "" : rule.hosts().getFirst();
        int host = pattern.isEmpty() ? 0 : pattern.startsWith("*") ? pattern.length() : 999;
        return String.format(
                Locale.ROOT,
                "%03d %03d %03d %03d %s",
                999 - rule.priority(),
                999 - host,
                999 - rule.pathPrefix().length(),
                999 - rule.headers().size(),
                rule.name());
    }

    private static String host(SplittableRandom random) {
        return List.of("a", "b.a", "c.b.a", "d.a", "b").get(random.nextInt(5));
    }

    private static String path(SplittableRandom random) {
        return List.of("/", "/a", "/a/b", "/ab", "/a/b/c").get(random.nextInt(5));
    }

    @Test
    void ruleNamesAllThatIsWrongWithIt() {
        assertThatThrownBy(() -> rule("r", 0, "api", "s", "*.", "a.*.b"))
                .hasMessageContaining("pathPrefix: api")
                .hasMessageContaining("host: *.")
                .hasMessageContaining("host: a.*.b");
    }

    private static RouteRule rule(
            String name, int priority, String path, String service, String... hosts) {
        return new RouteRule(name, priority, List.of(hosts), path, List.of(), service);
    }

    private static RouteRule headers(String name, String service, HeaderMatch... headers) {
        return new RouteRule(name, 0, List.of(), "/", List.of(headers), service);
    }

    private static @Nullable String service(RouteTable table, String host, String path) {
        return name(table.lookup(new Request(host, path), false));
    }

    private static @Nullable String name(@Nullable RouteTarget target) {
        return target == null ? null : target.service();
    }

    /** A head whose parts lie one after the other in one array. */
    private static final class Request implements RequestView {
        private byte[] bytes = new byte[0];
        private final long host;
        private final long path;
        private final List<String> names = new ArrayList<>();
        private final List<Long> values = new ArrayList<>();

        Request(String host, String path) {
            this.host = append(host);
            this.path = append(path);
        }

        Request header(String name, String value) {
            names.add(name.toLowerCase(Locale.ROOT));
            values.add(append(value));
            return this;
        }

        private long append(String text) {
            byte[] more = text.getBytes(StandardCharsets.UTF_8);
            byte[] all = java.util.Arrays.copyOf(bytes, bytes.length + more.length);
            System.arraycopy(more, 0, all, bytes.length, more.length);
            long span = RequestView.span(bytes.length, more.length);
            bytes = all;
            return span;
        }

        @Override
        public long host() {
            return host;
        }

        @Override
        public long path() {
            return path;
        }

        @Override
        public long header(byte[] lowerCaseName, int occurrence) {
            String name = new String(lowerCaseName, StandardCharsets.UTF_8);
            int left = occurrence;
            for (int i = 0; i < names.size(); i++) {
                if (names.get(i).equals(name) && left-- == 0) {
                    return values.get(i);
                }
            }
            return NONE;
        }

        @Override
        public byte at(int offset) {
            return bytes[offset];
        }
    }
}
