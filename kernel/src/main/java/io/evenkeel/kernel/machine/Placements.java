package io.evenkeel.kernel.machine;

import io.evenkeel.kernel.failover.HostTable;
import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.placement.Guest;
import io.evenkeel.kernel.placement.Placement;
import io.evenkeel.kernel.placement.PlacementSettings;
import io.evenkeel.kernel.task.TaskTable;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The placement of each tenant for all that is decided at once: what one decision gives to a host
 * is gone for the next. Made for one round of decisions; not thread-safe.
 */
final class Placements {
    private final PlacementSettings settings;
    private final HostTable hosts;
    private final HostView view;
    private final long nowMillis;
    private final TreeMap<String, Placement> byTenant = new TreeMap<>();

    /**
     * Nothing is given away yet.
     *
     * @param isUp whether a machine is seen to run on the host that may run it
     */
    Placements(
            PlacementSettings settings,
            ClusterImage image,
            HostTable hosts,
            RunTable runs,
            TaskTable tasks,
            Predicate<MachineKey> isUp,
            long nowMillis) {
        this.settings = settings;
        this.hosts = hosts;
        this.view = new HostView(image, runs, tasks, isUp);
        this.nowMillis = nowMillis;
    }

    /** A declared machine, to be placed. */
    Guest guest(MachineKey machine) {
        return view.guest(machine);
    }

    /** Over a tenant's hosts, of which one in question takes nothing. */
    Placement of(String tenant) {
        return byTenant.computeIfAbsent(
                tenant,
                name ->
                        new Placement(
                                settings, HostSite.sound(view.figures(name, nowMillis), hosts)));
    }
}
