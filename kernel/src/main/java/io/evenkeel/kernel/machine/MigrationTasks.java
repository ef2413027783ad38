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
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The tasks by which a machine moves to another host (C9), while it runs or by a stop and a start.
 * Its run's record names the old host until the machine has been seen on the new one, or on
 * neither; while the task is open nobody else starts the machine anywhere.
 */
public final class MigrationTasks {
    /** Moves the machine. */
    public static final String MIGRATE = "migrate-machine";

    /** What the names of their batches begin with. */
    public static final String BATCHES = "migrate-";

    /** Argument: the host that it leaves. */
    private static final String FROM = "from";

    /** Argument: in which way, a {@link MoveWay}; absent: live. */
    private static final String HOW = "how";

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

    /**
     * A machine's move, under way or lately ended.
     *
     * @param how live, live-or-cold, cold, or off: its host does not start it
     */
    public record Move(MachineKey machine, HostKey from, HostKey to, String how, Task task) {}

    /** Those that leave a host or come to it. */
    public static List<Move> of(TaskTable tasks, HostKey host) {
        return tasks.tasks().entrySet().stream()
                .filter(entry -> isOne(entry.getValue().task()))
                .map(entry -> move(entry.getKey().tenant(), entry.getValue().task()))
                .filter(move -> move.from().equals(host) || move.to().equals(host))
                .toList();
    }

    private static Move move(String tenant, Task task) {
        return new Move(
                new MachineKey(tenant, task.subject()),
                from(tenant, task),
                new HostKey(tenant, task.host()),
                word(how(task)),
                task);
    }

    /** The host that a machine leaves. */
    static HostKey from(String tenant, Task task) {
        return new HostKey(tenant, task.arguments().getOrDefault(FROM, ""));
    }

    /** In which way a machine is to be moved. */
    static MoveWay how(Task task) {
        String word = task.arguments().getOrDefault(HOW, "");
        return Arrays.stream(MoveWay.values())
                .filter(one -> word(one).equals(word))
                .findFirst()
                .orElse(MoveWay.LIVE);
    }

    private static String word(MoveWay how) {
        return how.name().toLowerCase(Locale.ROOT).replace('_', '-');
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

    /** Named after way, run and target: the same decision taken twice takes effect once. */
    static TaskKey key(MachineKey machine, RunTable.Run run, HostKey to, MoveWay how) {
        String batch =
                BATCHES + word(how) + "-" + machine.name() + "-" + run.token() + "-" + to.name();
        return new TaskKey(machine.tenant(), batch, machine.name());
    }

    /**
     * Adds the task; stands on the run, on neither host being in question, and on the same move not
     * having been tried before.
     */
    static Txn begin(
            MachineKey machine,
            RunTable.Run run,
            HostKey to,
            MoveWay how,
            int priority,
            long nowMillis) {
        return add(Txn.builder(), machine, run, to, how, priority, nowMillis).build();
    }

    /** The same, added to a txn that stands on something else too. */
    static Txn.Builder add(
            Txn.Builder txn,
            MachineKey machine,
            RunTable.Run run,
            HostKey to,
            MoveWay how,
            int priority,
            long nowMillis) {
        HostKey from = new HostKey(machine.tenant(), run.record().host());
        SortedMap<String, String> arguments = new TreeMap<>();
        arguments.put(FROM, from.name());
        arguments.put(HOW, word(how));
        Task task =
                Task.of(MIGRATE, machine.name(), to.name(), priority, arguments).retrying(RETRY);
        txn.when(
                Compare.modRevision(machine.run(), run.token()),
                Compare.exists(Keys.hostAlive(from)),
                Compare.absent(HostKeys.procedure(from)),
                Compare.absent(HostKeys.lock(from)),
                Compare.exists(Keys.hostAlive(to)),
                Compare.absent(HostKeys.procedure(to)),
                Compare.absent(HostKeys.lock(to)));
        return TaskQueue.add(
                txn,
                key(machine, run, to, how),
                task,
                new Batch(MIGRATE, machine.name(), nowMillis, 1, false));
    }
}
