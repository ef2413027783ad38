package io.evenkeel.control.machines;

import io.evenkeel.kernel.placement.PlacementSettings;
import java.time.Duration;

/**
 * The times of the work on machines.
 *
 * @param poll between two questions to one host about what it runs
 * @param pollTimeout how long it has to answer: longer than a connection takes to find out that its
 *     host is gone (6 s), so that the driver need not be killed for it
 * @param start how long one start may take
 * @param migrate how long one live migration may take; after that it is looked what has come of it
 * @param shutDown how long a guest has to shut down before it is ended
 * @param places how many tasks may be under way on one host, 1 to 64
 * @param placement how hosts are chosen
 */
public record MachineSettings(
        Duration poll,
        Duration pollTimeout,
        Duration start,
        Duration migrate,
        Duration shutDown,
        int places,
        PlacementSettings placement) {
    /** What is used if nothing is said. */
    public static final MachineSettings DEFAULT =
            new MachineSettings(
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(60),
                    Duration.ofMinutes(10),
                    Duration.ofSeconds(90),
                    4,
                    PlacementSettings.DEFAULT);
}
