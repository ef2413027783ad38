package io.evenkeel.it.chaos;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * X3, A9: three etcd, two controls, three gateways and twenty backends, each on a machine of its
 * own, under faults that a seed draws: {@code -Devenkeel.seed=N} repeats a plan.
 */
class ChaosIT {
    private static final Cast CAST = Cast.of(3, 2, 3, 20);

    @Test
    @Tag("X")
    @Timeout(240)
    void promisesHoldWhileEverythingFailsInTurn() throws Exception {
        ChaosRun.run(Long.getLong("evenkeel.seed", 1), CAST, Duration.ofSeconds(75));
    }

    @Test
    @Tag("long")
    @Timeout(900)
    void promisesHoldForTenMinutes() throws Exception {
        long seed = Long.getLong("evenkeel.seed", new Random().nextInt(1, 1_000_000));
        ChaosRun.run(seed, CAST, Duration.ofMinutes(10));
    }
}
