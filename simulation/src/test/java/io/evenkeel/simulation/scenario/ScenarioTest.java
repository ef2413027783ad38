package io.evenkeel.simulation.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.balancing.Algorithm;
import io.evenkeel.simulation.PolicyReport;
import io.evenkeel.simulation.invariant.NewcomerIsNext;
import io.evenkeel.simulation.time.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the report shows of the default policy, as promises. */
class ScenarioTest {
    private static final Path COMMITTED = Path.of("..", "docs", "benchmarks", "policies.md");
    private static final Seed SEED = new Seed(1);

    private static Scenario scenario(String name) {
        return Scenario.all().stream().filter(s -> s.name().equals(name)).findFirst().orElseThrow();
    }

    private static ScenarioRun.Result run(String name, Algorithm algorithm, int seconds) {
        return ScenarioRun.run(scenario(name), algorithm, SEED, seconds, line -> {}, List.of());
    }

    private static String log(String name, Algorithm algorithm) {
        StringBuilder log = new StringBuilder();
        ScenarioRun.run(
                scenario(name),
                algorithm,
                SEED,
                1,
                line -> log.append(line).append('\n'),
                List.of());
        return log.toString();
    }

    @Test
    void theSameSeedGivesTheSameLog() {
        for (Algorithm algorithm : List.of(Algorithm.LEAST_LOAD, Algorithm.POWER_OF_TWO)) {
            String first = log("churn", algorithm);
            assertThat(first).hasLineCount((int) first.lines().count()).isNotEmpty();
            assertThat(log("churn", algorithm)).isEqualTo(first);
        }
    }

    @Test
    void anEndpointThatFailsFastDrawsLittleTraffic() {
        ScenarioRun.Result least = run("fails-fast", Algorithm.LEAST_LOAD, 4);
        ScenarioRun.Result round = run("fails-fast", Algorithm.ROUND_ROBIN, 4);

        assertThat(least.successPercent()).isGreaterThan(98.5);
        assertThat(least.successPercent()).isGreaterThan(round.successPercent());
    }

    @Test
    void aNewcomerAmong130IsAskedNext() {
        ScenarioRun.Result result =
                ScenarioRun.run(
                        scenario("newcomer-among-130"),
                        Algorithm.LEAST_LOAD,
                        SEED,
                        2,
                        line -> {},
                        List.of(new NewcomerIsNext()));

        assertThat(result.successPercent()).isEqualTo(100);
        assertThat(result.watched()).startsWith("0 requests went to others first");
    }

    @Test
    void anEndpointThatWasSlowOnceIsNotHeldInMemory() {
        ScenarioRun.Result result = run("was-slow-once", Algorithm.LEAST_LOAD, 5);

        assertThat(result.successPercent()).isEqualTo(100);
        String share = result.watched().replaceAll("[^0-9]", "");
        assertThat(Integer.parseInt(share)).isBetween(80, 120);
    }

    @Test
    void oneSlowEndpointDoesNotMakeTheTail() {
        ScenarioRun.Result least = run("one-slow", Algorithm.LEAST_LOAD, 3);
        ScenarioRun.Result round = run("one-slow", Algorithm.ROUND_ROBIN, 3);

        assertThat(least.p99Nanos()).isLessThan(round.p99Nanos() / 3);
    }

    @Test
    void politeChurnLosesNothingUnderAnyPolicy() {
        for (Algorithm algorithm : Algorithm.values()) {
            assertThat(run("churn", algorithm, 2).successPercent())
                    .as(algorithm.wireName())
                    .isEqualTo(100);
        }
    }

    @Test
    void crashesLoseNoGet() {
        assertThat(run("crashes", Algorithm.LEAST_LOAD, 4).successPercent()).isEqualTo(100);
    }

    @Test
    void retriesAreCounted() {
        assertThat(run("calm", Algorithm.LEAST_LOAD, 2).retries()).isZero();
        ScenarioRun.Result crashes = run("crashes", Algorithm.LEAST_LOAD, 4);
        assertThat(crashes.retries()).isBetween(1L, crashes.asked());
    }

    /** One scenario of the report for each push, all of it where there is time. */
    @Test
    void theCommittedReportHasWhatItsSeedGivesForCrashes() throws IOException {
        assertThat(Files.readString(COMMITTED))
                .contains(PolicyReport.section(scenario("crashes"), SEED, Scenario.SECONDS));
    }

    @Test
    @Tag("long")
    void theCommittedReportIsWhatItsSeedGives() throws IOException {
        assertThat(Files.readString(COMMITTED))
                .isEqualTo(PolicyReport.report(SEED, Scenario.SECONDS));
    }
}
