package io.evenkeel.kernel.machine;

import io.evenkeel.kernel.failover.HostTable;
import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.HostImage;
import io.evenkeel.kernel.image.MachineImage;
import io.evenkeel.kernel.placement.Guest;
import io.evenkeel.kernel.placement.Placed;
import io.evenkeel.kernel.task.TaskTable;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.Power;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Empties hosts that are to be in maintenance (C9): every machine that runs there moves to where
 * placement puts it, in the way that it is declared to, the most urgent first, a few at a time.
 * What is off stays, and is started elsewhere by nobody. Pure; made for one decision.
 *
 * @param mostLeaving machines that leave one host at once
 * @param isUp whether a machine is seen to run on the host that may run it
 */
record Evacuation(
        Placements places,
        ClusterImage image,
        HostTable hosts,
        RunTable runs,
        TaskTable tasks,
        int mostLeaving,
        Predicate<MachineKey> isUp) {
    /** Every host's; also says why machines cannot leave. */
    void plan(long nowMillis, PowerLoop.Plan plan) {
        image.hosts()
                .forEach((key, host) -> {
                    if (host.metadata() != null && host.spec().maintenance()) {
                        plan(host, nowMillis, plan);
                    }
                });
    }

    private void plan(HostImage host, long nowMillis, PowerLoop.Plan plan) {
        HostKey key = host.key();
        if (host.alive() == null || hosts.of(key).procedure() != null) {
            return;
        }
        TreeMap<String, Guest> leaving = new TreeMap<>();
        int underWay = 0;
        for (Map.Entry<MachineKey, RunTable.Run> one : runs.runs().entrySet()) {
            MachineKey machine = one.getKey();
            if (!machine.tenant().equals(key.tenant())
                    || !one.getValue().record().host().equals(key.name())) {
                continue;
            }
            if (MigrationTasks.isMoving(tasks, machine)) {
                underWay++;
            } else if (mayLeave(machine, one.getValue())) {
                leaving.put(machine.name(), places.guest(machine));
            }
        }
        for (Placed placed : places.of(key.tenant()).place(leaving.values())) {
            MachineKey machine = new MachineKey(key.tenant(), placed.guest().name());
            RunTable.Run run = runs.of(machine);
            HostKey to = placed.host().orElse(null);
            if (to == null) {
                plan.problems()
                        .put(
                                machine,
                                "is to leave "
                                        + key.name()
                                        + " for its maintenance; no host can take it: "
                                        + FirstHost.why(placed));
            } else if (run != null
                    && tasks.task(MigrationTasks.key(machine, run, to, how(machine))) != null) {
                plan.problems()
                        .put(
                                machine,
                                "is to leave "
                                        + key.name()
                                        + " for its maintenance, and could not move to "
                                        + to.name());
            } else if (run != null && underWay++ < mostLeaving) {
                plan.decisions()
                        .add(
                                new PowerLoop.Decision(
                                        machine,
                                        MigrationTasks.begin(
                                                machine,
                                                run,
                                                to,
                                                how(machine),
                                                placed.guest().priority(),
                                                nowMillis),
                                        "moves from " + key.name() + " to " + to.name()));
            }
        }
    }

    private MoveWay how(MachineKey machine) {
        MachineImage declared = image.machines().get(machine);
        return declared == null ? MoveWay.LIVE : MoveWay.of(declared.spec().migration());
    }

    /** Whether it runs, is to run, and nothing is under way with it. */
    private boolean mayLeave(MachineKey machine, RunTable.Run run) {
        MachineImage declared = image.machines().get(machine);
        return declared != null
                && declared.spec().power() == Power.ON
                && run.record().on()
                && isUp.test(machine)
                && tasks.tasks().entrySet().stream()
                        .noneMatch(task ->
                                task.getKey().tenant().equals(machine.tenant())
                                        && task.getValue().task().subject().equals(machine.name())
                                        && !task.getValue().task().state().ended());
    }
}
