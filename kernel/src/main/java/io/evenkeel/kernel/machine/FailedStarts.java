package io.evenkeel.kernel.machine;

import io.evenkeel.kernel.failover.HostTable;
import io.evenkeel.kernel.failover.Recovery;
import io.evenkeel.kernel.failover.RunRecord;
import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.MachineImage;
import io.evenkeel.kernel.placement.Placed;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.task.Task;
import io.evenkeel.kernel.task.TaskKey;
import io.evenkeel.kernel.task.TaskQueue;
import io.evenkeel.kernel.task.TaskState;
import io.evenkeel.kernel.task.TaskTable;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.Power;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Machines whose host was asked to start them and has not: says why, and if it refused again and
 * again has them moved, as they are off, to the best host that has not refused them lately. A host
 * that is only silent keeps its machines: what it was asked for may still come true. Pure; made for
 * one decision.
 *
 * @param isUp whether a machine is seen to run on the host that may run it
 * @param isFree whether nothing is being decided about a machine
 */
record FailedStarts(
        Placements places,
        ClusterImage image,
        HostTable hosts,
        RunTable runs,
        TaskTable tasks,
        Predicate<MachineKey> isUp,
        Predicate<MachineKey> isFree) {
    /** One refusal may be a host that is just booting. */
    static final int MOST_REFUSALS = 3;

    /** After so many, minutes, the host that has refused first is tried again. */
    static final int ALL_REFUSED = 10;

    /** Every machine's. */
    void plan(long nowMillis, PowerLoop.Plan plan) {
        TreeSet<MachineKey> planned = new TreeSet<>();
        for (Map.Entry<TaskKey, TaskTable.Known> entry : tasks.tasks().entrySet()) {
            Task task = entry.getValue().task();
            MachineKey machine = new MachineKey(entry.getKey().tenant(), task.subject());
            RunTable.Run run = runs.of(machine);
            if (task.state() == TaskState.WAITING
                    && task.attempts() > 0
                    && run != null
                    && isToBeStarted(task, run.record())
                    && isFree.test(machine)
                    && !isUp.test(machine)
                    && planned.add(machine)) {
                plan(task, machine, run, nowMillis, plan);
            }
        }
    }

    /** Whether the task is to start the machine on the host of its record. */
    private static boolean isToBeStarted(Task task, RunRecord record) {
        if (!record.on()) {
            return false;
        }
        return Recovery.isOne(task)
                ? !record.host().equals(task.arguments().get(Recovery.FROM))
                : task.kind().equals(PowerTasks.START) && record.host().equals(task.host());
    }

    private void plan(
            Task task, MachineKey machine, RunTable.Run run, long nowMillis, PowerLoop.Plan plan) {
        String host = run.record().host();
        String problem = host + " has not started it: " + task.detail();
        MachineImage declared = image.machines().get(machine);
        if (task.refusals() < MOST_REFUSALS
                || declared == null
                || declared.spec().power() != Power.ON
                || !isSound(new HostKey(machine.tenant(), host))) {
            plan.problems().put(machine, problem);
            return;
        }
        Set<String> refused = refused(machine, task.refusals() >= ALL_REFUSED);
        refused.add(host);
        Placed placed = places.of(machine.tenant()).placeBut(places.guest(machine), refused);
        HostKey to = placed.host().orElse(null);
        if (to == null) {
            plan.problems()
                    .put(
                            machine,
                            problem + "; no other host can take it: " + FirstHost.why(placed));
            return;
        }
        Txn.Builder txn = Txn.builder();
        if (overtakes(txn, machine, host, "goes to " + to.name() + ": " + task.detail())) {
            plan.decisions()
                    .add(
                            new PowerLoop.Decision(
                                    machine,
                                    MigrationTasks.add(
                                                    txn,
                                                    machine,
                                                    run,
                                                    to,
                                                    MoveWay.OFF,
                                                    declared.spec().priority(),
                                                    nowMillis)
                                            .build(),
                                    "is not started by " + host + ", goes to " + to.name()));
        }
    }

    /** Ends every open task that might start the machine meanwhile; false: one cannot be now. */
    private boolean overtakes(Txn.Builder txn, MachineKey machine, String host, String why) {
        for (Map.Entry<TaskKey, TaskTable.Known> entry : tasks.tasks().entrySet()) {
            TaskKey key = entry.getKey();
            Task task = entry.getValue().task();
            if (isOf(machine, key, task) && !task.state().ended()) {
                if (task.state() != TaskState.WAITING
                        || !(PowerTasks.isOne(task) || Recovery.isOne(task))) {
                    return false;
                }
                TaskQueue.overtake(txn, key, entry.getValue(), host, why);
            }
        }
        return true;
    }

    private static boolean isOf(MachineKey machine, TaskKey key, Task task) {
        return key.tenant().equals(machine.tenant()) && task.subject().equals(machine.name());
    }

    /** It lives, and nobody doubts it: else it is the fence that decides. */
    private boolean isSound(HostKey host) {
        return hosts.of(host).online() && hosts.of(host).procedure() == null;
    }

    /**
     * Hosts that a machine has left for this, as far as their tasks are remembered.
     *
     * @param again without the one that was left first: it is tried again
     */
    private Set<String> refused(MachineKey machine, boolean again) {
        TreeMap<String, Long> refused = new TreeMap<>();
        tasks.tasks()
                .forEach((key, known) -> {
                    Task task = known.task();
                    if (isOf(machine, key, task)
                            && task.state() == TaskState.FAILED
                            && task.refusals() >= MOST_REFUSALS) {
                        refused.merge(task.host(), known.revision(), Math::max);
                    }
                });
        if (again && !refused.isEmpty()) {
            refused.values().remove(Collections.min(refused.values()));
        }
        return new TreeSet<>(refused.keySet());
    }
}
