package io.evenkeel.kernel.task;

import io.evenkeel.kernel.store.Compare;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.model.Stored;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What may be done with the queue, each as one txn that its caller commits. Nobody leads here: any
 * worker claims, and of two that claim one thing one is refused.
 *
 * <p>A claim is a key under the worker's lease; its create revision is the claim's token. All that
 * a worker writes compares it. A worker that is gone loses its lease, with it the claim and the
 * place, and the task is claimed again, with a greater token: what the first still does must be
 * harmless, or be refused by whoever carries it out.
 */
public final class TaskQueue {
    /** Tasks of one txn: two operations each, at most 128 in a txn. */
    private static final int MOST_IN_TXN = 60;

    private static final Comparator<Map.Entry<TaskKey, TaskTable.Known>> ORDER =
            Comparator.comparingInt((Map.Entry<TaskKey, TaskTable.Known> e) ->
                            e.getValue().task().priority())
                    .reversed()
                    .thenComparing(Map.Entry::getKey);

    private TaskQueue() {}

    /**
     * Puts a batch into the store, as several txns if it is large; those that are in the store are
     * left out, so that whoever was interrupted calls it again. The batch is there when none is
     * left.
     *
     * @param tasks by name
     */
    public static List<Txn> create(
            TaskTable table,
            String tenant,
            String name,
            Batch batch,
            SortedMap<String, Task> tasks) {
        List<Txn> txns = new ArrayList<>();
        Txn.Builder txn = Txn.builder();
        int count = 0;
        for (Map.Entry<String, Task> task : tasks.entrySet()) {
            TaskKey key = new TaskKey(tenant, name, task.getKey());
            if (table.task(key) != null) {
                continue;
            }
            txn.when(Compare.absent(key.task())).then(put(key, task.getValue()));
            if (++count == MOST_IN_TXN) {
                txns.add(txn.build());
                txn = Txn.builder();
                count = 0;
            }
        }
        if (count > 0) {
            txns.add(txn.build());
        }
        if (table.batch(tenant, name) == null) {
            String key = TaskKey.batch(tenant, name);
            // Last: who sees the batch sees all of it.
            txns.add(
                    Txn.when(Compare.absent(key))
                            .then(Op.put(key, Value.of(Stored.write(batch))))
                            .build());
        }
        return txns;
    }

    /** Adds a batch of one task to a txn that is about something else too. */
    public static Txn.Builder add(Txn.Builder txn, TaskKey key, Task task, Batch batch) {
        String of = TaskKey.batch(key.tenant(), key.batch());
        return txn.when(Compare.absent(key.task()), Compare.absent(of))
                .then(put(key, task), Op.put(of, Value.of(Stored.write(batch))));
    }

    /**
     * Forgets batches that were created before this time and of which every task has ended; of a
     * large one some tasks at a time, the batch itself with the last.
     *
     * @param most txns in the answer, one a batch
     */
    public static List<Txn> forget(TaskTable table, long beforeMillis, int most) {
        SortedMap<String, List<Map.Entry<TaskKey, TaskTable.Known>>> batches = new TreeMap<>();
        for (Map.Entry<TaskKey, TaskTable.Known> entry : table.tasks().entrySet()) {
            TaskKey key = entry.getKey();
            Batch batch = table.batch(key.tenant(), key.batch());
            if (batch != null && batch.createdMillis() < beforeMillis) {
                batches.computeIfAbsent(
                                TaskKey.batch(key.tenant(), key.batch()), _ -> new ArrayList<>())
                        .add(entry);
            }
        }
        return batches.entrySet().stream()
                .filter(batch ->
                        batch.getValue().stream()
                                .allMatch(one -> one.getValue().task().state().ended()))
                .limit(most)
                .map(batch -> forget(batch.getKey(), batch.getValue()))
                .toList();
    }

    private static Txn forget(String batch, List<Map.Entry<TaskKey, TaskTable.Known>> tasks) {
        Txn.Builder txn = Txn.builder();
        for (Map.Entry<TaskKey, TaskTable.Known> one :
                tasks.subList(0, Math.min(tasks.size(), MOST_IN_TXN))) {
            txn.when(Compare.modRevision(one.getKey().task(), one.getValue().revision()))
                    .then(Op.delete(one.getKey().task()));
        }
        return tasks.size() > MOST_IN_TXN ? txn.build() : txn.then(Op.delete(batch)).build();
    }

    /**
     * Tasks that may be claimed now, the one to be claimed first in front. A task of a batch that
     * is not whole yet may be claimed too.
     *
     * @param places how many tasks may be under way on one host
     * @param most tasks in the answer
     */
    public static List<TaskKey> claimable(TaskTable table, long nowMillis, int places, int most) {
        List<TaskKey> found = new ArrayList<>();
        for (Map.Entry<TaskKey, TaskTable.Known> entry :
                table.tasks().entrySet().stream().sorted(ORDER).toList()) {
            if (found.size() == most) {
                break;
            }
            TaskKey key = entry.getKey();
            Task task = entry.getValue().task();
            if (!task.state().ended()
                    && ending(table, nowMillis, key, task) == null
                    && !table.held(key.claim())
                    && task.notBeforeMillis() <= nowMillis
                    && ready(table, key, task)
                    && (task.host().isEmpty() || freePlace(table, key, task, places) >= 0)) {
                found.add(key);
            }
        }
        return found;
    }

    /**
     * Claims a task under a lease. Its outcome's revision is the token; refused: another was
     * faster, or the task has changed.
     *
     * @return null if it can't be claimed now
     */
    public static @Nullable Txn claim(
            TaskTable table, long nowMillis, int places, TaskKey key, String worker, long leaseId) {
        TaskTable.Known known = table.task(key);
        if (known == null) {
            return null;
        }
        Task task = known.task();
        Value claim = Value.of(Stored.write(new Claim(worker)));
        Txn.Builder txn =
                Txn.when(
                                Compare.absent(key.claim()),
                                Compare.modRevision(key.task(), known.revision()))
                        .then(
                                Op.putLeased(key.claim(), claim, leaseId),
                                put(key, claimed(task, nowMillis, worker)));
        if (!task.host().isEmpty()) {
            int place = freePlace(table, key, task, places);
            if (place < 0) {
                return null;
            }
            String placeKey = TaskKey.place(key.tenant(), task.host(), place);
            txn.when(Compare.absent(placeKey)).then(Op.putLeased(placeKey, claim, leaseId));
        }
        return txn.build();
    }

    /** The task as {@link #claim} writes it. */
    public static Task claimed(Task task, long nowMillis, String worker) {
        return task.in(
                TaskState.RUNNING, task.attempts() + 1, nowMillis, 0, "claimed by " + worker);
    }

    /**
     * The value of a claim and of a place.
     *
     * @param worker who holds it
     */
    public record Claim(String worker) {}

    /** Says how far a claimed task is. */
    public static Txn progress(TaskKey key, Task task, long token, int percent, String detail) {
        return underClaim(key, token)
                .then(
                        put(
                                key,
                                task.in(
                                        TaskState.RUNNING,
                                        task.attempts(),
                                        task.notBeforeMillis(),
                                        percent,
                                        detail)))
                .build();
    }

    /** Ends a claimed task well. The claim's lease is to be revoked then, which frees its place. */
    public static Txn done(TaskKey key, Task task, long token, String detail) {
        return underClaim(key, token)
                .then(
                        put(
                                key,
                                task.in(
                                        TaskState.DONE,
                                        task.attempts(),
                                        task.notBeforeMillis(),
                                        100,
                                        detail)),
                        Op.delete(key.claim()))
                .build();
    }

    /** Ends a claimed task for good without success. */
    public static Txn givenUp(TaskKey key, Task task, long token, String why) {
        return underClaim(key, token)
                .then(put(key, end(task, TaskState.FAILED, why)), Op.delete(key.claim()))
                .build();
    }

    /**
     * Ends an attempt that failed: the task waits for its next, or is given up.
     *
     * @param elsewhere another host for the next attempt; empty: the same
     */
    public static Txn failed(
            TaskKey key, Task task, long token, long nowMillis, String why, String elsewhere) {
        boolean last = task.attempts() >= task.retry().mostAttempts();
        Task next =
                task.in(
                        last ? TaskState.FAILED : TaskState.WAITING,
                        task.attempts(),
                        nowMillis + task.retry().pauseMillis(task.attempts()),
                        0,
                        why);
        return underClaim(key, token)
                .then(
                        put(key, elsewhere.isEmpty() ? next : next.on(elsewhere)),
                        Op.delete(key.claim()))
                .build();
    }

    /** The same, of an attempt that its host has refused: it was asked, and said no. */
    public static Txn refused(TaskKey key, Task task, long token, long nowMillis, String why) {
        return failed(key, task.refused(), token, nowMillis, why, "");
    }

    /**
     * Ends a task without success that waits for its next attempt, and has been overtaken.
     *
     * @param host where it was tried
     */
    public static Txn.Builder overtake(
            Txn.Builder txn, TaskKey key, TaskTable.Known known, String host, String why) {
        Task ended = end(known.task(), TaskState.FAILED, why).on(host);
        return txn.when(
                        Compare.absent(key.claim()),
                        Compare.modRevision(key.task(), known.revision()))
                .then(put(key, ended));
    }

    /**
     * Adds the claim's compare to a worker's own txn, such as one that changes what it works on.
     */
    public static Txn.Builder underClaim(TaskKey key, long token) {
        return Txn.when(Compare.createRevision(key.claim(), token));
    }

    /** Cancels a batch: what is not claimed is not done any more. */
    public static Txn cancel(String tenant, String name, Batch batch, long revision) {
        String key = TaskKey.batch(tenant, name);
        Batch cancelled =
                new Batch(
                        batch.kind(), batch.subject(), batch.createdMillis(), batch.tasks(), true);
        return Txn.when(Compare.modRevision(key, revision))
                .then(Op.put(key, Value.of(Stored.write(cancelled))))
                .build();
    }

    /**
     * Tasks that will never be done and don't say so yet, and are not claimed: their batch was
     * cancelled, their deadline has passed, their attempts are used up, or what they depend on did
     * not succeed.
     *
     * @param most txns in the answer
     */
    public static List<Txn> endings(TaskTable table, long nowMillis, int most) {
        List<Txn> txns = new ArrayList<>();
        for (Map.Entry<TaskKey, TaskTable.Known> entry : table.tasks().entrySet()) {
            TaskKey key = entry.getKey();
            Task task = entry.getValue().task();
            if (txns.size() < most && !task.state().ended() && !table.held(key.claim())) {
                Task ended = ending(table, nowMillis, key, task);
                if (ended != null) {
                    txns.add(
                            Txn.when(
                                            Compare.absent(key.claim()),
                                            Compare.modRevision(
                                                    key.task(), entry.getValue().revision()))
                                    .then(put(key, ended))
                                    .build());
                }
            }
        }
        return txns;
    }

    private static @Nullable Task ending(TaskTable table, long nowMillis, TaskKey key, Task task) {
        Batch batch = table.batch(key.tenant(), key.batch());
        if (batch != null && batch.cancelled()) {
            return end(task, TaskState.CANCELLED, "its batch was cancelled");
        }
        if (task.deadlineMillis() != 0 && nowMillis >= task.deadlineMillis()) {
            return end(task, TaskState.FAILED, "its deadline has passed; " + task.detail());
        }
        if (task.attempts() >= task.retry().mostAttempts()) {
            return end(task, TaskState.FAILED, "its last attempt was not finished");
        }
        for (String name : task.after()) {
            TaskTable.Known before = table.task(new TaskKey(key.tenant(), key.batch(), name));
            if (before != null
                    && before.task().state().ended()
                    && before.task().state() != TaskState.DONE) {
                return end(task, TaskState.FAILED, name + ", which it depends on, did not succeed");
            }
        }
        return null;
    }

    private static Task end(Task task, TaskState state, String why) {
        return task.in(state, task.attempts(), task.notBeforeMillis(), task.progressPercent(), why);
    }

    private static boolean ready(TaskTable table, TaskKey key, Task task) {
        for (String name : task.after()) {
            TaskTable.Known before = table.task(new TaskKey(key.tenant(), key.batch(), name));
            if (before == null || before.task().state() != TaskState.DONE) {
                return false;
            }
        }
        return true;
    }

    private static int freePlace(TaskTable table, TaskKey key, Task task, int places) {
        for (int i = 0; i < places; i++) {
            if (!table.held(TaskKey.place(key.tenant(), task.host(), i))) {
                return i;
            }
        }
        return -1;
    }

    private static Op put(TaskKey key, Task task) {
        return Op.put(key.task(), Value.of(Stored.write(task)));
    }
}
