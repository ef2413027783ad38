package io.evenkeel.simulation.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.simulation.FaultRuns;
import io.evenkeel.simulation.fault.FaultRun;
import io.evenkeel.simulation.time.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three gateways, several controls, one store, backends, clients: everything fails, and mends. */
class WorldRunTest {
    /** Ten minutes. */
    private static final int SECONDS = 600;

    private static final int LEAST_FAULTS = 20;

    @TempDir private Path folder;

    /** A failing seed is run again by {@code --seed}; see docs/internals/simulation.md. */
    private static FaultRun.Result run(long seed) {
        try {
            FaultRun.Result result = ClusterRun.wide(new Seed(seed), SECONDS, line -> {});
            assertThat(result.faults()).as("faults of %d", seed).isGreaterThan(LEAST_FAULTS);
            return result;
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                    "seed "
                            + seed
                            + "; replay: FaultRuns --world --seed "
                            + seed
                            + " --seconds "
                            + SECONDS
                            + " --log",
                    e);
        }
    }

    private static void runs(long first, int count) {
        LongAdder faults = new LongAdder();
        LongAdder succeeded = new LongAdder();
        // One run is one thread's; several may go on at once.
        LongStream.range(first, first + count)
                .parallel()
                .mapToObj(WorldRunTest::run)
                .forEach(result -> {
                    faults.add(result.faults());
                    succeeded.add(result.succeeded());
                });
        System.out.printf(
                "world: %d runs of ten minutes from seed %d, %d faults, %d requests served%n",
                count, first, faults.sum(), succeeded.sum());
        assertThat(succeeded.sum()).isGreaterThan(100L * count);
    }

    @Test
    void everyPromiseHoldsWhileGatewaysControlsAndStoreFail() {
        runs(1, 8);
    }

    @Test
    @Tag("seeds")
    void everyPromiseHoldsForAHundredSeeds() {
        runs(Long.getLong("evenkeel.seed", 1), 100);
    }

    @Test
    @Tag("long")
    void everyPromiseHoldsForTenThousandSeeds() {
        runs(Long.getLong("evenkeel.seed", 1000), 10_000);
    }

    @Test
    void theSameSeedGivesTheSameBytesInAnotherJvm() throws Exception {
        byte[] one = log("-XX:hashCode=2", "-Xint");
        byte[] other = log("-XX:hashCode=5", "-XX:+UseSerialGC");
        assertThat(one).isEqualTo(other).hasSizeGreaterThan(10_000);
    }

    private byte[] log(String... flags) throws IOException, InterruptedException {
        Path log = Files.createTempFile(folder, "world", ".log");
        List<String> command =
                new java.util.ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString()));
        command.add("-XX:+UnlockExperimentalVMOptions");
        command.addAll(List.of(flags));
        command.addAll(
                List.of(
                        "-cp",
                        System.getProperty("java.class.path"),
                        FaultRuns.class.getName(),
                        "--world",
                        "--seed",
                        "9",
                        "--seconds",
                        "60",
                        "--log"));
        Process process =
                new ProcessBuilder(command)
                        .redirectOutput(log.toFile())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        return Files.readAllBytes(log);
    }
}
