package io.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.app.demo.Launched;
import io.evenkeel.app.demo.LoadClient;
import io.evenkeel.app.demo.LoadTotals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** X3: a gateway dies and is back, and everybody who was linked with it dials it again. */
class MassReconnectIT {
    private static final int PROCESSES = 4;
    private static final int SERVING = 4;
    private static final Duration LONG = Duration.ofMinutes(3);

    @Test
    @Tag("X")
    @Timeout(180)
    void twoThousandBackendsAreBackAfterAGatewaysRestart() throws Exception {
        backAfterARestart(2_000, Duration.ofMinutes(1));
    }

    @Test
    @Tag("long")
    @Timeout(600)
    void tenThousandBackendsAreBackAfterAGatewaysRestart() throws Exception {
        backAfterARestart(10_000, Duration.ofMinutes(2));
    }

    private static void backAfterARestart(int backends, Duration bound) throws Exception {
        try (Cluster cluster = Cluster.onEtcd(1)) {
            Cluster.Member stays = cluster.gateway("g1");
            Cluster.Member dies = cluster.gateway("g2");
            cluster.backends("web", "shop", SERVING, stays);
            List<Launched> many = new ArrayList<>();
            for (int i = 0; i < PROCESSES; i++) {
                many.add(cluster.backends("m" + i, "mass", backends / PROCESSES, stays));
            }
            for (Launched process : many) {
                process.awaitReady(LONG);
            }
            awaitLinks(backends + SERVING, LONG, stays, dies);
            LoadTotals totals = new LoadTotals();
            long nanos;
            try (LoadClient load =
                    LoadClient.start(
                            stays.http(),
                            LoadClient.Request.get("shop.example", "/"),
                            4,
                            Duration.ofMillis(2),
                            totals)) {
                assertThat(load).isNotNull();
                Site.await("load", LONG, () -> totals.answered() > 500);
                long begun = System.nanoTime();
                dies.restart();
                awaitLinks(backends + SERVING, LONG, dies);
                nanos = System.nanoTime() - begun;
                assertThat(stays.pickable("shop")).isEqualTo(SERVING);
            }
            System.out.printf(
                    "gateway restarted with %d backends: all are linked again after %.1f s,"
                            + " %d refused as too many at once; at the other gateway %d answered,"
                            + " %d lost, %d cut%n",
                    backends,
                    nanos / 1e9,
                    dies.total("evenkeel_link_registrations_total", "outcome=\"busy\""),
                    totals.answered(),
                    totals.lost(),
                    totals.cut());
            assertThat(totals.failures()).isEmpty();
            assertThat(totals.cut()).isZero();
            assertThat(nanos).isLessThan(bound.toNanos());
            assertThat(dies.pickable("mass")).isEqualTo(backends);
        }
    }

    private static void awaitLinks(long links, Duration limit, Cluster.Member... gateways)
            throws InterruptedException {
        for (Cluster.Member gateway : gateways) {
            Site.await(
                    links + " links at " + gateway.id,
                    limit,
                    () -> gateway.metric("evenkeel_links").equals(Optional.of(links)));
        }
    }
}
