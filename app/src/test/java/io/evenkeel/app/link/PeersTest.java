package io.evenkeel.app.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.gateway.link.LinkLoss;
import io.evenkeel.gateway.link.LinkSettings;
import io.evenkeel.link.Link;
import io.evenkeel.link.LinkConfig;
import io.evenkeel.link.LinkListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A9: one backend and several gateways, with both real ends. */
@Timeout(60)
class PeersTest {
    private static final LinkSettings QUICK = LinkSettings.defaults("gw").withHeartbeat(50, 500);

    private final List<LinkRig> rigs = new ArrayList<>();

    private List<String> gateways(int count) {
        for (int i = 0; i < count; i++) {
            rigs.add(new LinkRig(QUICK));
        }
        List<String> all = rigs.stream().map(LinkRig::gateway).toList();
        rigs.forEach(rig -> rig.names(all));
        return all;
    }

    @AfterEach
    void close() {
        rigs.forEach(LinkRig::close);
    }

    private static LinkConfig.Builder backend(String name, String... gateways) {
        return LinkConfig.of("shop", "127.0.0.1:8080")
                .workload(name)
                .endpoint(name)
                .gateways(List.of(gateways));
    }

    private static boolean linked(LinkRig rig, String name) {
        return rig.present.containsKey(LinkRig.key(name));
    }

    private long count(Predicate<LinkRig> which) {
        return rigs.stream().filter(which).count();
    }

    @Test
    void backendThatDialsOneGatewayIsLinkedWithAllOfThem() throws Exception {
        List<String> all = gateways(4);
        try (Link link = Link.register(backend("web-1", all.getFirst()).build())) {
            rigs.getFirst().await("all", () -> count(rig -> linked(rig, "web-1")) == 4);
            rigs.getFirst().await("counted", () -> link.links() == 4);
            assertThat(rigs).allSatisfy(rig -> assertThat(rig.admissions).hasSize(1));
        }
    }

    @Test
    void oneIsNotDialledTwiceByTheNameThatItHasAmongGateways() throws Exception {
        List<String> all = gateways(2);
        String configured = all.getFirst().replace("127.0.0.1", "localhost");
        try (Link link = Link.register(backend("web-1", configured).build())) {
            rigs.getFirst().await("both", () -> link.links() == 2);
            assertThat(rigs.getFirst().admissions).hasSize(1);
        }
    }

    /** Which of them this backend wants, were all configured. */
    private List<LinkRig> wanted(LinkConfig.Builder backend, List<String> all, int most)
            throws InterruptedException {
        try (Link link = Link.register(backend.gateways(all).mostGateways(most).build())) {
            rigs.getFirst().await("as many", () -> link.links() == most);
            return rigs.stream().filter(rig -> !rig.present.isEmpty()).toList();
        }
    }

    @Test
    void beyondItsBoundABackendGivesUpALinkOnceOthersStandAndNobodyForgetsIt() throws Exception {
        List<String> all = gateways(6);
        List<LinkRig> wanted = wanted(backend("web-1"), all, 3);
        assertThat(wanted).hasSize(3);
        List<LinkRig> begins = rigs.stream().filter(rig -> !wanted.contains(rig)).toList();
        for (LinkRig begin : begins) {
            rigs.forEach(rig -> rig.events.clear());
            try (Link link =
                    Link.register(backend("web-1", begin.gateway()).mostGateways(3).build())) {
                begin.await("given up", () -> begin.events.contains("absent web-1 RELEASED"));
                assertThat(wanted).as("they stood before").allMatch(rig -> linked(rig, "web-1"));
                begin.await("counted", () -> link.links() == 3);
                assertThat(count(rig -> linked(rig, "web-1"))).isEqualTo(3);
                assertThat(count(rig -> rig.events.contains("leave web-1"))).isZero();
                assertThat(begin.server.stats().closed().get(LinkLoss.RELEASED)).isOne();
            }
            begin.await("left", () -> count(rig -> linked(rig, "web-1")) == 0);
        }
    }

    @Test
    void tunnelThatIsGivenUpCarriesItsRequestsToTheirEndFirst() throws Exception {
        List<String> all = gateways(4);
        List<Link> links = new ArrayList<>();
        try {
            LinkRig begin = rigs.getFirst();
            // Which two of four a backend wants goes by their ports, which are drawn anew in each
            // run: half of all have both elsewhere than where they began, so 40 are enough.
            for (int i = 0; i < 40 && begin.events.isEmpty(); i++) {
                String name = "web-" + i;
                Link link =
                        Link.register(
                                LinkConfig.tunnelled("shop", "127.0.0.1:8080")
                                        .workload(name)
                                        .endpoint(name)
                                        .gateways(all.subList(0, 1))
                                        .mostGateways(2)
                                        .build());
                links.add(link);
                begin.await("two", () -> link.links() == 2);
                begin.await("and no more", () -> count(rig -> linked(rig, name)) == 2);
                begin.await(
                        "the rest is closed",
                        () ->
                                rigs.stream().mapToLong(rig -> rig.server.stats().links()).sum()
                                        == links.size() * 2L);
            }
            assertThat(begin.server.stats().links()).isLessThan(links.size());
            assertThat(begin.events).isNotEmpty().allMatch(event -> event.endsWith("LOST"));
        } finally {
            links.forEach(Link::close);
        }
    }

    @Test
    void gatewayThatJoinsIsDialledByAllWithinASpreadOfTime() throws Exception {
        List<String> two = gateways(2);
        List<Link> links = new ArrayList<>();
        try (LinkRig joins = new LinkRig(QUICK)) {
            for (int i = 0; i < 100; i++) {
                links.add(Link.register(backend("web-" + i, two.getFirst()).build()));
            }
            LinkRig first = rigs.getFirst();
            first.await("all", () -> links.stream().allMatch(link -> link.links() == 2));
            long began = System.nanoTime();
            List<String> three = List.of(two.get(0), two.get(1), joins.gateway());
            joins.names(three);
            rigs.forEach(rig -> rig.names(three));
            joins.await("a quarter", () -> joins.present.size() >= 25);
            long quarter = System.nanoTime() - began;
            joins.await("all", () -> joins.present.size() == 100);
            long whole = System.nanoTime() - began;
            // Spread over two seconds, as each has two links. Of a hundred at random, a quarter
            // in the first fifth of a second has a chance below 1 in 10,000.
            assertThat(quarter).isGreaterThan(200_000_000L);
            assertThat(whole).isGreaterThan(1_000_000_000L);
        } finally {
            links.forEach(Link::leave);
        }
    }

    @Test
    void backendThatLosesItsLastLinkDialsWhatWaitsAtOnce() throws Exception {
        List<String> three = gateways(3);
        LinkRig first = rigs.getFirst();
        AtomicInteger told = new AtomicInteger();
        List<Link> links = new ArrayList<>();
        List<LinkConfig> configs = new ArrayList<>();
        try (LinkRig joins = new LinkRig(QUICK)) {
            for (int i = 0; i < 20; i++) {
                LinkConfig config =
                        backend("web-" + i, three.getFirst()).listener(counting(told)).build();
                configs.add(config);
                links.add(Link.register(config));
            }
            first.await("all", () -> links.stream().allMatch(link -> link.links() == 3));
            List<String> four = new ArrayList<>(three);
            four.add(joins.gateway());
            rigs.forEach(rig -> rig.names(four));
            // The answer to a renewal comes behind what the gateways said before.
            int before = told.get();
            for (int i = 0; i < 20; i++) {
                links.get(i).renew(configs.get(i).registration());
            }
            first.await("heard", () -> told.get() >= before + 60);
            long began = System.nanoTime();
            rigs.forEach(LinkRig::close);
            joins.await("all", () -> joins.present.size() == 20);
            // Of twenty that go on to wait for up to three seconds, one does for more than half of
            // that, but once in a million.
            assertThat(System.nanoTime() - began).isLessThan(1_500_000_000L);
        } finally {
            links.forEach(Link::leave);
        }
    }

    private static LinkListener counting(AtomicInteger registered) {
        return new LinkListener() {
            @Override
            public void registered(String gateway, String id, long epoch) {
                registered.incrementAndGet();
            }
        };
    }

    @Test
    void learntGatewaysAreDialledOnWhenThoseConfiguredNeverReturn() throws Exception {
        List<String> two = gateways(2);
        LinkRig first = rigs.getFirst();
        LinkRig second = rigs.get(1);
        try (Link link = Link.register(backend("web-1", two.getFirst()).build())) {
            first.await("both", () -> link.links() == 2);
            first.close();
            second.close();
            int port = second.address.getPort();
            second.await("none", () -> link.links() == 0);
            try (LinkRig again = new LinkRig(QUICK, port)) {
                again.await("the learnt one", () -> linked(again, "web-1"));
                assertThat(again.admissions.getFirst().incarnation())
                        .isEqualTo(second.admissions.getFirst().incarnation());
            }
        }
    }

    @Test
    void gatewayThatIsNamedNoMoreAndDoesNotAnswerIsForgotten() throws Exception {
        List<String> three = gateways(3);
        LinkRig first = rigs.getFirst();
        LinkRig gone = rigs.get(2);
        int port = gone.address.getPort();
        AtomicInteger told = new AtomicInteger();
        LinkConfig config = backend("web-1", three.getFirst()).listener(counting(told)).build();
        try (Link link = Link.register(config)) {
            first.await("all", () -> link.links() == 3);
            gone.close();
            first.await("two", () -> link.links() == 2);
            rigs.subList(0, 2).forEach(rig -> rig.names(three.subList(0, 2)));
            // The answer to a renewal comes behind what the gateways said before.
            link.renew(config.registration());
            first.await("heard", () -> told.get() == 5);
            try (LinkRig again = new LinkRig(QUICK, port)) {
                assertThat(link.awaitOver(Duration.ofMillis(1_500))).isFalse();
                assertThat(again.admissions).as("nobody dials it").isEmpty();
                rigs.subList(0, 2).forEach(rig -> rig.names(three));
                again.await("named again", () -> linked(again, "web-1"));
            }
        }
    }
}
