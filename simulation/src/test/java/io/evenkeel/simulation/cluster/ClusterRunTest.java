package io.evenkeel.simulation.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.simulation.cast.Answer;
import io.evenkeel.simulation.fault.FaultRun;
import io.evenkeel.simulation.net.NetworkOptions;
import io.evenkeel.simulation.time.Seed;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ClusterRunTest {
    /** A failing seed is run again by {@code --seed}; see docs/internals/simulation.md. */
    private static long run(long seed, int seconds) {
        try {
            FaultRun.Result result = ClusterRun.run(new Seed(seed), seconds, line -> {});
            return result.succeeded();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                    "seed "
                            + seed
                            + " over "
                            + seconds
                            + " s; replay: FaultRuns --cluster --seed "
                            + seed
                            + " --seconds "
                            + seconds
                            + " --log",
                    e);
        }
    }

    @Test
    void everyPromiseHoldsWhileTheWholeClusterFails() {
        long succeeded = 0;
        for (long seed = 1; seed <= 12; seed++) {
            succeeded += run(seed, 4);
        }
        assertThat(succeeded).isGreaterThan(1000);
    }

    @Test
    @Tag("long")
    void everyPromiseHoldsForManySeeds() {
        long first = Long.getLong("evenkeel.seed", 1000);
        for (long seed = first; seed < first + 500; seed++) {
            run(seed, 10);
        }
    }

    @Test
    void theSameSeedGivesTheSameLogTwice() {
        assertThat(log(9)).isEqualTo(log(9)).isNotEqualTo(log(10));
    }

    private static String log(long seed) {
        StringBuilder log = new StringBuilder();
        ClusterRun.run(new Seed(seed), 2, line -> log.append(line).append('\n'));
        return log.toString();
    }

    /**
     * Head and body in pieces, and nobody to send them to: answered, and the buffers given back.
     */
    @Test
    void requestInPiecesForAServiceThatNobodyServesIsAnswered() {
        ClusterOptions drawn = ClusterOptions.drawn(new Seed(1), 1);
        Cluster cluster =
                new Cluster(
                        new Seed(1),
                        new ClusterOptions(
                                1,
                                1,
                                0,
                                0,
                                0,
                                8,
                                1,
                                60,
                                60,
                                false,
                                0,
                                drawn.clientTimeoutNanos(),
                                drawn.times(),
                                NetworkOptions.TORN,
                                drawn.policy()),
                        new Joints(),
                        line -> {});
        cluster.queue().runFor(1_000_000_000L);
        List<Answer> answers = new ArrayList<>();
        var client = cluster.client(cluster.slots().getFirst(), answers::add);
        for (int i = 0; i < 50; i++) {
            client.ask("POST", Cluster.SERVICE, 500, 0);
        }
        cluster.queue().runFor(60_000_000_000L);

        assertThat(answers).hasSize(50).allMatch(answer -> answer.status() == 404);
        assertThat(cluster.slots().getFirst().up().proxy().buffers().lentBytes()).isZero();
    }
}
