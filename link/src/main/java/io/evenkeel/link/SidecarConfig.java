package io.evenkeel.link;

import java.time.Duration;
import java.util.List;

/**
 * What a sidecar does.
 *
 * @param link the endpoint and its gateways; its incarnation is drawn anew for each run
 * @param checkPath path that has to answer 200 to 399 for the backend to be registered; empty: a
 *     TCP connection, once
 * @param checkInterval between checks
 * @param checkTimeout of one check
 * @param failuresToLeave checks in a row that fail until the backend is taken out
 * @param drain how long running requests may take when it leaves
 * @param grace how long the command may take to end after SIGTERM until it is killed
 * @param command what to run; empty: nothing, the backend is there already
 */
public record SidecarConfig(
        LinkConfig link,
        String checkPath,
        Duration checkInterval,
        Duration checkTimeout,
        int failuresToLeave,
        Duration drain,
        Duration grace,
        List<String> command) {

    public SidecarConfig {
        command = List.copyOf(command);
        if (!checkPath.isEmpty() && !checkPath.startsWith("/")) {
            throw new IllegalArgumentException(
                    "check: " + checkPath + " (expected: a path that begins with /)");
        }
        if (failuresToLeave < 1) {
            throw new IllegalArgumentException(
                    "failures: " + failuresToLeave + " (expected: 1 or more)");
        }
    }

    /**
     * The defaults: check every second with a second's time, out after 3 failures, 30 s for drain,
     * 10 s of grace.
     */
    public static SidecarConfig of(LinkConfig link, String checkPath, List<String> command) {
        return new SidecarConfig(
                link,
                checkPath,
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                3,
                Duration.ofSeconds(30),
                Duration.ofSeconds(10),
                command);
    }

    /** The same with another drain deadline. */
    public SidecarConfig withDrain(Duration deadline) {
        return new SidecarConfig(
                link,
                checkPath,
                checkInterval,
                checkTimeout,
                failuresToLeave,
                deadline,
                grace,
                command);
    }

    /** The same with other check times. */
    public SidecarConfig withChecks(Duration interval, Duration timeout, int failures) {
        return new SidecarConfig(
                link, checkPath, interval, timeout, failures, drain, grace, command);
    }
}
