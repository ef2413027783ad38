package io.evenkeel.model;

import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Default;
import java.util.List;

/** What is known of a datastore. */
public record DatastoreStatus(
        @About("The generation of the spec this speaks of.") @Default("0") long observedGeneration,
        @About("Facts, at most one of a type.") @Default("[]") List<Condition> conditions)
        implements Status {

    /** Nobody has looked yet. */
    public static final DatastoreStatus UNKNOWN = new DatastoreStatus(0, List.of());

    /** Copies the list. */
    public DatastoreStatus {
        conditions = List.copyOf(conditions);
    }
}
