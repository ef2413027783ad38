package io.evenkeel.kernel.health;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Outlier detection with Envoy's names, meanings and defaults (envoy.config.cluster.v3
 * OutlierDetection). A threshold of 0 turns its detector off.
 *
 * @param consecutive5xx failures in a row that eject; local failures count as 5xx unless split
 * @param consecutiveGatewayFailure 502, 503, 504 (and, unless split, local failures) in a row that
 *     eject
 * @param splitExternalLocalOriginErrors whether failures without a reply are counted apart
 * @param consecutiveLocalOriginFailure failures without a reply in a row that eject; only if split
 * @param interval time between two looks at the success rates, and for which a return must last to
 *     shorten the next ejection
 * @param baseEjectionTime an ejection lasts this times the number of ejections so far
 * @param maxEjectionTime no ejection lasts longer
 * @param maxEjectionPercent 0 to 100: share of the endpoints that may be ejected at once
 * @param alwaysEjectOneHost whether one may be ejected even if that is more than the share
 * @param successRateMinimumHosts endpoints with enough requests below which rates aren't compared
 * @param successRateRequestVolume requests in an interval that make an endpoint's rate count
 * @param successRateStdevFactor thousandths of a standard deviation below the mean that eject
 * @param enforcing the chance with which each detector ejects
 */
public record OutlierSettings(
        int consecutive5xx,
        int consecutiveGatewayFailure,
        boolean splitExternalLocalOriginErrors,
        int consecutiveLocalOriginFailure,
        Duration interval,
        Duration baseEjectionTime,
        Duration maxEjectionTime,
        int maxEjectionPercent,
        boolean alwaysEjectOneHost,
        int successRateMinimumHosts,
        int successRateRequestVolume,
        int successRateStdevFactor,
        Enforcing enforcing) {
    /**
     * The chance, 0 to 100 percent, that what a detector has found ejects: Envoy's {@code
     * enforcing_*}. 0 turns the detector off.
     *
     * @param consecutive5xx of consecutive5xx
     * @param consecutiveGatewayFailure of consecutiveGatewayFailure
     * @param successRate of the success rates
     */
    public record Enforcing(int consecutive5xx, int consecutiveGatewayFailure, int successRate) {
        /** Whatever is found ejects. */
        public static final Enforcing ALWAYS = new Enforcing(100, 100, 100);

        /** Checks the ranges. */
        public Enforcing {
            List<String> problems = new ArrayList<>();
            percent(problems, "enforcingConsecutive5xx", consecutive5xx);
            percent(problems, "enforcingConsecutiveGatewayFailure", consecutiveGatewayFailure);
            percent(problems, "enforcingSuccessRate", successRate);
            if (!problems.isEmpty()) {
                throw new IllegalArgumentException(String.join("; ", problems));
            }
        }
    }

    /** Envoy's defaults. */
    public static final OutlierSettings DEFAULT =
            new OutlierSettings(
                    5,
                    5,
                    false,
                    5,
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(300),
                    10,
                    true,
                    5,
                    100,
                    1900,
                    Enforcing.ALWAYS);

    /** Never ejects. */
    public static final OutlierSettings OFF =
            new OutlierSettings(
                    0,
                    0,
                    false,
                    0,
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(300),
                    0,
                    false,
                    5,
                    100,
                    0,
                    Enforcing.ALWAYS);

    /** Checks every range and relation; the message names all that is wrong. */
    public OutlierSettings {
        List<String> problems = new ArrayList<>();
        notNegative(problems, "consecutive5xx", consecutive5xx);
        notNegative(problems, "consecutiveGatewayFailure", consecutiveGatewayFailure);
        notNegative(problems, "consecutiveLocalOriginFailure", consecutiveLocalOriginFailure);
        notNegative(problems, "successRateMinimumHosts", successRateMinimumHosts);
        notNegative(problems, "successRateRequestVolume", successRateRequestVolume);
        notNegative(problems, "successRateStdevFactor", successRateStdevFactor);
        percent(problems, "maxEjectionPercent", maxEjectionPercent);
        positive(problems, "interval", interval);
        positive(problems, "baseEjectionTime", baseEjectionTime);
        if (maxEjectionTime.compareTo(baseEjectionTime) < 0) {
            problems.add(
                    "maxEjectionTime: "
                            + maxEjectionTime
                            + " (expected: >= baseEjectionTime, "
                            + baseEjectionTime
                            + ")");
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
    }

    private static void notNegative(List<String> problems, String name, int value) {
        if (value < 0) {
            problems.add(name + ": " + value + " (expected: >= 0)");
        }
    }

    private static void percent(List<String> problems, String name, int value) {
        if (value < 0 || value > 100) {
            problems.add(name + ": " + value + " (expected: 0..100)");
        }
    }

    private static void positive(List<String> problems, String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            problems.add(name + ": " + value + " (expected: > 0)");
        }
    }
}
