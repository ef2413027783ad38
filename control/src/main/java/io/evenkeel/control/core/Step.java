package io.evenkeel.control.core;

import io.evenkeel.kernel.store.Compare;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.model.Resource;
import io.evenkeel.model.Source;
import java.util.List;

/** What a wanted change comes to on the present it was decided on. */
public sealed interface Step {
    /** What a change does to its resource. */
    enum Outcome {
        /** It did not exist. */
        CREATED,
        /** It was otherwise. */
        CHANGED,
        /** It was so already. */
        UNCHANGED,
        /** It is gone. */
        DELETED
    }

    /**
     * Write this; if a compare fails, the present has changed and the decision is to be made anew.
     *
     * @param outcome what it does
     * @param after the resource after it (before it, for a deletion), at the revision it had before
     * @param compares conditions under which the decision stands
     * @param ops the change and its audit entry
     */
    record Change(Outcome outcome, Resource<?, ?> after, List<Compare> compares, List<Op> ops)
            implements Step {
        /** Copies the lists. */
        public Change {
            compares = List.copyOf(compares);
            ops = List.copyOf(ops);
        }
    }

    /** Nothing needs writing. */
    record Same(Resource<?, ?> present) implements Step {}

    /** It may not be. */
    sealed interface Refused extends Step {}

    /** There is no such resource. */
    record Missing() implements Refused {}

    /** Another source owns it. */
    record OwnedBy(Source owner) implements Refused {}

    /** It has another revision than the caller expects; 0 when it does not exist. */
    record OtherRevision(long expected, long present) implements Refused {}

    /**
     * Taking the capacity away would break the service's availability.
     *
     * @param reason what stands against it, with the numbers
     * @param remedy what the caller can do
     */
    record TooFewLeft(String reason, String remedy) implements Refused {}
}
