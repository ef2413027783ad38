package io.evenkeel.gateway;

import io.evenkeel.gateway.proxy.CircuitLimits;
import io.evenkeel.gateway.proxy.ServicePolicy;
import io.evenkeel.gateway.proxy.SessionPolicy;
import io.evenkeel.kernel.balancing.Algorithm;
import io.evenkeel.kernel.balancing.BalancingSettings;
import io.evenkeel.kernel.balancing.EndpointSettings;
import io.evenkeel.kernel.balancing.LoadScore;
import io.evenkeel.kernel.balancing.Locality;
import io.evenkeel.kernel.health.OutlierSettings;
import io.evenkeel.kernel.image.EndpointImage;
import io.evenkeel.kernel.image.ServiceImage;
import io.evenkeel.model.Affinity;
import io.evenkeel.model.Balancing;
import io.evenkeel.model.CircuitBreakers;
import io.evenkeel.model.OutlierDetection;
import io.evenkeel.model.PolicySpec;
import io.evenkeel.model.ServiceKey;
import org.jspecify.annotations.Nullable;

/** From a policy as it is written to what queue, outlier detection and proxy run by. */
final class Policies {
    private Policies() {}

    static BalancingSettings balancing(PolicySpec policy) {
        Balancing b = policy.balancing();
        return new BalancingSettings(
                algorithm(policy),
                b.slowStart(),
                b.slowStartFloor().value(),
                withinConnections(
                        Math.min(b.maxOutstandingPerEndpoint(), LoadScore.MAX_LOAD), policy),
                b.panicThreshold().value());
    }

    /** Affinity by a value or an address is balancing by its hash. */
    private static Algorithm algorithm(PolicySpec policy) {
        return switch (policy.affinity().type()) {
            case NONE, COOKIE -> algorithm(policy.balancing().algorithm());
            case HEADER, SOURCE_IP -> Algorithm.SOURCE_HASH;
        };
    }

    private static Algorithm algorithm(Balancing.Algorithm algorithm) {
        return switch (algorithm) {
            case LEAST_LOAD -> Algorithm.LEAST_LOAD;
            case ROUND_ROBIN -> Algorithm.ROUND_ROBIN;
            case WEIGHTED_ROUND_ROBIN -> Algorithm.WEIGHTED_ROUND_ROBIN;
            case RANDOM -> Algorithm.RANDOM;
            case POWER_OF_TWO -> Algorithm.POWER_OF_TWO;
            case SOURCE_HASH -> Algorithm.SOURCE_HASH;
            case LOCALITY_WEIGHTED -> Algorithm.LOCALITY_WEIGHTED;
        };
    }

    static OutlierSettings outliers(OutlierDetection o) {
        return new OutlierSettings(
                new OutlierSettings.Rows(
                        o.consecutive5xx(),
                        o.consecutiveGatewayFailure(),
                        o.consecutiveLocalOriginFailure()),
                o.splitExternalLocalOriginErrors(),
                o.interval(),
                o.baseEjectionTime(),
                o.maxEjectionTime(),
                o.maxEjectionPercent(),
                o.alwaysEjectOneHost(),
                new OutlierSettings.SuccessRate(
                        o.successRateMinimumHosts(),
                        o.successRateRequestVolume(),
                        o.successRateStdevFactor()),
                new OutlierSettings.FailurePercentage(
                        o.failurePercentageThreshold(),
                        o.failurePercentageMinimumHosts(),
                        o.failurePercentageRequestVolume()),
                new OutlierSettings.Enforcing(
                        o.enforcingConsecutive5xx(),
                        o.enforcingConsecutiveGatewayFailure(),
                        o.enforcingConsecutiveLocalOriginFailure(),
                        o.enforcingSuccessRate(),
                        o.enforcingLocalOriginSuccessRate(),
                        o.enforcingFailurePercentage(),
                        o.enforcingFailurePercentageLocalOrigin()));
    }

    static ServicePolicy proxy(ServiceKey service, PolicySpec policy) {
        return new ServicePolicy(
                policy.timeouts().connect().toNanos(),
                policy.timeouts().request().toNanos(),
                policy.retries().perTryTimeout().toNanos(),
                policy.timeouts().idle().toNanos(),
                policy.timeouts().keepAlive().toNanos(),
                policy.timeouts().keepAlive().isZero() ? 0 : ServicePolicy.DEFAULT.maxIdle(),
                policy.retries().attempts(),
                policy.timeouts().drain().toNanos(),
                sessions(service, policy.affinity()),
                policy.requestLimits().maxBody().bytes(),
                limits(policy.circuitBreakers()));
    }

    private static CircuitLimits limits(CircuitBreakers breakers) {
        return new CircuitLimits(
                breakers.maxConnections(), breakers.maxPendingRequests(), breakers.maxRequests());
    }

    /**
     * An endpoint as the queue knows it. A request holds a connection, so an endpoint gets no more
     * requests than it may have connections.
     */
    static EndpointSettings endpoint(EndpointImage endpoint, PolicySpec policy) {
        int capacity = Math.min(endpoint.spec().capacity(), LoadScore.MAX_LOAD);
        return new EndpointSettings(
                endpoint.key().name(),
                endpoint.epoch(),
                endpoint.spec().weight(),
                capacity == 0 ? 0 : withinConnections(capacity, policy),
                new Locality(endpoint.spec().locality().zone(), endpoint.spec().locality().host()));
    }

    private static int withinConnections(int cap, PolicySpec policy) {
        int most = policy.circuitBreakers().maxConnections();
        return most == 0 ? cap : Math.min(cap, most);
    }

    private static SessionPolicy sessions(ServiceKey service, Affinity affinity) {
        return switch (affinity.type()) {
            case NONE, SOURCE_IP -> SessionPolicy.NONE;
            case HEADER -> SessionPolicy.header(affinity.name());
            case COOKIE ->
                    SessionPolicy.cookie(
                            service.tenant() + "/" + service.name(),
                            affinity.name(),
                            attributes(affinity),
                            affinity.ttl().toSeconds());
        };
    }

    private static String attributes(Affinity affinity) {
        String sameSite =
                switch (affinity.sameSite()) {
                    case LAX -> "Lax";
                    case STRICT -> "Strict";
                    case NONE -> "None";
                };
        return "; Path="
                + affinity.path()
                + (affinity.httpOnly() ? "; HttpOnly" : "")
                + (affinity.secure() ? "; Secure" : "")
                + "; SameSite="
                + sameSite;
    }

    /** Whether a service's change is one that concerns each of its endpoints. */
    static boolean judgeEndpointsAnew(@Nullable ServiceImage before, ServiceImage after) {
        return before != null
                && (before.adminState() != after.adminState()
                        || !before.policy().healthCheck().equals(after.policy().healthCheck())
                        || !before.policy()
                                .circuitBreakers()
                                .equals(after.policy().circuitBreakers()));
    }
}
