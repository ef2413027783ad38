package io.evenkeel.simulation.herding;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.simulation.PolicyReport;
import io.evenkeel.simulation.time.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A9: gateways that hear the same reports don't herd on one node. */
class HerdingTest {
    private static final Seed SEED = new Seed(1);
    private static final Duration LENGTH = Duration.ofSeconds(20);

    @ParameterizedTest
    @ValueSource(ints = {2, 8, 32})
    void reportsDoNotMakeGatewaysRunAfterTheSameEndpoint(int gateways) {
        Herding.Result alone = Herding.run(gateways, Duration.ZERO, LENGTH, SEED);
        for (Duration report : List.of(Duration.ofSeconds(1), Duration.ofMillis(100))) {
            Herding.Result told = Herding.run(gateways, report, LENGTH, SEED);
            assertThat(told.outstandingSkew()).isLessThan(1.1 * alone.outstandingSkew());
            assertThat(told.waitedPercent()).isLessThan(alone.waitedPercent() + 8);
        }
    }

    @Test
    void oneGatewayKnowsAllThereIsToKnow() {
        Herding.Result one = Herding.run(1, Duration.ZERO, LENGTH, SEED);
        assertThat(one.waitedPercent()).isLessThan(1);
    }

    @Test
    void theCommittedReportHasWhatItsSeedGives() throws IOException {
        Path committed = Path.of("..", "docs", "benchmarks", "policies.md");
        assertThat(Files.readString(committed)).endsWith(PolicyReport.herding(SEED, 20));
    }
}
