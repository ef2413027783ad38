package io.evenkeel.kernel.balancing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How a service's queue behaves.
 *
 * @param algorithm how an endpoint is chosen
 * @param slowStart time over which a newcomer's factor rises from the floor to 1; zero = off
 * @param slowStartFloorPercent 1 to 100: the factor it starts with
 * @param maxOutstandingPerEndpoint cap of endpoints that name none, 1 to {@link LoadScore#MAX_LOAD}
 * @param panicThresholdPercent 0 to 100: with a smaller share of endpoints eligible, ejections and
 *     suspicions are ignored; 0 = never
 */
public record BalancingSettings(
        Algorithm algorithm,
        Duration slowStart,
        int slowStartFloorPercent,
        int maxOutstandingPerEndpoint,
        int panicThresholdPercent) {
    /** Least load, slow start of 10 s from 10 %, cap 1,024, panic below 50 %. */
    public static final BalancingSettings DEFAULT =
            new BalancingSettings(Algorithm.LEAST_LOAD, Duration.ofSeconds(10), 10, 1024, 50);

    /** Checks every range; the message names all that is wrong. */
    public BalancingSettings {
        List<String> problems = new ArrayList<>();
        if (slowStart.isNegative() || slowStart.compareTo(Duration.ofDays(1)) > 0) {
            problems.add("slowStart: " + slowStart + " (expected: 0..24h)");
        }
        if (slowStartFloorPercent < 1 || slowStartFloorPercent > 100) {
            problems.add("slowStartFloor: " + slowStartFloorPercent + " (expected: 1..100)");
        }
        if (maxOutstandingPerEndpoint < 1 || maxOutstandingPerEndpoint > LoadScore.MAX_LOAD) {
            problems.add(
                    "maxOutstandingPerEndpoint: "
                            + maxOutstandingPerEndpoint
                            + " (expected: 1.."
                            + LoadScore.MAX_LOAD
                            + ")");
        }
        if (panicThresholdPercent < 0 || panicThresholdPercent > 100) {
            problems.add("panicThreshold: " + panicThresholdPercent + " (expected: 0..100)");
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
    }

    /** The same with another algorithm. */
    public BalancingSettings with(Algorithm value) {
        return new BalancingSettings(
                value,
                slowStart,
                slowStartFloorPercent,
                maxOutstandingPerEndpoint,
                panicThresholdPercent);
    }

    /** The same with another slow start; zero = off. */
    public BalancingSettings withSlowStart(Duration value) {
        return new BalancingSettings(
                algorithm,
                value,
                slowStartFloorPercent,
                maxOutstandingPerEndpoint,
                panicThresholdPercent);
    }
}
