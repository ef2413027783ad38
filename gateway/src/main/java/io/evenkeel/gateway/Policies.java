package io.evenkeel.gateway;

import io.evenkeel.gateway.proxy.ServicePolicy;
import io.evenkeel.kernel.balancing.Algorithm;
import io.evenkeel.kernel.balancing.BalancingSettings;
import io.evenkeel.kernel.balancing.LoadScore;
import io.evenkeel.kernel.health.OutlierSettings;
import io.evenkeel.model.Balancing;
import io.evenkeel.model.OutlierDetection;
import io.evenkeel.model.PolicySpec;

/** From a policy as it is written to what queue, outlier detection and proxy run by. */
final class Policies {
    private Policies() {}

    static BalancingSettings balancing(Balancing b) {
        return new BalancingSettings(
                algorithm(b.algorithm()),
                b.slowStart(),
                b.slowStartFloor().value(),
                Math.min(b.maxOutstandingPerEndpoint(), LoadScore.MAX_LOAD),
                b.panicThreshold().value());
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

    static ServicePolicy proxy(PolicySpec policy) {
        return new ServicePolicy(
                policy.timeouts().connect().toNanos(),
                policy.timeouts().request().toNanos(),
                policy.retries().perTryTimeout().toNanos(),
                policy.timeouts().idle().toNanos(),
                policy.timeouts().keepAlive().toNanos(),
                policy.timeouts().keepAlive().isZero() ? 0 : ServicePolicy.DEFAULT.maxIdle(),
                policy.retries().attempts(),
                policy.timeouts().drain().toNanos());
    }
}
