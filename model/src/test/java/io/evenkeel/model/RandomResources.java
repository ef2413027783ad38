package io.evenkeel.model;

import io.evenkeel.model.bind.Size;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Valid resources of every kind, from a seeded generator. */
final class RandomResources {
    /** Texts that a careless writer or reader of YAML or JSON spoils. */
    private static final List<String> TEXTS =
            List.of(
                    "",
                    " ",
                    "plain",
                    "two words",
                    "true",
                    "no",
                    "null",
                    "~",
                    "1.10",
                    "0x1f",
                    "1e3",
                    "12:30",
                    "2026-01-31",
                    "- item",
                    "key: value",
                    "# comment",
                    "'single'",
                    "\"double\"",
                    "back\\slash",
                    "*alias",
                    "&anchor",
                    "!tag",
                    "{flow}",
                    "[flow]",
                    "%directive",
                    "@at",
                    "`tick`",
                    "trailing ",
                    "größer",
                    "日本語",
                    "\ud83d\ude80",
                    "a\u2028b",
                    "?",
                    "-",
                    "30s");

    private final RandomGenerator random;

    RandomResources(RandomGenerator random) {
        this.random = random;
    }

    Resource<?, ?> next() {
        Metadata metadata =
                new Metadata(
                        name(),
                        name(),
                        text(),
                        random.nextLong(Long.MAX_VALUE),
                        random.nextLong(Long.MAX_VALUE),
                        labels(),
                        one(Source.values()));
        Spec spec =
                switch (one(Kind.values())) {
                    case SERVICE -> service();
                    case ROUTE -> route();
                    case ENDPOINT -> endpoint();
                    case POLICY -> policy();
                    case HOST -> host();
                    case VIRTUAL_MACHINE -> machine();
                    case DATASTORE -> datastore();
                };
        Kind kind = Kind.of(spec);
        Optional<Status> status = maybe(() -> status(kind));
        return new Resource<>(Resource.API_VERSION, kind, metadata, spec, status);
    }

    private ServiceSpec service() {
        boolean ready = random.nextBoolean();
        return new ServiceSpec(
                one(AdminState.values()),
                name(),
                new Availability(
                        ready ? maybe(this::amount) : Optional.empty(),
                        ready ? Optional.empty() : maybe(this::amount)));
    }

    private RouteSpec route() {
        boolean redirects = random.nextBoolean();
        return new RouteSpec(
                number(-1000, 1000),
                new Match(
                        list(() -> (random.nextBoolean() ? "*." : "") + name()),
                        path(),
                        list(() -> new HeaderMatch("X-" + name().replace('.', '-'), "a: b "))),
                name(),
                redirects
                        ? Optional.of(
                                new Redirect(308, one(Redirect.Scheme.values()), name(), 0, "/a/b"))
                        : Optional.empty(),
                redirects ? Optional.empty() : maybe(() -> new Rewrite(one("/", "/a/b", "/c/"))),
                headers(),
                redirects
                        ? Optional.empty()
                        : maybe(() ->
                                new Mirror("m-" + number(0, 9), new Percent(number(0, 100)))));
    }

    private EndpointSpec endpoint() {
        return new EndpointSpec(
                name(),
                random.nextBoolean() ? "" : name(),
                one(EndpointKind.values()),
                new HostPort(
                        one("10.0.0.7", "::1", "fe80::1:2", "app_1.Example", "localhost"),
                        number(1, 65535)),
                new Locality(text(), text()),
                number(1, 256),
                number(0, 1_000_000),
                labels(),
                text(),
                maybe(this::healthCheck),
                text());
    }

    private PolicySpec policy() {
        Duration base = millis(100, 86_400_000);
        return new PolicySpec(
                new Balancing(
                        one(Balancing.Algorithm.values()),
                        millis(0, 3_600_000),
                        new Percent(number(1, 100)),
                        number(1, 1_000_000),
                        new Percent(number(0, 100))),
                healthCheck(),
                new OutlierDetection(
                        number(0, 10_000),
                        number(0, 10_000),
                        number(0, 10_000),
                        random.nextBoolean(),
                        millis(100, 3_600_000),
                        base,
                        base.plus(millis(0, 86_400_000 - base.toMillis())),
                        number(0, 100),
                        random.nextBoolean(),
                        number(0, 100),
                        number(0, 100),
                        number(0, 100),
                        number(0, 100),
                        number(0, 100),
                        number(0, 100),
                        number(0, 100),
                        number(1, 100_000),
                        number(1, 1_000_000_000),
                        number(0, 100_000),
                        number(0, 100),
                        number(0, 100_000),
                        number(0, 1_000_000_000)),
                new Retries(
                        number(0, 10), number(0, 100), number(0, 1_000_000), millis(0, 3_600_000)),
                new Timeouts(
                        millis(1, 600_000),
                        millis(0, 86_400_000),
                        millis(0, 86_400_000),
                        millis(0, 86_400_000),
                        millis(0, 86_400_000)),
                affinity(),
                new RequestLimits(new Size(number(0, 1 << 30))),
                new CircuitBreakers(number(0, 9), number(0, 9), number(0, 1_000_000)),
                new LocalRateLimit(
                        number(0, 1_000_000),
                        millis(1, 1_000),
                        number(0, 1_000),
                        one(LocalRateLimit.Scope.values())),
                headers());
    }

    private HostPower power() {
        boolean login = random.nextBoolean();
        return new HostPower(
                one("https://10.0.9.11", "http://[fd00::7]:8000"),
                one("", "1", "System.Embedded.1"),
                login ? one("root", "true") : "",
                login ? "/etc/evenkeel/bmc" : "",
                one("", "/a b.pem"));
    }

    private HostSpec host() {
        return new HostSpec(
                name(),
                name(),
                one("", "qemu:///system", "qemu+tcp://10.0.0.11:16509/system?keepalive=1"),
                random.nextBoolean(),
                one(List.of(), List.of("10.0.1.7", "fd00::7"), List.of("::ffff:10.0.0.1")),
                random.nextBoolean(),
                maybe(this::power),
                random.nextBoolean(),
                number(0, 4096),
                size());
    }

    private VirtualMachineSpec machine() {
        List<MachineDisk> disks = new ArrayList<>();
        List<MachineNic> nics = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            disks.add(
                    new MachineDisk(
                            name(),
                            one("0x1f", "1e3", "a_B.c") + "-" + i,
                            maybe(() -> new Size((1L << 20) + random.nextLong(1L << 40))),
                            one("", "base@1.10", "true@null")));
            nics.add(
                    new MachineNic(
                            one("br0", "1.10", "true", "br-a_b"),
                            random.nextBoolean() ? "" : "52:54:00:00:00:0" + i));
        }
        return new VirtualMachineSpec(
                number(1, 256),
                new Size((16L << 20) + random.nextLong(1L << 40)),
                disks,
                nics,
                maybe(() -> new DirectBoot("/boot/a b", one("", "/boot/initrd"), text())),
                number(-1000, 1000),
                new MachinePlacement(labels(), "", text()),
                one(Migration.values()),
                one(Power.values()));
    }

    private DatastoreSpec datastore() {
        if (random.nextInt(4) == 0) {
            return new DatastoreSpec(
                    List.of(),
                    "",
                    "admin",
                    "",
                    "",
                    "",
                    Optional.of(new LocalFolder(one("h1", "true"), one("/a", "/srv/a b"))));
        }
        return new DatastoreSpec(
                one(
                        List.of(new HostPort("10.0.0.7", number(1, 65535))),
                        List.of(new HostPort("::1", 3300), new HostPort("mon.example", 6789))),
                one("rbd", "true", "0x1f", "1.10"),
                one("admin", "null", "1e3"),
                one("", "/etc/evenkeel/key"),
                one("", "3f2a1c9e-5b7d-4e6f-8a90-b1c2d3e4f506"),
                one("", "guests", "true"),
                Optional.empty());
    }

    private Size size() {
        return new Size(random.nextLong(1L << 50));
    }

    private Headers headers() {
        return new Headers(headerEdits(), headerEdits());
    }

    private HeaderEdits headerEdits() {
        boolean sets = random.nextBoolean();
        return new HeaderEdits(
                sets ? List.of(new Header("X-Set", one("a", "a: b", "#"))) : List.of(),
                list(() -> new Header("X-" + number(0, 9), "a\tb")),
                sets ? List.of() : List.of("x-set", "Server"));
    }

    private Affinity affinity() {
        Affinity.SameSite sameSite = one(Affinity.SameSite.values());
        return new Affinity(
                one(Affinity.Type.values()),
                "n" + number(0, 1000),
                millis(1_000, 86_400_000),
                "/p" + number(0, 9),
                random.nextBoolean(),
                sameSite == Affinity.SameSite.NONE || random.nextBoolean(),
                sameSite);
    }

    private HealthCheck healthCheck() {
        Duration timeout = millis(10, 600_000);
        int status = number(100, 599);
        return new HealthCheck(
                one(HealthCheck.Type.values()),
                path(),
                maybe(() -> number(1, 65535)),
                Duration.ofMillis(Math.max(100, timeout.toMillis() + number(1, 1000))),
                timeout,
                number(1, 100),
                number(1, 100),
                new StatusRanges(
                        List.of(
                                new StatusRanges.Range(status, number(status, 599)),
                                new StatusRanges.Range(200, 200))));
    }

    private Status status(Kind kind) {
        long generation = random.nextLong(1000);
        List<Condition> conditions =
                list(() ->
                        new Condition(
                                "Ready",
                                one(Condition.Truth.values()),
                                text(),
                                text(),
                                Instant.ofEpochMilli(random.nextLong(4_000_000_000_000L))));
        return switch (kind) {
            case SERVICE ->
                    new ServiceStatus(
                            generation,
                            conditions,
                            one(AdminState.values()),
                            maybe(this::operator),
                            7,
                            number(0, 9),
                            0);
            case ROUTE -> new RouteStatus(generation, conditions);
            case ENDPOINT ->
                    new EndpointStatus(
                            generation,
                            conditions,
                            random.nextLong(1000),
                            one(AdminState.values()),
                            maybe(this::operator),
                            list(this::name),
                            maybe(() -> Instant.ofEpochSecond(number(0, 2_000_000_000))),
                            maybe(() ->
                                    new SuspectedHost(
                                            name(),
                                            maybe(() ->
                                                    Instant.ofEpochSecond(
                                                            number(0, 2_000_000_000))))),
                            list(() ->
                                    new EndpointAtGateway(
                                            name(),
                                            random.nextBoolean(),
                                            list(this::name),
                                            number(0, 9),
                                            random.nextLong(1000),
                                            random.nextLong(1000),
                                            random.nextLong(1000))));
            case POLICY -> new PolicyStatus(generation, conditions, number(0, 9));
            case HOST ->
                    new HostStatus(
                            generation,
                            conditions,
                            random.nextBoolean(),
                            maybe(() -> Instant.ofEpochSecond(number(0, 2_000_000_000))),
                            text(),
                            maybe(() ->
                                    new HostInventory(
                                            name(),
                                            name(),
                                            text(),
                                            number(1, 1000),
                                            new Size(random.nextLong(1L << 50)))),
                            maybe(() ->
                                    new HostUse(
                                            Instant.ofEpochSecond(number(0, 2_000_000_000)),
                                            number(0, 1_000_000),
                                            new Size(random.nextLong(1L << 50)))));
            case VIRTUAL_MACHINE ->
                    new VirtualMachineStatus(
                            generation,
                            conditions,
                            one("", name()),
                            one("running", "paused", "off", "crashed", "unknown"),
                            random.nextLong(1000),
                            maybe(() -> Instant.ofEpochSecond(number(0, 2_000_000_000))));
            case DATASTORE -> new DatastoreStatus(generation, conditions);
        };
    }

    private OperatorWord operator() {
        return new OperatorWord(
                one(AdminState.values()),
                text(),
                name(),
                Instant.ofEpochSecond(number(0, 2_000_000_000)));
    }

    private Amount amount() {
        return random.nextBoolean()
                ? new Amount(number(0, 100), true)
                : new Amount(number(0, Integer.MAX_VALUE - 1), false);
    }

    private SortedMap<String, String> labels() {
        SortedMap<String, String> labels = new TreeMap<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            labels.put(one("team", "true", "1", "a.b/c_d", "null"), text());
        }
        return labels;
    }

    private String name() {
        return one("web", "a", "1", "true", "null", "shop-2.example", "0x1f", "1e3")
                + (random.nextBoolean() ? "" : "." + random.nextInt(70_000));
    }

    private String path() {
        return one("/", "/api", "/a/b%20c", "/~x;y=1", "/a:b");
    }

    private String text() {
        return TEXTS.get(random.nextInt(TEXTS.size()));
    }

    private Duration millis(long least, long greatest) {
        return Duration.ofMillis(random.nextLong(least, greatest + 1));
    }

    private int number(int least, int greatest) {
        return random.nextInt(least, greatest + 1);
    }

    private <T> List<T> list(Supplier<T> item) {
        List<T> list = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            list.add(item.get());
        }
        return list;
    }

    private <T> Optional<T> maybe(Supplier<? extends T> value) {
        return random.nextBoolean() ? Optional.empty() : Optional.of(value.get());
    }

    @SafeVarargs
    private <T> T one(T... values) {
        return values[random.nextInt(values.length)];
    }
}
