package io.evenkeel.model;

import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Default;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What is known of an endpoint. */
public record EndpointStatus(
        @About("The generation of the spec this speaks of.") @Default("0") long observedGeneration,
        @About("Facts, at most one of a type.") @Default("[]") List<Condition> conditions,
        @About("Grows with every admission; a report or command with a lower one is refused.")
                @Default("0")
                long epoch,
        @About("What the operator set on it.") @Default("ready") AdminState adminState,
        @About("The operator's word in full: what, why, who and when.")
                Optional<OperatorWord> operator,
        @About("The gateways at which it is present.") @Default("[]") List<String> presentAt,
        @About("When it was last seen at any gateway, if ever.") Optional<Instant> lastSeen,
        @About("The host that is taken for dead, so that it gets no requests; absent otherwise.")
                Optional<SuspectedHost> suspected,
        @About("How gateways see it now.") @Default("[]") List<EndpointAtGateway> atGateways)
        implements Status {

    /** Copies the lists. */
    public EndpointStatus {
        conditions = List.copyOf(conditions);
        presentAt = List.copyOf(presentAt);
        atGateways = List.copyOf(atGateways);
    }
}
