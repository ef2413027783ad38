package io.evenkeel.model;

import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Default;
import java.util.List;

/** What is known of a policy. */
public record PolicyStatus(
        @About("The generation of the spec this speaks of.") @Default("0") long observedGeneration,
        @About("Facts, at most one of a type.") @Default("[]") List<Condition> conditions,
        @About("Services that use it.") @Default("0") int services)
        implements Status {

    /** Copies the lists. */
    public PolicyStatus {
        conditions = List.copyOf(conditions);
    }
}
