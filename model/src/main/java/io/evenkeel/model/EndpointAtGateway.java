package io.evenkeel.model;

import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Default;
import java.util.List;

/** How one gateway sees an endpoint at the moment it is asked. */
public record EndpointAtGateway(
        @About("The gateway's id.") String gateway,
        @About("Whether it may be picked there.") boolean eligible,
        @About("Everything that speaks against it: admin-drain, unhealthy, ejected, absent...")
                @Default("[]")
                List<String> reasons,
        @About("Requests outstanding at it through this gateway.") @Default("0") int outstanding,
        @About("Its score: the lower, the sooner it is picked.") @Default("0") long score,
        @About("Requests it has got from this gateway since it joined.") @Default("0")
                long requests,
        @About("Smoothed time of its successes in microseconds; 0: none yet.") @Default("0")
                long latencyMicros) {

    /** Copies the list. */
    public EndpointAtGateway {
        reasons = List.copyOf(reasons);
    }
}
