package io.evenkeel.model;

import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Binder;
import io.evenkeel.model.bind.Default;

/** One named traffic policy. */
@About("How traffic of the services that name it is treated; `default` is for all that name none.")
public record PolicySpec(
        @About("Who gets the next request.") @Default("{}") Balancing balancing,
        @About("How endpoints are asked whether they are well.") @Default("{type: none}")
                HealthCheck healthCheck,
        @About(
                        "How failing answers take an endpoint out for a while (Envoy's names and semantics).")
                @Default("{}")
                OutlierDetection outlierDetection,
        @About("What is tried again.") @Default("{}") Retries retries,
        @About("How long is waited.") @Default("{}") Timeouts timeouts,
        @About("Which requests find the same endpoint again.") @Default("{}") Affinity affinity,
        @About("How much of a request is passed on.") @Default("{}") RequestLimits requestLimits,
        @About("How much of a gateway the service may hold at once.") @Default("{}")
                CircuitBreakers circuitBreakers,
        @About("How often requests pass.") @Default("{}") LocalRateLimit localRateLimit,
        @About("Which headers are changed, whatever the route.") @Default("{}") Headers headers)
        implements Spec {

    /** What holds where no Policy resource says otherwise. */
    public static PolicySpec defaults() {
        return Binder.defaults(PolicySpec.class);
    }
}
