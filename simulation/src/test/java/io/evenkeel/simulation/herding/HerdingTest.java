package io.evenkeel.simulation.herding;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.simulation.PolicyReport;
import io.evenkeel.simulation.herding.Herding.Knowledge;
import io.evenkeel.simulation.herding.Herding.Result;
import io.evenkeel.simulation.herding.Herding.Setup;
import io.evenkeel.simulation.time.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A9: gateways that hear the same reports don't herd on one node. */
class HerdingTest {
    private static final Seed SEED = new Seed(1);
    private static final Duration LENGTH = Duration.ofSeconds(20);

    private static final Duration SECOND = Duration.ofSeconds(1);

    private static Result run(int gateways, Knowledge knowledge, Duration report, int strange) {
        return Herding.run(
                new Setup(gateways, knowledge, report, Herding.SERVICE, strange), LENGTH, SEED);
    }

    private static Result all(int strange) {
        return run(1, Knowledge.ALL, SECOND, strange);
    }

    /** Mean and p99 of the skew over that of one gateway that knows all: what A9 bounds. */
    @ParameterizedTest
    @CsvSource({"2, 1.12, 1.15", "4, 1.22, 1.30", "8, 1.30, 1.42"})
    void skewOfSeveralGatewaysIsBoundedAgainstOneThatKnowsAll(
            int gateways, double mean, double p99) {
        Result all = all(0);
        Result told = run(gateways, Knowledge.REPORTS, SECOND, 0);
        assertThat(told.outstandingSkew()).isLessThan(mean * all.outstandingSkew());
        assertThat(told.skewP99()).isLessThan(p99 * all.skewP99());
        assertThat(told.spreadP99()).isLessThanOrEqualTo(all.spreadP99() + gateways / 2 + 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4, 8, 32})
    void reportsDoNotMakeGatewaysRunAfterTheSameEndpoint(int gateways) {
        Result alone = run(gateways, Knowledge.OWN, SECOND, 0);
        for (Duration report : List.of(SECOND, Duration.ofMillis(100))) {
            Result told = run(gateways, Knowledge.REPORTS, report, 0);
            assertThat(told.outstandingSkew()).isLessThan(1.05 * alone.outstandingSkew());
            assertThat(told.waitedPercent()).isLessThan(alone.waitedPercent() + 7);
        }
    }

    @ParameterizedTest
    @CsvSource({"2, 0.75", "4, 0.8", "8, 0.9"})
    void loadThatNoGatewaySentIsAvoidedByWhatEndpointsReport(int gateways, double part) {
        int strange = Herding.WORKERS / 2;
        Result alone = run(gateways, Knowledge.OWN, SECOND, strange);
        Result told = run(gateways, Knowledge.REPORTS, SECOND, strange);
        assertThat(told.waitedPercent()).isLessThan(part * alone.waitedPercent());
        assertThat(told.outstandingSkew()).isLessThan(alone.outstandingSkew());
    }

    @Test
    void oneGatewayKnowsAllThereIsToKnow() {
        Result one = run(1, Knowledge.OWN, SECOND, 0);
        Result all = all(0);
        assertThat(one.waitedPercent()).isLessThan(1);
        assertThat(one.outstandingSkew())
                .isBetween(0.95 * all.outstandingSkew(), 1.05 * all.outstandingSkew());
    }

    @Test
    void theCommittedReportHasWhatItsSeedGives() throws IOException {
        Path committed = Path.of("..", "docs", "benchmarks", "policies.md");
        assertThat(Files.readString(committed)).endsWith(PolicyReport.herding(SEED, 20));
    }
}
