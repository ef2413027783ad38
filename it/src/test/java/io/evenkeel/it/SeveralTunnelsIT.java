package io.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.app.demo.LoadClient;
import io.evenkeel.app.demo.LoadTotals;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A5: each loop of a gateway has a tunnel of its own to a server behind a sidecar. */
@Tag("A")
class SeveralTunnelsIT {
    private static final Duration SOON = Duration.ofSeconds(30);

    private static void awaitTunnels(Site site, Long... byLoop) throws InterruptedException {
        Site.await(
                "tunnels by loop " + List.of(byLoop),
                SOON,
                () -> Metrics.of(site, "evenkeel_tunnels", "").equals(List.of(byLoop)));
    }

    private static long requests(Site site, String way) {
        return Metrics.of(site, "evenkeel_tunnel_requests_total", "way=\"" + way + '"').getFirst();
    }

    @Test
    void fourLoopsAndFourTunnelsSendEachRequestByItsOwn() throws Exception {
        try (Site site = Site.start("--loops=4");
                Nginx nginx = new Nginx(site, "pages");
                Sidecar sidecar = new Sidecar(site, "pages", "pages", nginx.port)) {
            sidecar.awaitServing("pages");
            awaitTunnels(site, 1L, 1L, 1L, 1L);
            long crossed = requests(site, "crossed");
            Wrk.Count count = Wrk.start(site, "pages.example", 64, Duration.ofSeconds(5)).await();
            System.out.println("four tunnels, four loops: " + count.text());
            assertThat(count.refused()).as(count.text()).isZero();
            assertThat(count.text()).doesNotContain("Socket errors");
            assertThat(requests(site, "own")).isGreaterThanOrEqualTo(count.requests());
            assertThat(requests(site, "crossed")).isEqualTo(crossed);
        }
    }

    /** What is kept from before each loop had its own is not used any longer. */
    @Test
    void loopTurnsToItsOwnTunnelAsSoonAsItHasOne() throws Exception {
        try (Site site = Site.start("--loops=4");
                Nginx nginx = new Nginx(site, "pages");
                Relay relay = Relay.toLinks(site, 100);
                Sidecar sidecar =
                        new Sidecar(site, relay.address(), "pages", "pages", nginx.port)) {
            sidecar.awaitServing("pages");
            awaitTunnels(site, 1L, 1L, 1L, 1L);
            try (Wrk load = Wrk.start(site, "pages.example", 64, Duration.ofSeconds(8))) {
                long before = requests(site, "crossed");
                relay.cut(2);
                Site.await("requests cross", SOON, () -> requests(site, "crossed") > before);
                awaitTunnels(site, 1L, 1L, 1L, 1L);
                long last = requests(site, "crossed");
                long own = requests(site, "own");
                Site.await("requests go on", SOON, () -> requests(site, "own") > own + 1_000);
                // Those on their way when it came.
                assertThat(requests(site, "crossed")).isLessThanOrEqualTo(last + 64);
                Wrk.Count count = load.await();
                assertThat(count.refused()).as(site.refusals()).isZero();
            }
        }
    }

    /** Before there is a budget for retries: a first repetition costs none. */
    @Test
    void tunnelKilledAsTheLoadBeginsLosesNoGet() throws Exception {
        try (Site site = Site.start("--loops=4");
                Nginx nginx = new Nginx(site, "pages");
                Relay relay = Relay.toLinks(site, 100);
                Sidecar sidecar =
                        new Sidecar(site, relay.address(), "pages", "pages", nginx.port)) {
            sidecar.awaitServing("pages");
            for (int round = 0; round < 8; round++) {
                awaitTunnels(site, 1L, 1L, 1L, 1L);
                Site.await("all are relayed", SOON, () -> relay.standing() == 4);
                long before = requests(site, "own");
                try (Wrk load = Wrk.start(site, "pages.example", 64, Duration.ofSeconds(1))) {
                    Site.await("load", SOON, () -> requests(site, "own") > before);
                    relay.cut(round % 4);
                    Wrk.Count count = load.await();
                    assertThat(count.refused()).as(site.refusals()).isZero();
                }
            }
        }
    }

    @Test
    void tunnelKilledUnderLoadLosesNoGetAndTheEndpointStaysReady() throws Exception {
        try (Site site = Site.start("--loops=4");
                Nginx nginx = new Nginx(site, "web");
                Relay relay = Relay.toLinks(site, 100);
                Sidecar sidecar = new Sidecar(site, relay.address(), "shop", "web", nginx.port)) {
            sidecar.awaitServing("shop");
            awaitTunnels(site, 1L, 1L, 1L, 1L);
            long epoch = Queues.of(site, "shop").getFirst().epoch();
            LoadTotals totals = new LoadTotals();
            int kills = 0;
            try (LoadClient load =
                    LoadClient.start(
                            site.http(),
                            LoadClient.Request.get("shop.example", "/"),
                            12,
                            Duration.ofMillis(1),
                            totals)) {
                assertThat(load).isNotNull();
                for (; kills < 12; kills++) {
                    long before = totals.answered();
                    // Each in its turn, the first link too.
                    relay.cut(kills % 4);
                    Site.await("load", SOON, () -> totals.answered() > before + 200);
                    List<Queues.Node> nodes = Queues.of(site, "shop");
                    assertThat(nodes).hasSize(1);
                    assertThat(nodes.getFirst().pickable()).isTrue();
                    assertThat(nodes.getFirst().epoch()).isEqualTo(epoch);
                    awaitTunnels(site, 1L, 1L, 1L, 1L);
                    Site.await("all are relayed", SOON, () -> relay.standing() == 4);
                }
            }
            System.out.printf(
                    "one of four tunnels killed %d times: %d answered, %d lost, %d cut%n",
                    kills, totals.answered(), totals.lost(), totals.cut());
            assertThat(totals.failures()).isEmpty();
            assertThat(totals.lost()).isZero();
            assertThat(totals.cut()).isZero();
        }
    }

    @Test
    void drainWithSeveralTunnelsLosesNothing() throws Exception {
        try (Site site = Site.start("--loops=4");
                Nginx one = new Nginx(site, "one");
                Nginx two = new Nginx(site, "two");
                Sidecar staying = new Sidecar(site, "shop", "one", one.port);
                Sidecar leaving = new Sidecar(site, "shop", "two", two.port)) {
            staying.awaitServing("shop");
            leaving.awaitSaid("registered at");
            awaitTunnels(site, 2L, 2L, 2L, 2L);
            LoadTotals totals = new LoadTotals();
            try (LoadClient load =
                    LoadClient.start(
                            site.http(),
                            new LoadClient.Request("POST", "shop.example", "/", "body"),
                            12,
                            Duration.ofMillis(1),
                            totals)) {
                assertThat(load).isNotNull();
                Site.await("load", SOON, () -> totals.answered() > 500);
                leaving.terminate();
                long before = totals.answered();
                Site.await("load", SOON, () -> totals.answered() > before + 500);
            }
            assertThat(totals.failures()).isEmpty();
            assertThat(totals.cut()).isZero();
            awaitTunnels(site, 1L, 1L, 1L, 1L);
            assertThat(Metrics.of(site, "evenkeel_link_drains_total", "by=\"backend\""))
                    .containsExactly(1L);
            assertThat(Metrics.of(site, "evenkeel_link_closed_total", "reason=\"left\""))
                    .containsExactly(1L);
        }
    }
}
