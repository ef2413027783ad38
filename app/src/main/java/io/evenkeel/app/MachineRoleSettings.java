package io.evenkeel.app;

import io.evenkeel.control.machines.MachineSettings;
import io.evenkeel.kernel.placement.PlacementSettings;
import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Default;
import io.evenkeel.model.bind.Range;
import java.time.Duration;

/** Where {@code evenkeel control} puts machines, and how long it works on one. */
record MachineRoleSettings(
        @About(
                        "How old a host's measurements may be for it to take machines; more than the agents' measure-every.")
                @Default("60s")
                @Range(min = "1s", max = "1h")
                Duration placementOldestFigures,
        @About(
                        "How much of a host's processor may be given to machines, in percent of what there is. Memory is never given twice.")
                @Default("400")
                @Range(min = "100", max = "2000")
                int placementOvercommit,
        @About(
                        "What each machine of the same failure that a host gets adds to its score, in per mille: more spreads them wider.")
                @Default("50")
                @Range(min = "0", max = "1000")
                int placementSpread,
        @About(
                        "Machines that leave one host at once, when it is emptied or hosts are made alike; more share its network, and each stands still for longer.")
                @Default("2")
                @Range(min = "1", max = "16")
                int leavingAtOnce,
        @About("Tasks on machines that may be under way on one host.")
                @Default("4")
                @Range(min = "1", max = "64")
                int tasksPerHost,
        @About(
                        "How long one live migration may take before it is given up; after three a machine that may move cold does.")
                @Default("10m")
                @Range(min = "10s", max = "24h")
                Duration migrationTimeout,
        @About("How long a guest has to shut down before it is ended.")
                @Default("90s")
                @Range(min = "1s", max = "1h")
                Duration shutdownTimeout) {

    /** All of it; what is not said here is as it always is. */
    MachineSettings settings() {
        MachineSettings base = MachineSettings.DEFAULT;
        return new MachineSettings(
                base.poll(),
                base.pollTimeout(),
                base.start(),
                migrationTimeout,
                shutdownTimeout,
                tasksPerHost,
                new PlacementSettings(
                        placementOldestFigures,
                        placementOvercommit,
                        placementSpread,
                        leavingAtOnce));
    }
}
