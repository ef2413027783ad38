package io.evenkeel.kernel.health;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How endpoints are actively checked.
 *
 * @param type what a probe does; {@link Type#NONE} = endpoints are not checked
 * @param path path that an HTTP probe asks for
 * @param port port to probe; 0 = the endpoint's own
 * @param interval time between the starts of two probes of an endpoint
 * @param timeout a probe that takes longer has failed; at most the interval
 * @param healthyThreshold passes in a row that make an unhealthy endpoint healthy
 * @param unhealthyThreshold failures in a row that make a healthy endpoint unhealthy
 * @param leastStatus least status that an HTTP probe accepts
 * @param greatestStatus greatest status that an HTTP probe accepts
 */
public record CheckSettings(
        Type type,
        String path,
        int port,
        Duration interval,
        Duration timeout,
        int healthyThreshold,
        int unhealthyThreshold,
        int leastStatus,
        int greatestStatus) {
    /** What a probe does. */
    public enum Type {
        /** Nothing. */
        NONE,
        /** Connects. */
        TCP,
        /** Asks for a path and looks at the status. */
        HTTP
    }

    /** Endpoints are not checked. */
    public static final CheckSettings OFF =
            new CheckSettings(
                    Type.NONE,
                    "/",
                    0,
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(1),
                    2,
                    3,
                    200,
                    399);

    /** Checks every range and relation; the message names all that is wrong. */
    public CheckSettings {
        List<String> problems = new ArrayList<>();
        if (!path.startsWith("/")) {
            problems.add("path: " + path + " (expected: begins with /)");
        }
        if (port < 0 || port > 65_535) {
            problems.add("port: " + port + " (expected: 0..65535)");
        }
        if (!interval.isPositive()) {
            problems.add("interval: " + interval + " (expected: > 0)");
        }
        if (!timeout.isPositive() || timeout.compareTo(interval) > 0) {
            problems.add("timeout: " + timeout + " (expected: > 0, <= interval, " + interval + ")");
        }
        if (healthyThreshold < 1) {
            problems.add("healthyThreshold: " + healthyThreshold + " (expected: >= 1)");
        }
        if (unhealthyThreshold < 1) {
            problems.add("unhealthyThreshold: " + unhealthyThreshold + " (expected: >= 1)");
        }
        if (leastStatus < 100 || greatestStatus > 599 || leastStatus > greatestStatus) {
            problems.add(
                    "expectedStatuses: "
                            + leastStatus
                            + "-"
                            + greatestStatus
                            + " (expected: within 100-599, ascending)");
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
    }

    /** Whether there is anything to check. */
    public boolean isOn() {
        return type != Type.NONE;
    }

    /** Whether an HTTP probe that was answered with this status has passed. */
    public boolean accepts(int status) {
        return status >= leastStatus && status <= greatestStatus;
    }
}
