package io.evenkeel.model;

import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Default;
import java.util.List;
import java.util.Optional;

/** What is known of a service. */
public record ServiceStatus(
        @About("The generation of the spec this speaks of.") @Default("0") long observedGeneration,
        @About("Facts, at most one of a type.") @Default("[]") List<Condition> conditions,
        @About("What applies: the stricter of the spec's word and the operator's.")
                @Default("ready")
                AdminState adminState,
        @About("What an operator set by a verb and has not taken back.")
                Optional<OperatorWord> operator,
        @About("Endpoints that are registered or declared.") @Default("0") int endpoints,
        @About("Endpoints that may get requests.") @Default("0") int ready,
        @About("Endpoints that are being drained.") @Default("0") int draining)
        implements Status {

    /** Copies the lists. */
    public ServiceStatus {
        conditions = List.copyOf(conditions);
    }
}
