package io.evenkeel.simulation;

import io.evenkeel.kernel.balancing.Algorithm;
import io.evenkeel.simulation.herding.Herding;
import io.evenkeel.simulation.scenario.Scenario;
import io.evenkeel.simulation.scenario.ScenarioRun;
import io.evenkeel.simulation.time.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Every policy in every scenario, as a table. The same seed gives the same bytes on any machine, so
 * that a change of a policy shows as a difference of the committed report.
 */
public final class PolicyReport {
    private static final long DEFAULT_SEED = 1;
    private static final int SMOKE_SECONDS = 2;

    private PolicyReport() {}

    /**
     * Runs the report.
     *
     * @param args {@code --seed N} (default 1), {@code --out FILE} (default: standard output),
     *     {@code --smoke} or {@code --quick} (two seconds of each instead of twenty)
     */
    public static void main(String[] args) throws IOException {
        long seed = DEFAULT_SEED;
        Path out = null;
        int seconds = Scenario.SECONDS;
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--seed" -> seed = Long.parseLong(value(args, ++i));
                case "--out" -> out = Path.of(value(args, ++i));
                case "--smoke", "--quick" -> seconds = SMOKE_SECONDS;
                default -> {
                    System.err.println(
                            "policies: unknown argument '"
                                    + args[i]
                                    + "' (expected: --seed N, --out FILE, --smoke)");
                    System.exit(2);
                }
            }
        }
        String report = report(new Seed(seed), seconds);
        write(out, report);
    }

    private static String value(String[] args, int i) {
        if (i >= args.length) {
            throw new IllegalArgumentException(args[i - 1] + " needs a value");
        }
        return args[i];
    }

    private static void write(@Nullable Path out, String report) throws IOException {
        if (out == null) {
            System.out.print(report);
        } else {
            Files.writeString(out, report);
            System.out.println("report_lines " + report.lines().count() + " lines");
        }
    }

    /** The report as Markdown. */
    public static String report(Seed seed, int seconds) {
        StringBuilder text = new StringBuilder(16_384);
        text.append("# Policies compared\n\n")
                .append("Generated, not measured: `./bench/run policies --seed ")
                .append(seed.value())
                .append(seconds == Scenario.SECONDS ? "" : " --smoke")
                .append(" --out docs/benchmarks/policies.md`. Seed ")
                .append(seed.value())
                .append(", ")
                .append(seconds)
                .append(" virtual seconds each.\n\n")
                .append("The gateway's own core and queue run between simulated clients (60, ")
                .append("open loop, Poisson) and backends (8 workers each, exponential service of ")
                .append("20 ms unless the scenario says otherwise); 50 us of network one way. ")
                .append(
                        "Success counts 2xx and 3xx; latencies are those of successes; retries are ")
                .append(
                        "attempts beyond the first per hundred requests (two for a request at most, ")
                .append(
                        "within a budget of 20 % and ten a second); skew is the busiest endpoint over the mean, by requests and by requests outstanding. ")
                .append(
                        "Half of the endpoints are in the gateway's zone: locality-weighted prefers ")
                .append("them, and its skew is its purpose.\n");
        for (Scenario scenario : Scenario.all()) {
            text.append(section(scenario, seed, seconds));
        }
        return text.append(herding(seed, seconds)).toString();
    }

    /** What the report says of many gateways. */
    public static String herding(Seed seed, int seconds) {
        StringBuilder text = new StringBuilder(4_096);
        text.append("\n## many-gateways\n\n")
                .append("Each gateway knows its own requests only, and what endpoints report: how ")
                .append("far is that from one gateway that knows all, and do gateways run after ")
                .append("the same endpoint together? Least load; ")
                .append(Herding.ENDPOINTS)
                .append(" endpoints of ")
                .append(Herding.WORKERS)
                .append(" workers, ")
                .append(Herding.UTILISATION_PERCENT)
                .append(" % busy, each request at a random gateway, the same requests in every ")
                .append("row of a table; queues only, no network. Waited: requests that found ")
                .append("every worker of their endpoint busy. Skew: requests at the busiest ")
                .append("endpoint over the mean. Spread: requests at the busiest less those at ")
                .append("the idlest. Looked at twice in the time of a request.\n");
        Duration length = Duration.ofSeconds(seconds);
        text.append("\nRequests of 20 ms:\n\n");
        herding(text, seed, Herding.SERVICE, 0, length);
        text.append("\nRequests of 2 s:\n\n");
        herding(text, seed, Herding.SERVICE.multipliedBy(100), 0, length.multipliedBy(100));
        text.append("\nRequests of 20 ms, and half of the workers of every fourth endpoint ")
                .append("are always busy with requests that no gateway knows:\n\n");
        herding(text, seed, Herding.SERVICE, Herding.WORKERS / 2, length);
        return text.toString();
    }

    private static void herding(
            StringBuilder text, Seed seed, Duration service, int strange, Duration length) {
        text.append("| gateways | know | waited % | p99 ms | skew, mean | skew, p99 |")
                .append(" spread, p99 |\n")
                .append("| ---: | --- | ---: | ---: | ---: | ---: | ---: |\n");
        Herding.Setup all =
                new Herding.Setup(
                        1, Herding.Knowledge.ALL, Duration.ofSeconds(1), service, strange);
        text.append(row("any", "all of each other", Herding.run(all, length, seed)));
        for (int gateways : List.of(2, 4, 8, 32)) {
            for (Duration report :
                    List.of(Duration.ZERO, Duration.ofSeconds(1), Duration.ofMillis(100))) {
                boolean told = !report.isZero();
                Herding.Setup setup =
                        new Herding.Setup(
                                gateways,
                                told ? Herding.Knowledge.REPORTS : Herding.Knowledge.OWN,
                                report,
                                service,
                                strange);
                text.append(
                        row(
                                Integer.toString(gateways),
                                told ? "reports each " + report.toMillis() + " ms" : "their own",
                                Herding.run(setup, length, seed)));
            }
        }
    }

    private static String row(String gateways, String know, Herding.Result result) {
        return String.format(
                Locale.ROOT,
                "| %s | %s | %.2f | %.1f | %.2f | %.2f | %d |\n",
                gateways,
                know,
                result.waitedPercent(),
                result.p99Nanos() / 1e6,
                result.outstandingSkew(),
                result.skewP99(),
                result.spreadP99());
    }

    /** What the report says of one scenario. */
    public static String section(Scenario scenario, Seed seed, int seconds) {
        StringBuilder text = new StringBuilder(2_048);
        text.append("\n## ")
                .append(scenario.name())
                .append("\n\n")
                .append(scenario.question())
                .append("\n\n")
                .append("| policy | success % | p50 ms | p99 ms | retries % | skew of requests |")
                .append(" skew of outstanding | seen |\n")
                .append("| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |\n");
        for (Algorithm algorithm : Algorithm.values()) {
            row(
                    text,
                    algorithm,
                    ScenarioRun.run(scenario, algorithm, seed, seconds, line -> {}, List.of()));
        }
        return text.toString();
    }

    private static void row(StringBuilder text, Algorithm algorithm, ScenarioRun.Result result) {
        text.append(
                String.format(
                        Locale.ROOT,
                        "| %s | %.3f | %.1f | %.1f | %.3f | %.2f | %.2f | %s |\n",
                        algorithm.wireName(),
                        result.successPercent(),
                        result.p50Nanos() / 1e6,
                        result.p99Nanos() / 1e6,
                        result.retryPercent(),
                        result.requestSkew(),
                        result.outstandingSkew(),
                        result.watched()));
    }
}
