package io.evenkeel.model;

import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Checked;
import io.evenkeel.model.bind.Checks;
import java.util.Optional;

/**
 * What whoever takes capacity away by choice must leave. At most one of the two; neither: no limit.
 */
public record Availability(
        @About("At least so many endpoints stay ready: a number or a percentage of all.")
                Optional<Amount> minReady,
        @About("At most so many endpoints are taken away at a time: a number or a percentage.")
                Optional<Amount> maxUnavailable)
        implements Checked {

    /** Anything may be taken away. */
    public static final Availability UNLIMITED =
            new Availability(Optional.empty(), Optional.empty());

    /**
     * How many of {@code total} endpoints may be unavailable at the same time. Percentages favour
     * availability: what must stay is rounded up, what may go is rounded down.
     */
    public int mayBeUnavailable(int total) {
        if (minReady.isPresent()) {
            return Math.max(0, total - minReady.get().roundedUp(total));
        }
        return maxUnavailable
                .map(amount -> Math.min(total, amount.roundedDown(total)))
                .orElse(total);
    }

    @Override
    public void check(Checks checks) {
        if (minReady.isPresent() && maxUnavailable.isPresent()) {
            checks.problem(
                    "minReady",
                    minReady.get() + ", with maxUnavailable " + maxUnavailable.get(),
                    "one of minReady and maxUnavailable",
                    "remove one of the two");
        }
    }
}
