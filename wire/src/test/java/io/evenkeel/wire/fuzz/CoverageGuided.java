package io.evenkeel.wire.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/**
 * Lets Jazzer search for inputs that reach further into a parser, in a process of its own. Jazzer
 * is on the class path with {@code -Dguided} only. {@code -Dfuzz.keep} puts few inputs that reach
 * as many branches as all that were found beside the corpus.
 */
public final class CoverageGuided {
    private static final String JAZZER = "com.code_intelligence.jazzer.Jazzer";
    private static final Pattern COVERAGE =
            Pattern.compile("#(\\d+)\\s+(INITED|DONE) +cov: (\\d+)");

    private static @Nullable FuzzContract target;

    private CoverageGuided() {}

    /** Called by Jazzer: the argument is the class of the contract. */
    public static void fuzzerInitialize(String[] arguments) throws Exception {
        Constructor<?> constructor = Class.forName(arguments[0]).getDeclaredConstructor();
        constructor.setAccessible(true);
        target = (FuzzContract) constructor.newInstance();
    }

    /** Called by Jazzer with each input. */
    public static void fuzzerTestOneInput(byte[] input) throws Exception {
        if (target != null) {
            target.check(input);
        }
    }

    /** Searches for so long. Returns a line that says how far it came. */
    static String run(FuzzContract contract, long seed, Duration length)
            throws IOException, InterruptedException {
        requireJazzer();
        String name = contract.getClass().getSimpleName();
        Path folder = Path.of("target", "fuzz", name).toAbsolutePath();
        delete(folder);
        Path seeds = Files.createDirectories(folder.resolve("seeds"));
        Path found = Files.createDirectories(folder.resolve("found"));
        int number = 0;
        for (byte[] sample : Corpus.read(contract.corpus())) {
            Files.write(seeds.resolve("%05d".formatted(number++)), sample);
        }
        String log =
                jazzer(
                        contract,
                        folder,
                        "-max_total_time=" + length.toSeconds(),
                        "-seed=" + (int) seed,
                        "-max_len=2048",
                        "-timeout=10",
                        found.toString(),
                        seeds.toString());
        Matcher line = COVERAGE.matcher(log);
        assertThat(line.find()).as(log).isTrue();
        long before = Long.parseLong(line.group(3));
        assertThat(line.find()).as(log).isTrue();
        long after = Long.parseLong(line.group(3));
        assertThat(before).as("coverage of the corpus alone").isBetween(1L, after);
        if (Boolean.getBoolean("fuzz.keep")) {
            keep(contract, folder, seeds, found);
        }
        return "%s: %s inputs searched, coverage %d by the corpus, %d in the end"
                .formatted(name, line.group(1), before, after);
    }

    private static void keep(FuzzContract contract, Path folder, Path seeds, Path found)
            throws IOException, InterruptedException {
        Path fewest = Files.createDirectories(folder.resolve("fewest"));
        jazzer(
                contract,
                folder,
                "-merge=1",
                "-use_counters=0",
                "-max_len=2048",
                "" + fewest,
                "" + seeds,
                "" + found);
        List<byte[]> samples = new ArrayList<>();
        try (Stream<Path> files = Files.list(fewest)) {
            for (Path file : files.sorted().toList()) {
                samples.add(Files.readAllBytes(file));
            }
        }
        Corpus.keep(contract.corpus(), samples);
    }

    private static String jazzer(FuzzContract contract, Path folder, String... arguments)
            throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-ea",
                                "-XX:+EnableDynamicAgentLoading",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                classPath(),
                                JAZZER,
                                "--target_class=" + CoverageGuided.class.getName(),
                                "--target_args=" + contract.getClass().getName(),
                                "--instrumentation_includes=io.evenkeel.**",
                                "--instrumentation_excludes=io.evenkeel.wire.fuzz.**",
                                "--reproducer_path=" + folder,
                                "-artifact_prefix=" + folder + "/"));
        command.addAll(Arrays.asList(arguments));
        Path log = folder.resolve("log");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        try {
            assertThat(process.waitFor(9, TimeUnit.MINUTES)).as("no end, see %s", log).isTrue();
        } finally {
            process.destroyForcibly();
        }
        String text = Files.readString(log);
        assertThat(process.exitValue()).as(text).isZero();
        return text;
    }

    private static String classPath() {
        String all = System.getProperty("surefire.test.class.path");
        return all == null ? System.getProperty("java.class.path") : all;
    }

    private static void requireJazzer() {
        try {
            Class.forName(JAZZER, false, CoverageGuided.class.getClassLoader());
        } catch (ClassNotFoundException absent) {
            throw new TestAbortedException(
                    "Jazzer is on the class path with -Dguided only", absent);
        }
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
