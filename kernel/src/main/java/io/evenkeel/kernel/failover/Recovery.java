package io.evenkeel.kernel.failover;

import io.evenkeel.kernel.placement.Placed;
import io.evenkeel.kernel.store.Compare;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.kernel.task.Task;
import io.evenkeel.kernel.task.TaskKey;
import io.evenkeel.kernel.task.TaskQueue;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Stored;
import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The recovery of a fenced host's machines (C8): one task each, in one batch whose name follows
 * from the fence, so that planning it twice is planning it once. A machine changes hands in one txn
 * that stands on the fence; only then is it sealed and started.
 */
public final class Recovery {
    /** The kind of the batch. */
    public static final String RECOVER_HOST = "recover-host";

    /** The kind of its tasks. */
    public static final String RECOVER_MACHINE = "recover-machine";

    /** Argument: the host that the machine is recovered from. */
    public static final String FROM = "from";

    /** Tried until the machine runs, or its batch is cancelled: nothing else would start it. */
    private static final Task.Retry RETRY = new Task.Retry(Integer.MAX_VALUE, 1_000, 30_000);

    private Recovery() {}

    /** Whether a task is the recovery of a machine. */
    public static boolean isOne(Task task) {
        return task.kind().equals(RECOVER_MACHINE);
    }

    /** The name of the batch of this failure. */
    public static String batch(HostKey from, long token) {
        return RECOVER_HOST + "-" + from.name() + "-" + token;
    }

    /** The tasks, by machine; one without a place waits for one. */
    public static SortedMap<String, Task> tasks(HostKey from, Collection<Placed> placed) {
        SortedMap<String, Task> tasks = new TreeMap<>();
        for (Placed one : placed) {
            tasks.put(
                    one.guest().name(),
                    task(
                            from,
                            one.guest().name(),
                            one.host().map(HostKey::name).orElse(""),
                            one.guest().priority()));
        }
        return tasks;
    }

    /**
     * The task for one machine, which bears its name.
     *
     * @param to the host that is planned; empty: the best when it is worked on
     */
    public static Task task(HostKey from, String machine, String to, int priority) {
        SortedMap<String, String> arguments = new TreeMap<>();
        arguments.put(FROM, from.name());
        return Task.of(RECOVER_MACHINE, machine, to, priority, arguments).retrying(RETRY);
    }

    /**
     * Gives a machine to another host. Takes effect only while the claim is held, the machine is
     * where it was, its host is fenced as it was seen, and the other is not in question. The
     * revision of the commit is the token of the run.
     *
     * @param claim token of the claim
     * @param from the fenced host, with a {@link HostState#permit}
     * @param runRevision at which the machine's run was last written
     */
    public static Txn move(
            TaskKey task,
            long claim,
            HostState from,
            HostKey to,
            String machine,
            long runRevision) {
        String run = RunRecord.key(to.tenant(), machine);
        return TaskQueue.underClaim(task, claim)
                .when(
                        Compare.modRevision(run, runRevision),
                        Compare.modRevision(
                                HostKeys.procedure(from.host()), from.procedureRevision()),
                        Compare.exists(Keys.hostAlive(to)),
                        Compare.absent(HostKeys.procedure(to)),
                        Compare.absent(HostKeys.lock(to)))
                .then(
                        Op.put(
                                run,
                                Value.of(
                                        Stored.write(
                                                new RunRecord(
                                                        to.name(),
                                                        true,
                                                        from.host().name(),
                                                        from.procedureRevision())))))
                .build();
    }
}
