package io.evenkeel.model;

import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Binder;
import io.evenkeel.model.bind.Default;
import io.evenkeel.model.bind.Range;

/**
 * What a service may hold of one gateway at once; Envoy's names. Beyond it a request is refused
 * with 503 at once: nothing waits in line.
 */
public record CircuitBreakers(
        @About(
                        "The most connections to one endpoint, per gateway, unused ones included; 0: no limit.")
                @Default("0")
                @Range(min = "0", max = "1000000")
                int maxConnections,
        @About(
                        "The most requests that wait for a connection to an endpoint, per gateway; 0: no limit.")
                @Default("0")
                @Range(min = "0", max = "1000000")
                int maxPendingRequests,
        @About("The most requests of the service at once, per gateway; 0: no limit.")
                @Default("0")
                @Range(min = "0", max = "1000000")
                int maxRequests) {

    /** Every default. */
    public static CircuitBreakers defaults() {
        return Binder.defaults(CircuitBreakers.class);
    }
}
