package io.evenkeel.simulation.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.simulation.FaultRuns;
import io.evenkeel.simulation.time.Seed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class FaultRunTest {
    /** A failing seed is run again by {@code --seed}; see docs/internals/simulation.md. */
    private static void run(long seed, int seconds) {
        try {
            FaultRun.Result result = FaultRun.run(new Seed(seed), seconds, line -> {});
            assertThat(result.succeeded()).as("seed %d serves", seed).isPositive();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                    "seed "
                            + seed
                            + " over "
                            + seconds
                            + " s; replay: FaultRuns --seed "
                            + seed
                            + " --seconds "
                            + seconds
                            + " --log",
                    e);
        }
    }

    @Test
    void everyPromiseHoldsWhileEverythingGoesWrong() {
        for (long seed = 1; seed <= 12; seed++) {
            run(seed, 4);
        }
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
    void theSameSeedGivesTheSameLogTwiceInOneJvm() {
        assertThat(log(3)).isEqualTo(log(3)).isNotEqualTo(log(4));
    }

    @Test
    void theSameSeedGivesTheSameLogInAnotherJvm() throws IOException, InterruptedException {
        Process other =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-Xmx256m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                FaultRuns.class.getName(),
                                "--seed",
                                "3",
                                "--seconds",
                                "2",
                                "--log")
                        .redirectErrorStream(true)
                        .start();
        String printed = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(other.waitFor()).as(printed).isZero();
        List<String> lines = printed.lines().toList();

        assertThat(lines.subList(0, lines.size() - 1)).isEqualTo(log(3).lines().toList());
    }

    private static String log(long seed) {
        StringBuilder log = new StringBuilder();
        FaultRun.run(new Seed(seed), 2, line -> log.append(line).append('\n'));
        return log.toString();
    }
}
