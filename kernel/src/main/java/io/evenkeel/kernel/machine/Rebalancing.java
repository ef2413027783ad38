package io.evenkeel.kernel.machine;

import io.evenkeel.kernel.failover.HostTable;
import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.placement.PlacementSettings;
import io.evenkeel.kernel.placement.Rebalance;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.task.TaskTable;
import io.evenkeel.model.Migration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Moves of running machines that make hosts alike (C9), with the tasks that an evacuation has. A
 * machine of which any task is open stays, as does one that would be stopped for it. Pure; made for
 * one decision.
 */
public record Rebalancing(
        PlacementSettings settings,
        ClusterImage image,
        HostTable hosts,
        RunTable runs,
        TaskTable tasks) {
    /** What to move now, of a tenant's; none if nothing is worth it. */
    public List<Rebalance.Move> moves(String tenant, long nowMillis) {
        HostSite site = new HostSite(image, runs);
        return new Rebalance(
                        settings,
                        site.figures(tenant, hosts, tasks, nowMillis),
                        staying(tenant),
                        leaving(tenant))
                .moves();
    }

    /** Begins a move; empty: nobody may run the machine any more. */
    public Optional<Txn> begin(Rebalance.Move move, long nowMillis) {
        MachineKey machine = new MachineKey(move.from().tenant(), move.guest().name());
        return Optional.ofNullable(runs.of(machine))
                .map(run ->
                        MigrationTasks.begin(
                                machine,
                                run,
                                move.to(),
                                MoveWay.LIVE,
                                move.guest().priority(),
                                nowMillis));
    }

    private Set<String> leaving(String tenant) {
        Set<String> leaving = new TreeSet<>();
        MigrationTasks.arriving(tasks).keySet().stream()
                .filter(machine -> machine.tenant().equals(tenant))
                .forEach(machine -> leaving.add(machine.name()));
        return leaving;
    }

    private Set<String> staying(String tenant) {
        Set<String> staying = new TreeSet<>();
        image.machines()
                .forEach((machine, declared) -> {
                    if (machine.tenant().equals(tenant)
                            && declared.spec().migration() == Migration.COLD) {
                        staying.add(machine.name());
                    }
                });
        tasks.tasks()
                .forEach((key, known) -> {
                    if (key.tenant().equals(tenant) && !known.task().state().ended()) {
                        staying.add(known.task().subject());
                    }
                });
        return staying;
    }
}
