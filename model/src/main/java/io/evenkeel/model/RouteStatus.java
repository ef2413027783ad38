package io.evenkeel.model;

import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Default;
import java.util.List;

/** What is known of a route. */
public record RouteStatus(
        @About("The generation of the spec this speaks of.") @Default("0") long observedGeneration,
        @About("Facts, at most one of a type.") @Default("[]") List<Condition> conditions)
        implements Status {

    /** Copies the lists. */
    public RouteStatus {
        conditions = List.copyOf(conditions);
    }
}
