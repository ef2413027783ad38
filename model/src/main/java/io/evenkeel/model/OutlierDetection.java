package io.evenkeel.model;

import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Binder;
import io.evenkeel.model.bind.Checked;
import io.evenkeel.model.bind.Checks;
import io.evenkeel.model.bind.Default;
import io.evenkeel.model.bind.Durations;
import io.evenkeel.model.bind.Range;
import java.time.Duration;

/**
 * Passive ejection by observed failures. Names and semantics are those of Envoy's {@code
 * config.cluster.v3.OutlierDetection}; two defaults differ, each said at its component.
 */
public record OutlierDetection(
        @About("So many 5xx answers (or failures to get one) in a row eject; 0: never.")
                @Default("5")
                @Range(min = "0", max = "10000")
                int consecutive5xx,
        @About("So many 502, 503, 504 or connection failures in a row eject; 0: never.")
                @Default("5")
                @Range(min = "0", max = "10000")
                int consecutiveGatewayFailure,
        @About("So many failures to get an answer in a row eject, if they are split; 0: never.")
                @Default("5")
                @Range(min = "0", max = "10000")
                int consecutiveLocalOriginFailure,
        @About("Failures to get an answer are judged apart from 5xx answers.") @Default("false")
                boolean splitExternalLocalOriginErrors,
        @About("Time between two sweeps that judge success rates and end ejections.")
                @Default("10s")
                @Range(min = "100ms", max = "1h")
                Duration interval,
        @About("An ejection lasts this long, times the number of ejections in a row.")
                @Default("30s")
                @Range(min = "100ms", max = "24h")
                Duration baseEjectionTime,
        @About("The longest ejection.") @Default("300s") @Range(min = "100ms", max = "24h")
                Duration maxEjectionTime,
        @About("The greatest share of a service's endpoints that is ejected at a time.")
                @Default("10")
                @Range(min = "0", max = "100")
                int maxEjectionPercent,
        @About("One endpoint may be ejected whatever maxEjectionPercent says (Envoy: false).")
                @Default("true")
                boolean alwaysEjectOneHost,
        @About("The chance that consecutive5xx ejects, in percent.")
                @Default("100")
                @Range(min = "0", max = "100")
                int enforcingConsecutive5xx,
        @About("The chance that consecutiveGatewayFailure ejects, in percent (Envoy: 0).")
                @Default("100")
                @Range(min = "0", max = "100")
                int enforcingConsecutiveGatewayFailure,
        @About("The chance that consecutiveLocalOriginFailure ejects, in percent.")
                @Default("100")
                @Range(min = "0", max = "100")
                int enforcingConsecutiveLocalOriginFailure,
        @About("The chance that a low success rate ejects, in percent.")
                @Default("100")
                @Range(min = "0", max = "100")
                int enforcingSuccessRate,
        @About("The chance that a low rate of answers ejects, if they are split.")
                @Default("100")
                @Range(min = "0", max = "100")
                int enforcingLocalOriginSuccessRate,
        @About("The chance that failurePercentageThreshold ejects, in percent.")
                @Default("0")
                @Range(min = "0", max = "100")
                int enforcingFailurePercentage,
        @About("The same by failures to get an answer, if they are split.")
                @Default("0")
                @Range(min = "0", max = "100")
                int enforcingFailurePercentageLocalOrigin,
        @About("Success rates are judged only if so many endpoints have enough requests.")
                @Default("5")
                @Range(min = "1", max = "100000")
                int successRateMinimumHosts,
        @About("Enough requests of an endpoint within one interval.")
                @Default("100")
                @Range(min = "1", max = "1000000000")
                int successRateRequestVolume,
        @About("Ejected below mean - factor / 1000 x standard deviation of the success rates.")
                @Default("1900")
                @Range(min = "0", max = "100000")
                int successRateStdevFactor,
        @About("So many failures in a hundred requests eject; 0: never.")
                @Default("85")
                @Range(min = "0", max = "100")
                int failurePercentageThreshold,
        @About("Percentages are judged only if so many endpoints have enough requests.")
                @Default("5")
                @Range(min = "0", max = "100000")
                int failurePercentageMinimumHosts,
        @About("Enough requests of an endpoint within one interval.")
                @Default("50")
                @Range(min = "0", max = "1000000000")
                int failurePercentageRequestVolume)
        implements Checked {

    /** Every default. */
    public static OutlierDetection defaults() {
        return Binder.defaults(OutlierDetection.class);
    }

    @Override
    public void check(Checks checks) {
        if (baseEjectionTime.compareTo(maxEjectionTime) > 0) {
            checks.problem(
                    "baseEjectionTime",
                    Durations.write(baseEjectionTime),
                    "at most maxEjectionTime, which is " + Durations.write(maxEjectionTime),
                    "shorten baseEjectionTime or lengthen maxEjectionTime");
        }
    }
}
