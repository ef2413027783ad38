package io.evenkeel.model;

import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Default;
import java.time.Instant;

/** One observed fact about a resource. */
public record Condition(
        @About("What is judged, in camel case: Ready, Accepted, Drained.") String type,
        @About("Whether it holds.") Truth status,
        @About("One word in camel case that a program can compare.") @Default("''") String reason,
        @About("A sentence for people.") @Default("''") String message,
        @About("When status last changed.") Instant lastTransition) {

    /** Three values, for a loop may not have looked yet. */
    public enum Truth {
        /** It holds. */
        TRUE,
        /** It does not hold. */
        FALSE,
        /** Nobody has looked, or the answer was lost. */
        UNKNOWN
    }
}
