package io.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.app.demo.Launched;
import io.evenkeel.app.demo.LoadClient;
import io.evenkeel.app.demo.LoadTotals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A6, A7: backends die and leave under load, and nobody notices. */
@Tag("A")
class KilledBackendIT {
    private static final Duration LENGTH = Duration.ofSeconds(60);
    private static final int BACKENDS = 3;

    @Test
    void noGetFailsWhileBackendsAreKilledAndRestarted() throws Exception {
        try (Site site = Site.start()) {
            List<Launched> backends = backends(site);
            LoadTotals totals = new LoadTotals();
            int kills = 0;
            try (LoadClient load = load(site, "GET", totals);
                    Wrk wrk = Wrk.start(site, "shop.example", 16, LENGTH)) {
                assertThat(load).isNotNull();
                for (long end = System.nanoTime() + LENGTH.toNanos(); System.nanoTime() < end; ) {
                    int victim = kills++ % BACKENDS;
                    backends.get(victim).kill();
                    Launched next = site.backend("web-" + victim, "shop", "--delay=1ms");
                    next.awaitReady(Site.START_LIMIT);
                    backends.set(victim, next);
                }
                assertThat(wrk.await().refused()).as("answers to wrk that were not 2xx").isZero();
            }
            report("killed", kills, totals);
            assertThat(totals.failures()).isEmpty();
            assertThat(totals.answered()).isGreaterThan(1_000);
            assertThat(kills).isGreaterThan(10);
        }
    }

    @Test
    void noRequestOfAnyMethodFailsWhileBackendsDrainAndReturn() throws Exception {
        try (Site site = Site.start()) {
            List<Launched> backends = backends(site);
            LoadTotals gets = new LoadTotals();
            LoadTotals posts = new LoadTotals();
            int drains = 0;
            try (LoadClient getting = load(site, "GET", gets);
                    LoadClient posting = load(site, "POST", posts)) {
                assertThat(getting).isNotEqualTo(posting);
                for (long end = System.nanoTime() + LENGTH.toNanos(); System.nanoTime() < end; ) {
                    int leaver = drains++ % BACKENDS;
                    backends.get(leaver).terminate();
                    assertThat(backends.get(leaver).awaitEnd(Duration.ofSeconds(20))).isTrue();
                    Launched next = site.backend("web-" + leaver, "shop", "--delay=1ms");
                    next.awaitReady(Site.START_LIMIT);
                    backends.set(leaver, next);
                }
            }
            report("drained, GET", drains, gets);
            report("drained, POST", drains, posts);
            assertThat(gets.failures()).isEmpty();
            assertThat(posts.failures()).isEmpty();
            assertThat(gets.cut() + posts.cut()).isZero();
            assertThat(posts.answered()).isGreaterThan(1_000);
            assertThat(drains).isGreaterThan(10);
        }
    }

    private static List<Launched> backends(Site site) throws Exception {
        List<Launched> backends = new ArrayList<>();
        for (int i = 0; i < BACKENDS; i++) {
            backends.add(site.backend("web-" + i, "shop", "--delay=1ms"));
        }
        for (Launched backend : backends) {
            backend.awaitReady(Site.START_LIMIT);
        }
        return backends;
    }

    private static LoadClient load(Site site, String method, LoadTotals totals) {
        String body = method.equals("POST") ? "x".repeat(500) : "";
        return LoadClient.start(
                site.http(),
                new LoadClient.Request(method, "shop.example", "/", body),
                12,
                Duration.ofMillis(2),
                totals);
    }

    private static void report(String what, int times, LoadTotals totals) {
        System.out.printf(
                "%s %d times: %d answered, %d lost, %d cut after their reply had begun%n",
                what, times, totals.answered(), totals.lost(), totals.cut());
    }
}
