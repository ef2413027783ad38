package io.evenkeel.kernel.machine;

import io.evenkeel.kernel.failover.HostKeys;
import io.evenkeel.kernel.failover.HostState;
import io.evenkeel.kernel.failover.Recovery;
import io.evenkeel.kernel.failover.RunRecord;
import io.evenkeel.kernel.store.Compare;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.kernel.task.Batch;
import io.evenkeel.kernel.task.Task;
import io.evenkeel.kernel.task.TaskKey;
import io.evenkeel.kernel.task.TaskQueue;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import io.evenkeel.model.Stored;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The tasks by which a machine is started and stopped where it is (C0). A run's record and the task
 * that carries it out are written in one txn; the task's batch is named after the revision that the
 * decision stands on, so that the same decision taken twice takes effect once.
 */
public final class PowerTasks {
    /** Starts the machine under its run's token. */
    public static final String START = "start-machine";

    /** Shuts the machine down, and ends it if it does not. */
    public static final String STOP = "stop-machine";

    /** Ends the machine at once: it was deleted. */
    public static final String REMOVE = "remove-machine";

    /** Until it succeeds, or the user wants something else. */
    private static final Task.Retry RETRY = new Task.Retry(Integer.MAX_VALUE, 1_000, 30_000);

    private PowerTasks() {}

    /**
     * Says that a machine of a fenced host is to run, and adds its recovery.
     *
     * @param from its host, with a {@link HostState#permit}
     */
    static Txn recover(
            MachineKey machine, RunTable.Run run, HostState from, int priority, long nowMillis) {
        long before = run.token();
        String batchName = Recovery.RECOVER_MACHINE + "-" + machine.name() + "-" + before;
        TaskKey key = new TaskKey(machine.tenant(), batchName, machine.name());
        Task task = Recovery.task(from.host(), machine.name(), "", priority);
        Batch batch = new Batch(Recovery.RECOVER_MACHINE, machine.name(), nowMillis, 1, false);
        RunRecord on = run.record().wanted(true);
        return TaskQueue.add(
                        Txn.when(
                                        Compare.modRevision(machine.run(), before),
                                        Compare.modRevision(
                                                HostKeys.procedure(from.host()),
                                                from.procedureRevision()))
                                .then(Op.put(machine.run(), Value.of(Stored.write(on)))),
                        key,
                        task,
                        batch)
                .build();
    }

    /**
     * Says that the machine is this host's, where it runs already. An open task of the old host's
     * ends by itself: it is not asked for any more.
     */
    static Txn adopt(MachineKey machine, RunTable.Run run, HostKey by) {
        HostKey from = new HostKey(machine.tenant(), run.record().host());
        RunRecord now = run.record().movedTo(by.name());
        return Txn.when(
                        Compare.modRevision(machine.run(), run.token()),
                        Compare.absent(HostKeys.procedure(from)),
                        Compare.exists(Keys.hostAlive(by)),
                        Compare.absent(HostKeys.procedure(by)),
                        Compare.absent(HostKeys.lock(by)))
                .then(Op.put(machine.run(), Value.of(Stored.write(now))))
                .build();
    }

    /**
     * Takes the record of a deleted machine away whose host is fenced. What is left of it there is
     * ended with the rest when that host is back; an open task ends by itself.
     *
     * @param of its host, with a {@link HostState#permit}
     */
    static Txn forget(MachineKey machine, RunTable.Run run, HostState of) {
        return Txn.when(
                        Compare.modRevision(machine.run(), run.token()),
                        Compare.modRevision(HostKeys.procedure(of.host()), of.procedureRevision()),
                        isNotDeclared(machine))
                .then(Op.delete(machine.run()), Op.delete(DiskMakings.key(machine)))
                .build();
    }

    private static Compare isNotDeclared(MachineKey machine) {
        return Compare.absent(Keys.spec(Kind.VIRTUAL_MACHINE, machine.tenant(), machine.name()));
    }

    /** Whether a task is one of these. */
    public static boolean isOne(Task task) {
        return switch (task.kind()) {
            case START, STOP, REMOVE -> true;
            default -> false;
        };
    }

    /**
     * Writes the run and adds the task.
     *
     * @param before revision of the run's record, 0: there is none
     * @param because revision of what the decision stands on: of the run's record, else of the spec
     * @param kind one of these
     */
    static Txn begin(
            MachineKey machine,
            RunRecord run,
            long before,
            long because,
            String kind,
            int priority,
            long nowMillis) {
        return add(Txn.builder(), machine, run, before, because, kind, priority, nowMillis).build();
    }

    /** The same, added to a txn that stands on something else too. */
    static Txn.Builder add(
            Txn.Builder txn,
            MachineKey machine,
            RunRecord run,
            long before,
            long because,
            String kind,
            int priority,
            long nowMillis) {
        String batchName = kind + "-" + machine.name() + "-" + because;
        TaskKey key = new TaskKey(machine.tenant(), batchName, kind);
        SortedMap<String, String> none = new TreeMap<>();
        Task task = Task.of(kind, machine.name(), run.host(), priority, none).retrying(RETRY);
        Batch batch = new Batch(kind, machine.name(), nowMillis, 1, false);
        txn.when(Compare.modRevision(machine.run(), before))
                .then(Op.put(machine.run(), Value.of(Stored.write(run))));
        if (kind.equals(START)) {
            // A host in question gets nothing: what is given to it then, no recovery would find.
            HostKey host = new HostKey(machine.tenant(), run.host());
            txn.when(
                    Compare.exists(Keys.hostAlive(host)),
                    Compare.absent(HostKeys.procedure(host)),
                    Compare.absent(HostKeys.lock(host)));
        } else if (kind.equals(REMOVE)) {
            // What is declared and who may run it are watched apart: a machine that was declared
            // and given to its host at once, as by an import, may be known by the second alone.
            txn.when(isNotDeclared(machine));
        }
        return TaskQueue.add(txn, key, task, batch);
    }
}
