package io.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.app.demo.LoadClient;
import io.evenkeel.app.demo.LoadTotals;
import io.evenkeel.store.etcd.EtcdProcess;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** X3: etcd is full under a running cluster, and is given room again. */
@Tag("X")
class FullEtcdIT {
    private static final Duration SOON = Duration.ofSeconds(40);
    private static final int BACKENDS = 3;
    private static final int MOST_FILLS = 200;

    /** What a change is answered; nothing if there is no answer yet. */
    private static String put(Cluster.Member control, String service) {
        String body =
                """
                {"apiVersion":"evenkeel.io/v1","kind":"Service","metadata":{"name":"%s"},"spec":{}}\
                """
                        .formatted(service);
        try {
            HttpResponse<String> reply = control.api().send("PUT", "/v1/services/" + service, body);
            return reply.statusCode() + " " + reply.body();
        } catch (IOException unanswered) {
            return "";
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void trafficGoesOnChangesAreRefusedWithTheRemedyAndRoomMendsAll() throws Exception {
        LoadTotals totals = new LoadTotals();
        try (Cluster cluster = Cluster.onEtcd(1, "--quota-backend-bytes=" + (16 << 20))) {
            EtcdProcess etcd = cluster.etcd.getFirst();
            Cluster.Member control = cluster.control("c1");
            Cluster.Member stays = cluster.gateway("g1");
            Cluster.Member killed = cluster.gateway("g2");
            cluster.backends("shop", "shop", BACKENDS, stays);
            Cluster.awaitPickable("shop", BACKENDS, stays, killed);
            Site.await("a leader", SOON, control::leads);
            try (LoadClient load =
                    LoadClient.start(
                            stays.http(),
                            LoadClient.Request.get("shop.example", "/"),
                            4,
                            Duration.ofMillis(2),
                            totals)) {
                assertThat(load).isNotNull();
                int fills = 0;
                while (fills < MOST_FILLS && etcd.putQuarterMebibyte("/fill/" + fills)) {
                    fills++;
                }
                assertThat(fills).isBetween(1, MOST_FILLS - 1);

                Site.await(
                        "a change is refused with the remedy",
                        SOON,
                        () -> {
                            String said = put(control, "refused");
                            return said.startsWith("503") && said.contains("etcdctl defrag");
                        });
                cluster.backends("late", "shop", 1, stays);
                // A gateway that starts now reads all there is, and those who live dial it again.
                killed.restart();
                Cluster.awaitPickable("shop", BACKENDS, stays, killed);
                long answered = totals.answered();
                Site.await("load", SOON, () -> totals.answered() > answered + 500);
                assertThat(control.leads()).as("a lease is renewed without room").isTrue();
                assertThat(stays.pickable("shop")).isEqualTo(BACKENDS);

                for (int i = 0; i < fills; i++) {
                    etcd.deleteKey("/fill/" + i);
                }
                etcd.makeSpace();
                Site.await(
                        "changes are taken again",
                        SOON,
                        () -> put(control, "taken").startsWith("20"));
                Cluster.awaitPickable("shop", BACKENDS + 1, stays, killed);
                Site.await(
                        "both gateways are known",
                        SOON,
                        () -> Cluster.members(control).size() == 3);
                assertThat(control.status("GET", "/v1/services/refused", "")).isEqualTo(404);
            }
        }
        System.out.printf(
                "etcd full under a cluster: %d answered, %d lost, %d cut%n",
                totals.answered(), totals.lost(), totals.cut());
        assertThat(totals.failures()).isEmpty();
        assertThat(totals.lost()).isZero();
        assertThat(totals.cut()).isZero();
    }
}
