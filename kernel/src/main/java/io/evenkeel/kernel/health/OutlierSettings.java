package io.evenkeel.kernel.health;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Outlier detection with Envoy's names, meanings and defaults (envoy.config.cluster.v3
 * OutlierDetection). A threshold of 0 turns its detector off.
 *
 * @param rows failures in a row that eject
 * @param splitExternalLocalOriginErrors whether failures without a reply ("local origin") are
 *     judged apart from bad replies ("external")
 * @param interval time between two looks at the rates, and for which a return must last to shorten
 *     the next ejection
 * @param baseEjectionTime an ejection lasts this times the number of ejections so far
 * @param maxEjectionTime no ejection lasts longer
 * @param maxEjectionPercent 0 to 100: share of the endpoints that may be ejected at once
 * @param alwaysEjectOneHost whether one may be ejected even if that is more than the share
 * @param successRate who is far worse than its peers
 * @param failurePercentage who is bad, whatever its peers
 * @param enforcing the chance with which each detector ejects
 */
public record OutlierSettings(
        Rows rows,
        boolean splitExternalLocalOriginErrors,
        Duration interval,
        Duration baseEjectionTime,
        Duration maxEjectionTime,
        int maxEjectionPercent,
        boolean alwaysEjectOneHost,
        SuccessRate successRate,
        FailurePercentage failurePercentage,
        Enforcing enforcing) {
    /**
     * Failures in a row.
     *
     * @param consecutive5xx of any kind; local ones count as 5xx unless split
     * @param consecutiveGatewayFailure 502, 503, 504 and, unless split, local ones
     * @param consecutiveLocalOriginFailure failures without a reply; only if split
     */
    public record Rows(
            int consecutive5xx, int consecutiveGatewayFailure, int consecutiveLocalOriginFailure) {
        /** None ejects. */
        public static final Rows OFF = new Rows(0, 0, 0);
    }

    /**
     * Success rates compared with each other.
     *
     * @param minimumHosts endpoints with enough requests below which rates aren't compared
     * @param requestVolume requests in an interval that make an endpoint's rate count
     * @param stdevFactor thousandths of a standard deviation below the mean that eject
     */
    public record SuccessRate(int minimumHosts, int requestVolume, int stdevFactor) {}

    /**
     * Failures in a hundred requests.
     *
     * @param threshold 0 to 100: so many eject
     * @param minimumHosts endpoints with enough requests below which nobody is judged
     * @param requestVolume requests in an interval that make an endpoint's percentage count
     */
    public record FailurePercentage(int threshold, int minimumHosts, int requestVolume) {}

    /**
     * The chance, 0 to 100 percent, that what a detector has found ejects: Envoy's {@code
     * enforcing_*}. 0 turns the detector off.
     *
     * @param consecutive5xx of a row of failures
     * @param consecutiveGatewayFailure of a row of gateway failures
     * @param consecutiveLocalOriginFailure of a row of failures without a reply
     * @param successRate of the success rates
     * @param localOriginSuccessRate of the success rates of reaching it
     * @param failurePercentage of the failure percentage
     * @param failurePercentageLocalOrigin of the percentage of failures to reach it
     */
    public record Enforcing(
            int consecutive5xx,
            int consecutiveGatewayFailure,
            int consecutiveLocalOriginFailure,
            int successRate,
            int localOriginSuccessRate,
            int failurePercentage,
            int failurePercentageLocalOrigin) {
        /** Envoy's defaults, but for gateway failures, which eject here and don't there. */
        public static final Enforcing DEFAULT = new Enforcing(100, 100, 100, 100, 100, 0, 0);

        /** Checks the ranges. */
        public Enforcing {
            List<String> problems = new ArrayList<>();
            percent(problems, "enforcingConsecutive5xx", consecutive5xx);
            percent(problems, "enforcingConsecutiveGatewayFailure", consecutiveGatewayFailure);
            percent(
                    problems,
                    "enforcingConsecutiveLocalOriginFailure",
                    consecutiveLocalOriginFailure);
            percent(problems, "enforcingSuccessRate", successRate);
            percent(problems, "enforcingLocalOriginSuccessRate", localOriginSuccessRate);
            percent(problems, "enforcingFailurePercentage", failurePercentage);
            percent(
                    problems,
                    "enforcingFailurePercentageLocalOrigin",
                    failurePercentageLocalOrigin);
            refuse(problems);
        }
    }

    /** Envoy's defaults. */
    public static final OutlierSettings DEFAULT =
            new OutlierSettings(
                    new Rows(5, 5, 5),
                    false,
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(300),
                    10,
                    true,
                    new SuccessRate(5, 100, 1900),
                    new FailurePercentage(85, 5, 50),
                    Enforcing.DEFAULT);

    /** Never ejects. */
    public static final OutlierSettings OFF =
            new OutlierSettings(
                    Rows.OFF,
                    false,
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(300),
                    0,
                    false,
                    new SuccessRate(5, 100, 0),
                    new FailurePercentage(0, 5, 50),
                    Enforcing.DEFAULT);

    /** Checks every range and relation; the message names all that is wrong. */
    public OutlierSettings {
        List<String> problems = new ArrayList<>();
        notNegative(problems, "consecutive5xx", rows.consecutive5xx());
        notNegative(problems, "consecutiveGatewayFailure", rows.consecutiveGatewayFailure());
        notNegative(
                problems, "consecutiveLocalOriginFailure", rows.consecutiveLocalOriginFailure());
        notNegative(problems, "successRateMinimumHosts", successRate.minimumHosts());
        notNegative(problems, "successRateRequestVolume", successRate.requestVolume());
        notNegative(problems, "successRateStdevFactor", successRate.stdevFactor());
        percent(problems, "failurePercentageThreshold", failurePercentage.threshold());
        notNegative(problems, "failurePercentageMinimumHosts", failurePercentage.minimumHosts());
        notNegative(problems, "failurePercentageRequestVolume", failurePercentage.requestVolume());
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
        refuse(problems);
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

    private static void refuse(List<String> problems) {
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
    }
}
