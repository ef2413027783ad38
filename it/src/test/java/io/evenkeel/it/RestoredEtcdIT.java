package io.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.app.demo.LoadClient;
import io.evenkeel.app.demo.LoadTotals;
import io.evenkeel.store.etcd.EtcdProcess;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** X3: etcd is put back to a backup that is older than what gateways and controls have read. */
@Tag("X")
class RestoredEtcdIT {
    private static final Duration SOON = Duration.ofSeconds(40);
    private static final int BEFORE = 3;
    private static final int SINCE = 2;

    private static int put(Cluster.Member control, String service) {
        return control.status(
                "PUT",
                "/v1/services/" + service,
                """
                {"apiVersion":"evenkeel.io/v1","kind":"Service","metadata":{"name":"%s"},"spec":{}}\
                """
                        .formatted(service));
    }

    private static int shown(Cluster.Member at, String service) {
        return at.status("GET", "/v1/services/" + service, "");
    }

    @Test
    void whatTheBackupSaysIsShownAndWhoeverLivesIsBackWithoutALostRequest() throws Exception {
        try (Cluster cluster = Cluster.onEtcd(1)) {
            EtcdProcess etcd = cluster.etcd.getFirst();
            Cluster.Member control = cluster.control("c1");
            Cluster.Member gateway = cluster.gateway("g1");
            cluster.backends("old", "shop", BEFORE, gateway);
            Cluster.awaitPickable("shop", BEFORE, gateway);
            Site.await("a leader", SOON, control::leads);
            assertThat(put(control, "kept")).isEqualTo(201);
            Path backup = cluster.folder.resolve("backup.db");
            etcd.backup(backup);

            cluster.backends("new", "shop", SINCE, gateway);
            Cluster.awaitPickable("shop", BEFORE + SINCE, gateway);
            for (int i = 0; i < 50; i++) {
                assertThat(put(control, "lost-" + i)).isEqualTo(201);
            }
            long term = control.metric("evenkeel_leader_term").orElseThrow();

            LoadTotals totals = new LoadTotals();
            try (LoadClient load =
                    LoadClient.start(
                            gateway.http(),
                            LoadClient.Request.get("shop.example", "/"),
                            4,
                            Duration.ofMillis(2),
                            totals)) {
                assertThat(load).isNotNull();
                Site.await("load", SOON, () -> totals.answered() > 200);
                etcd.kill();
                etcd.restore(backup);
                Site.await(
                        "the control shows what the backup says",
                        SOON,
                        () -> shown(control, "lost-49") == 404 && shown(control, "kept") == 200);
                Site.await("a leader", SOON, control::leads);
                assertThat(put(control, "after")).isEqualTo(201);
                Site.await("the gateway follows", SOON, () -> shown(gateway, "after") == 200);
                assertThat(shown(gateway, "lost-0")).isEqualTo(404);
                // Those that registered since are not in the backup; they live, so they are back.
                Cluster.awaitPickable("shop", BEFORE + SINCE, gateway);
                Site.await(
                        "they are in the store", SOON, () -> endpoints(control) == BEFORE + SINCE);
                long answered = totals.answered();
                Site.await("load", SOON, () -> totals.answered() > answered + 500);
            }
            System.out.printf(
                    "etcd restored from an older backup: term %d, then %d; %d answered, %d lost,"
                            + " %d cut%n",
                    term,
                    control.metric("evenkeel_leader_term").orElseThrow(),
                    totals.answered(),
                    totals.lost(),
                    totals.cut());
            assertThat(totals.failures()).isEmpty();
            assertThat(totals.lost()).isZero();
            assertThat(totals.cut()).isZero();
        }
    }

    private static int endpoints(Cluster.Member control) {
        try {
            return control.read("/v1/endpoints").at("items").items().size();
        } catch (Exception unanswered) {
            throw new AssertionError(unanswered);
        }
    }
}
