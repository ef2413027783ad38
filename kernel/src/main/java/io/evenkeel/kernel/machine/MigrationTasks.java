package io.evenkeel.kernel.machine;

import io.evenkeel.kernel.failover.HostKeys;
import io.evenkeel.kernel.store.Compare;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.task.Batch;
import io.evenkeel.kernel.task.Task;
import io.evenkeel.kernel.task.TaskKey;
import io.evenkeel.kernel.task.TaskQueue;
import io.evenkeel.kernel.task.TaskTable;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.Keys;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The tasks by which a machine moves to another host while it runs (C9). Its run's record names the
 * old host until the machine has been seen on the new one; while the task is open nobody else
 * starts the machine anywhere.
 */
public final class MigrationTasks {
    /** Moves the machine without ending it. */
    public static final String MIGRATE = "migrate-machine";

    /** Argument: the host that it leaves. */
    public static final String FROM = "from";

    /**
     * Until it is known where the machine is: a task that ended before would let it be started
     * where it was.
     */
    private static final Task.Retry RETRY = new Task.Retry(Integer.MAX_VALUE, 2_000, 30_000);

    private MigrationTasks() {}

    /** Whether a task is one of these. */
    public static boolean isOne(Task task) {
        return task.kind().equals(MIGRATE);
    }

    /** Whether a machine's migration has not ended: then it may be on either host. */
    public static boolean isMoving(TaskTable tasks, MachineKey machine) {
        return tasks.tasks().entrySet().stream()
                .anyMatch(entry ->
                        isOne(entry.getValue().task())
                                && !entry.getValue().task().state().ended()
                                && entry.getKey().tenant().equals(machine.tenant())
                                && entry.getValue().task().subject().equals(machine.name()));
    }

    /** Machines on the move, with the hosts that they come to. */
    static Map<MachineKey, HostKey> arriving(TaskTable tasks) {
        Map<MachineKey, HostKey> arriving = new TreeMap<>();
        tasks.tasks()
                .forEach((key, known) -> {
                    Task task = known.task();
                    if (isOne(task) && !task.state().ended()) {
                        arriving.put(
                                new MachineKey(key.tenant(), task.subject()),
                                new HostKey(key.tenant(), task.host()));
                    }
                });
        return arriving;
    }

    /** Named after run and target, so that the same decision taken twice takes effect once. */
    static TaskKey key(MachineKey machine, RunTable.Run run, HostKey to) {
        String batch = MIGRATE + "-" + machine.name() + "-" + run.token() + "-" + to.name();
        return new TaskKey(machine.tenant(), batch, machine.name());
    }

    /**
     * Adds the task; stands on the run, on neither host being in question, and on the same move not
     * having been tried before.
     */
    static Txn begin(
            MachineKey machine, RunTable.Run run, HostKey to, int priority, long nowMillis) {
        HostKey from = new HostKey(machine.tenant(), run.record().host());
        SortedMap<String, String> arguments = new TreeMap<>();
        arguments.put(FROM, from.name());
        Task task =
                Task.of(MIGRATE, machine.name(), to.name(), priority, arguments).retrying(RETRY);
        Txn.Builder txn =
                Txn.when(
                        Compare.modRevision(machine.run(), run.token()),
                        Compare.exists(Keys.hostAlive(from)),
                        Compare.absent(HostKeys.procedure(from)),
                        Compare.absent(HostKeys.lock(from)),
                        Compare.exists(Keys.hostAlive(to)),
                        Compare.absent(HostKeys.procedure(to)),
                        Compare.absent(HostKeys.lock(to)));
        return TaskQueue.add(
                        txn,
                        key(machine, run, to),
                        task,
                        new Batch(MIGRATE, machine.name(), nowMillis, 1, false))
                .build();
    }
}
