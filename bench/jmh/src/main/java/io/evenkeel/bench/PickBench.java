package io.evenkeel.bench;

import io.evenkeel.bench.pick.ContendedPick;
import io.evenkeel.bench.pick.PickBenchmark;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * {@code bench/run pick}: runs {@link PickBenchmark} and prints its figures. {@code --quick}
 * measures shorter, {@code --smoke} only shows that it runs.
 */
public final class PickBench {
    private static final List<String> SIZES = List.of("10", "1000", "100000");

    private PickBench() {}

    /** Arguments: {@code --quick}, {@code --smoke} or none. */
    public static void main(String[] args) throws RunnerException {
        List<String> arguments = List.of(args);
        boolean smoke = arguments.contains("--smoke");
        boolean quick = smoke || arguments.contains("--quick");
        OptionsBuilder options = new OptionsBuilder();
        options.include("\\." + PickBenchmark.class.getSimpleName() + "\\.");
        options.addProfiler(GCProfiler.class);
        options.forks(quick ? 1 : 3);
        options.warmupIterations(smoke ? 1 : 4);
        options.warmupTime(TimeValue.milliseconds(smoke ? 100 : 250));
        options.measurementIterations(smoke ? 1 : 15);
        options.measurementTime(TimeValue.milliseconds(smoke ? 100 : 200));
        options.shouldFailOnError(true);
        Map<String, ContendedPick.Result> contended = new TreeMap<>();
        for (String size : SIZES) {
            int rounds = smoke ? 4 : quick ? 200 : 1_000;
            contended.put(size, ContendedPick.run(Integer.parseInt(size), rounds));
        }
        print(new Runner(options.build()).run(), contended);
    }

    private static void print(
            Collection<RunResult> results, Map<String, ContendedPick.Result> contended) {
        Map<String, Double> nanos = new TreeMap<>();
        double bytes = 0;
        for (RunResult result : results) {
            String benchmark = result.getParams().getBenchmark();
            String name = benchmark.substring(benchmark.lastIndexOf('.') + 1);
            nanos.put(name + result.getParams().getParam("endpoints"), median(result));
            Result<?> allocated = result.getSecondaryResults().get("gc.alloc.rate.norm");
            if (allocated != null && !name.endsWith("Null")) {
                bytes = Math.max(bytes, allocated.getScore());
            }
        }
        double added = 0;
        for (String size : SIZES) {
            ContendedPick.Result shared = at(contended, size);
            double more = shared.nearRounds() > 0 ? shared.nearNanos() : shared.farNanos();
            added = Math.max(added, more);
            line("pick_null_" + size + "_ns", at(nanos, "aloneNull" + size), "ns");
            line("pick_contended_added_" + size + "_ns", more, "ns");
            line("pick_contended_near_rounds_" + size, shared.nearRounds(), "rounds");
            if (shared.farRounds() > 0) {
                line("pick_contended_far_added_" + size + "_ns", shared.farNanos(), "ns");
            }
            line("pick_contended_far_rounds_" + size, shared.farRounds(), "rounds");
            line("pick_line_transfer_" + size + "_ns", shared.lineNanos(), "ns");
            line("pick_tight_2_threads_" + size + "_ns", at(nanos, "tight" + size), "ns");
        }
        for (String size : SIZES) {
            line("pick_" + size + "_ns", at(nanos, "alone" + size), "ns");
        }
        line("pick_contended_added_ns", added, "ns");
        // JMH's own bookkeeping shows as some thousandths of a byte an operation.
        line("pick_bytes", bytes < 0.01 ? 0 : bytes, "B");
    }

    /** Of the iterations of all forks: what else happens on the machine shows in the mean. */
    private static double median(RunResult result) {
        double[] scores =
                result.getBenchmarkResults().stream()
                        .flatMap(fork -> fork.getIterationResults().stream())
                        .mapToDouble(iteration -> iteration.getPrimaryResult().getScore())
                        .sorted()
                        .toArray();
        return scores[scores.length / 2];
    }

    private static <T> T at(Map<String, T> results, String key) {
        T value = results.get(key);
        if (value == null) {
            throw new IllegalStateException("no result for " + key);
        }
        return value;
    }

    private static void line(String name, double value, String unit) {
        System.out.printf(Locale.ROOT, "%s %.1f %s%n", name, value, unit);
    }
}
