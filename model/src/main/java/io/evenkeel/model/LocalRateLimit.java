package io.evenkeel.model;

import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Binder;
import io.evenkeel.model.bind.Checked;
import io.evenkeel.model.bind.Checks;
import io.evenkeel.model.bind.Default;
import io.evenkeel.model.bind.Range;
import java.time.Duration;

/** How often a gateway lets requests of a service pass; each gateway counts for itself. */
public record LocalRateLimit(
        @About("So many requests in each interval; 0: no limit.")
                @Default("0")
                @Range(min = "0", max = "1000000000")
                int requests,
        @About("The interval; tokens come back evenly over it.")
                @Default("1s")
                @Range(min = "1ms", max = "24h")
                Duration interval,
        @About("The most requests at once after a quiet time; 0: as many as `requests`.")
                @Default("0")
                @Range(min = "0", max = "1000000000")
                int burst,
        @About("Whose requests are counted together.") @Default("service") Scope scope)
        implements Checked {
    /** The longest time in which an empty bucket may fill. */
    private static final Duration MOST = Duration.ofDays(100);

    /** Whose requests are counted together. */
    public enum Scope {
        /** All of the service. */
        SERVICE,
        /** Those of one client address each. */
        CLIENT
    }

    /** Every default. */
    public static LocalRateLimit defaults() {
        return Binder.defaults(LocalRateLimit.class);
    }

    @Override
    public void check(Checks checks) {
        if (requests > 0 && interval.toNanos() / requests > MOST.toNanos() / Math.max(1, burst)) {
            checks.problem(
                    "burst",
                    burst,
                    "a bucket that is full again within " + MOST.toDays() + "d",
                    "at " + requests + " requests each " + interval.toSeconds() + "s");
        }
    }
}
