package io.evenkeel.model;

import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Binder;
import io.evenkeel.model.bind.Checked;
import io.evenkeel.model.bind.Checks;
import io.evenkeel.model.bind.Default;
import io.evenkeel.model.bind.Durations;
import io.evenkeel.model.bind.Range;
import java.time.Duration;
import java.util.Optional;

/** How an endpoint is asked whether it is well. */
public record HealthCheck(
        @About("How it is asked.") @Default("http") Type type,
        @About("The path of an http check.") @Default("/") String path,
        @About("The port that is asked; without it the endpoint's own.")
                @Range(min = "1", max = "65535")
                Optional<Integer> port,
        @About("Time from one check to the next.") @Default("5s") @Range(min = "100ms", max = "1h")
                Duration interval,
        @About("A check without an answer after this time has failed; less than interval.")
                @Default("1s")
                @Range(min = "10ms", max = "10m")
                Duration timeout,
        @About("So many good checks in a row bring a failed endpoint back.")
                @Default("2")
                @Range(min = "1", max = "100")
                int healthyThreshold,
        @About("So many failed checks in a row take an endpoint out.")
                @Default("3")
                @Range(min = "1", max = "100")
                int unhealthyThreshold,
        @About("The statuses of a good http answer.") @Default("200-399")
                StatusRanges expectedStatuses)
        implements Checked {

    /** How an endpoint is asked. */
    public enum Type {
        /** GET of a path. */
        HTTP,
        /** A TCP connection is accepted. */
        TCP,
        /** It is not asked. */
        NONE
    }

    /** An http check of {@code /} with every default. */
    public static HealthCheck defaults() {
        return Binder.defaults(HealthCheck.class);
    }

    @Override
    public void check(Checks checks) {
        String wrong = Names.pathProblem(path);
        if (!wrong.isEmpty()) {
            checks.problem("path", path, "a path that begins with /", wrong);
        }
        if (timeout.compareTo(interval) >= 0) {
            checks.problem(
                    "timeout",
                    Durations.write(timeout),
                    "less than interval, which is " + Durations.write(interval),
                    "shorten timeout or lengthen interval");
        }
    }
}
