package io.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.app.demo.LoadClient;
import io.evenkeel.app.demo.LoadTotals;
import io.evenkeel.store.etcd.EtcdProcess;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** X3, A9: a cluster whose processes are killed, one kind after the other. */
@Tag("X")
@Timeout(180)
class ClusterFaultsIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int BACKENDS = 4;

    private static LoadClient load(Cluster.Member gateway, LoadTotals totals) {
        return LoadClient.start(
                gateway.http(),
                LoadClient.Request.get("shop.example", "/"),
                4,
                Duration.ofMillis(2),
                totals);
    }

    private static void awaitMore(LoadTotals totals, long more) throws InterruptedException {
        long before = totals.answered();
        Site.await("load", SOON, () -> totals.answered() >= before + more);
    }

    private static int apply(Cluster.Member control, String name) {
        return control.status(
                "POST",
                "/v1/apply",
                """
                {"apiVersion":"evenkeel.io/v1","kind":"Service","metadata":{"name":"%s"},"spec":{}}\
                """
                        .formatted(name));
    }

    private static double awaitLeader(Cluster.Member... controls) throws InterruptedException {
        long begun = System.nanoTime();
        Site.await("a leader", SOON, () -> List.of(controls).stream().anyMatch(c -> c.leads()));
        return (System.nanoTime() - begun) / 1e9;
    }

    @Test
    void processesAreKilledAndNoRequestAtALivingGatewayIsLost() throws Exception {
        try (Cluster cluster = Cluster.onEtcd(3)) {
            Cluster.Member one = cluster.control("c1");
            Cluster.Member two = cluster.control("c2");
            Cluster.Member near = cluster.gateway("g1");
            Cluster.Member far = cluster.gateway("g2");
            cluster.backends("web", "shop", BACKENDS, near);
            // They have dialled the first only, and learnt of the other.
            Cluster.awaitPickable("shop", BACKENDS, near, far);
            Site.await("links at both", SOON, () -> linked(near) && linked(far));
            LoadTotals totals = new LoadTotals();
            try (LoadClient load = load(far, totals)) {
                assertThat(load).isNotNull();
                awaitMore(totals, 500);

                awaitLeader(one, two);
                Site.await("all are members", SOON, () -> members(far).size() == 4);
                assertThat(members(far))
                        .contains("gateway g1 false", "gateway g2 false")
                        .filteredOn(member -> member.startsWith("control"))
                        .hasSize(2)
                        .filteredOn(member -> member.endsWith(" true"))
                        .hasSize(1);
                assertThat(apply(near, "by-a-gateway")).isEqualTo(421);
                Cluster.Member leader = one.leads() ? one : two;
                Cluster.Member other = one.leads() ? two : one;
                leader.process().kill();
                double seconds = awaitLeader(other);
                System.out.printf("leading control killed: another leads after %.1f s%n", seconds);
                assertThat(seconds).isLessThan(5);
                assertThat(apply(other, "after-control")).isEqualTo(200);
                leader.restart();

                EtcdProcess first =
                        cluster.etcd.stream().filter(EtcdProcess::leads).findFirst().orElseThrow();
                long term = other.metric("evenkeel_leader_term").orElseThrow();
                first.kill();
                other.process().kill();
                seconds = awaitLeader(leader);
                System.out.printf(
                        "etcd's leader and the leading control killed: another leads after %.1f s%n",
                        seconds);
                assertThat(seconds).isLessThan(10);
                assertThat(leader.metric("evenkeel_leader_term").orElseThrow()).isGreaterThan(term);
                assertThat(apply(leader, "after-etcd")).isEqualTo(200);
                first.restart();

                leader.process().kill();
                awaitMore(totals, 500);
                assertThat(far.read("/v1/services/after-etcd").at("kind").text())
                        .isEqualTo("Service");

                near.process().kill();
                awaitMore(totals, 2_000);
                assertThat(far.pickable("shop")).isEqualTo(BACKENDS);
                near.restart();
                Cluster.awaitPickable("shop", BACKENDS, near, far);
                Site.await("links at both", SOON, () -> linked(near) && linked(far));
            }
            System.out.printf(
                    "controls, a member of etcd and a gateway killed: %d answered at the other"
                            + " gateway, %d lost, %d cut%n",
                    totals.answered(), totals.lost(), totals.cut());
            assertThat(totals.failures()).isEmpty();
            assertThat(totals.lost()).isZero();
            assertThat(totals.cut()).isZero();
        }
    }

    private static List<String> members(Cluster.Member at) {
        return Cluster.members(at).stream()
                .map(member ->
                        member.at("role").text()
                                + " "
                                + member.at("id").text()
                                + " "
                                + member.at("leads").text())
                .toList();
    }

    private static boolean linked(Cluster.Member gateway) {
        return gateway.metric("evenkeel_links").equals(Optional.of((long) BACKENDS));
    }

    /**
     * Traffic goes on from the last image, writes are refused with the reason, then all goes on.
     */
    @Test
    void allOfEtcdIsGoneForAWhile() throws Exception {
        try (Cluster cluster = Cluster.onEtcd(1)) {
            Cluster.Member control = cluster.control("c1");
            Cluster.Member gateway = cluster.gateway("g1");
            cluster.backends("web", "shop", BACKENDS, gateway);
            Cluster.awaitPickable("shop", BACKENDS, gateway);
            awaitLeader(control);
            LoadTotals totals = new LoadTotals();
            try (LoadClient load = load(gateway, totals)) {
                assertThat(load).isNotNull();
                awaitMore(totals, 500);
                cluster.etcd.getFirst().kill();
                Site.await("leads no longer", SOON, () -> !control.leads());
                awaitMore(totals, 500);
                assertThat(apply(control, "meanwhile")).isEqualTo(503);
                assertThat(gateway.pickable("shop")).isEqualTo(BACKENDS);
                Site.await(
                        "longer than any lease",
                        SOON,
                        () -> gateway.metric("evenkeel_image_age_seconds").orElse(0L) >= 12);
                awaitMore(totals, 500);
                assertThat(gateway.pickable("shop")).isEqualTo(BACKENDS);
            }
            assertThat(gateway.metric("evenkeel_image_age_seconds").orElseThrow())
                    .isGreaterThan(10);
            // Killed as well, and started from what it kept on its disk.
            gateway.restart();
            assertThat(gateway.metric("evenkeel_image_from_copy")).hasValue(1L);
            Cluster.awaitPickable("shop", BACKENDS, gateway);
            Site.await("backends are back", SOON, () -> linked(gateway));
            try (LoadClient load = load(gateway, totals)) {
                assertThat(load).isNotNull();
                awaitMore(totals, 500);
                cluster.etcd.getFirst().restart();
                double seconds = awaitLeader(control);
                System.out.printf("etcd is back: a leader after %.1f s%n", seconds);
                Site.await("writes", SOON, () -> apply(control, "afterwards") == 200);
                Cluster.awaitPickable("shop", BACKENDS, gateway);
                awaitMore(totals, 500);
                // Its next try to read the store comes within two seconds.
                Site.await(
                        "the store's word in the place of the copy's",
                        SOON,
                        () -> gateway.metric("evenkeel_image_from_copy").equals(Optional.of(0L)));
            }
            assertThat(totals.failures()).isEmpty();
            assertThat(totals.lost()).isZero();
            assertThat(totals.cut()).isZero();
        }
    }
}
