package io.evenkeel.simulation.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.balancing.QueueSnapshot;
import io.evenkeel.simulation.cast.Answer;
import io.evenkeel.simulation.cast.Behaviour;
import io.evenkeel.simulation.net.NetworkOptions;
import io.evenkeel.simulation.store.SimStore;
import io.evenkeel.simulation.time.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What befalls a whole cluster at once. */
class MassEventsTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long MILLI = 1_000_000L;

    /** Of tens of thousands of connections each has two. */
    private static final NetworkOptions SMALL_BUFFERS =
            new NetworkOptions(50_000, 0, 1_250_000_000L, 2 << 10, 0, 0, SECOND, 127 * SECOND);

    private final List<Answer> answers = new ArrayList<>();

    private static ClusterOptions options(int gateways, int mostLinks) {
        ClusterOptions wide = ClusterOptions.wide(new Seed(1), 1);
        return new ClusterOptions(
                1,
                gateways,
                2,
                0,
                100_000,
                mostLinks,
                1,
                60,
                60,
                true,
                0,
                wide.clientTimeoutNanos(),
                wide.times(),
                SMALL_BUFFERS,
                wide.policy());
    }

    private static Cluster cluster(int gateways) {
        Cluster cluster = new Cluster(new Seed(1), options(gateways, 8), new Joints(), line -> {});
        cluster.queue().runFor(2 * SECOND);
        return cluster;
    }

    private static void launch(Cluster cluster, int count) {
        int before = cluster.instances().size();
        for (int i = before; i < before + count; i++) {
            cluster.backends().launch("backend-" + i, Behaviour.healthy(MILLI, 0));
        }
    }

    private static Set<String> serving(GatewaySlot slot) {
        TreeSet<String> serving = new TreeSet<>();
        for (QueueSnapshot.Entry entry : Cluster.entries(slot)) {
            if (entry.standing() == QueueSnapshot.Standing.QUEUED) {
                serving.add(entry.endpoint());
            }
        }
        return serving;
    }

    private static void assertAllServeEverywhere(Cluster cluster) {
        for (GatewaySlot slot : cluster.slots()) {
            assertThat(serving(slot)).as("%s", slot).hasSize(cluster.instances().size());
            assertThat(slot.up().images().image().revision())
                    .as("%s", slot)
                    .isEqualTo(cluster.store().state().revision());
        }
    }

    /** A request a second at each gateway. */
    private void askForSeconds(Cluster cluster, int seconds) {
        for (GatewaySlot slot : cluster.slots()) {
            if (slot.clients.isEmpty()) {
                cluster.client(slot, answers::add);
            }
        }
        for (int i = 0; i < seconds; i++) {
            for (GatewaySlot slot : cluster.slots()) {
                slot.clients.getFirst().get(Cluster.SERVICE);
            }
            cluster.queue().runFor(SECOND);
        }
    }

    @Test
    void tenMinutesWithoutTheStoreCostNoRequest() {
        Cluster cluster = cluster(3);
        launch(cluster, 6);
        cluster.queue().runFor(30 * SECOND);
        assertAllServeEverywhere(cluster);
        cluster.store().stopped(true);
        askForSeconds(cluster, 200);
        // One gateway is started again from its copy, and the backends that lost it come back.
        GatewaySlot restarted = cluster.slots().get(1);
        cluster.killGateway(restarted);
        cluster.restartGateway(restarted);
        cluster.queue().runFor(10 * SECOND);
        assertThat(serving(restarted)).hasSize(6);
        askForSeconds(cluster, 390);
        assertThat(answers).hasSize(3 * 590).allMatch(Answer::isSuccess);
        launch(cluster, 1);
        cluster.queue().runFor(10 * SECOND);
        assertThat(cluster.instances().getLast().epoch).as("nobody new").isEqualTo(Instance.NEVER);
        cluster.store().stopped(false);
        askForSeconds(cluster, 40);
        assertThat(answers).hasSize(3 * 630).allMatch(Answer::isSuccess);
        assertAllServeEverywhere(cluster);
        assertThat(cluster.controls().stream().filter(c -> c.candidate().term().isPresent()))
                .hasSize(1);
    }

    /** Endpoints came, went and were replaced since: what lives has to be served, no one else. */
    @Test
    void storeRestoredFromAnOlderBackupHasEverybodyAgainWhoLives() {
        Cluster cluster = cluster(3);
        launch(cluster, 4);
        cluster.queue().runFor(30 * SECOND);
        SimStore.Backup backup = cluster.store().backup();
        cluster.instances().get(0).kill();
        cluster.backends().launch("backend-0", Behaviour.healthy(MILLI, 0));
        launch(cluster, 2);
        cluster.backends().leave(cluster.instances().get(3), 1_000);
        cluster.queue().runFor(30 * SECOND);
        long revision = cluster.store().state().revision();
        cluster.restore(backup);
        assertThat(cluster.store().state().revision()).isLessThan(revision);
        cluster.queue().runFor(5 * SECOND);
        // Long enough for an endpoint without a mark to be forgotten.
        askForSeconds(cluster, 120);
        assertThat(answers).hasSize(360).allMatch(Answer::isSuccess);
        TreeSet<String> living = new TreeSet<>();
        cluster.instances().stream()
                .filter(Instance::wantsToServe)
                .forEach(instance -> living.add(instance.endpoint));
        for (GatewaySlot slot : cluster.slots()) {
            assertThat(serving(slot)).as("%s", slot).isEqualTo(living);
            assertThat(slot.up().isKnown()).isTrue();
            for (Instance instance : cluster.instances()) {
                if (instance.wantsToServe()) {
                    assertThat(cluster.facts().marks().of(instance.endpoint, instance.epoch))
                            .as("%s", instance)
                            .contains(slot.id);
                }
            }
        }
    }
}
