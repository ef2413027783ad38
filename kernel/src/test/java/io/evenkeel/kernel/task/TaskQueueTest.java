package io.evenkeel.kernel.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.LeaseOutcome;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.StoreLimits;
import io.evenkeel.kernel.store.StoreState;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TaskQueueTest {
    private static final int PLACES = 2;

    private final StoreState store = new StoreState(StoreLimits.DEFAULT);
    private final TreeMap<String, Task> tasks = new TreeMap<>();
    private long nowMillis = 1_000;

    private static Task task(String host, int priority) {
        return Task.of("start-machine", "vm", host, priority, new TreeMap<>());
    }

    private TaskTable table() {
        TaskTable table = new TaskTable();
        table.load(List.copyOf(store.entries()));
        return table;
    }

    private void create() {
        Batch batch = new Batch("recover-host", "h1", nowMillis, tasks.size(), false);
        TaskQueue.create(table(), "default", "b", batch, tasks).forEach(this::commit);
    }

    private long commit(Txn txn) {
        return store.txn(txn) instanceof TxnOutcome.Committed done ? done.revision() : 0;
    }

    private static TaskKey key(String name) {
        return new TaskKey("default", "b", name);
    }

    private Task of(String name) {
        return Objects.requireNonNull(table().task(key(name))).task();
    }

    private List<String> claimable() {
        return TaskQueue.claimable(table(), nowMillis, PLACES, 100).stream()
                .map(TaskKey::name)
                .toList();
    }

    private long lease() {
        return ((LeaseOutcome.Held) store.grant(nowMillis * 1_000_000, Duration.ofSeconds(5)))
                .leaseId();
    }

    private record Claimed(long token, long lease) {}

    private Claimed claim(String name) {
        long lease = lease();
        Txn txn = TaskQueue.claim(table(), nowMillis, PLACES, key(name), "w1", lease);
        return new Claimed(txn == null ? 0 : commit(txn), lease);
    }

    @Test
    void greaterPriorityIsClaimedFirstAndEqualsByName() {
        tasks.put("a", task("h2", 1));
        tasks.put("b", task("h3", 5));
        tasks.put("c", task("h4", 5));
        create();
        assertThat(claimable()).containsExactly("b", "c", "a");
    }

    @Test
    void ofTwoClaimantsOneIsRefused() {
        tasks.put("a", task("h2", 1));
        create();
        Txn first = TaskQueue.claim(table(), nowMillis, PLACES, key("a"), "w1", lease());
        Txn second = TaskQueue.claim(table(), nowMillis, PLACES, key("a"), "w2", lease());
        assertThat(commit(Objects.requireNonNull(first))).isPositive();
        assertThat(commit(Objects.requireNonNull(second))).isZero();
        assertThat(claimable()).isEmpty();
        assertThat(of("a").attempts()).isEqualTo(1);
    }

    @Test
    void claimOfADeadWorkerIsTakenOverWithAGreaterToken() {
        tasks.put("a", task("h2", 1));
        create();
        Claimed first = claim("a");
        store.revoke(first.lease());
        assertThat(claimable()).containsExactly("a");
        Claimed second = claim("a");
        assertThat(second.token()).isGreaterThan(first.token());
        // What the first still writes takes no effect.
        assertThat(commit(TaskQueue.done(key("a"), of("a"), first.token(), "late"))).isZero();
        assertThat(commit(TaskQueue.progress(key("a"), of("a"), first.token(), 50, "x"))).isZero();
        assertThat(commit(TaskQueue.failed(key("a"), of("a"), first.token(), nowMillis, "x", "")))
                .isZero();
        assertThat(of("a").state()).isEqualTo(TaskState.RUNNING);
        assertThat(commit(TaskQueue.done(key("a"), of("a"), second.token(), "runs"))).isPositive();
        assertThat(of("a").state()).isEqualTo(TaskState.DONE);
        assertThat(of("a").detail()).isEqualTo("runs");
    }

    @Test
    void hostHasOnlySoManyPlacesAndAnEndedClaimFreesOne() {
        tasks.put("a", task("h2", 1));
        tasks.put("b", task("h2", 1));
        tasks.put("c", task("h2", 1));
        tasks.put("d", task("h3", 0));
        create();
        Claimed first = claim("a");
        claim("b");
        assertThat(claimable()).containsExactly("d");
        assertThat(claim("c").token()).isZero();
        commit(TaskQueue.done(key("a"), of("a"), first.token(), ""));
        store.revoke(first.lease());
        assertThat(claimable()).containsExactly("c", "d");
    }

    @Test
    void placeIsTakenOnceThoughTwoSawItFree() {
        tasks.put("a", task("h2", 1));
        tasks.put("b", task("h2", 1));
        create();
        TaskTable seen = table();
        assertThat(
                        commit(
                                Objects.requireNonNull(
                                        TaskQueue.claim(
                                                seen, nowMillis, 1, key("a"), "w1", lease()))))
                .isPositive();
        assertThat(
                        commit(
                                Objects.requireNonNull(
                                        TaskQueue.claim(
                                                seen, nowMillis, 1, key("b"), "w2", lease()))))
                .isZero();
    }

    @Test
    void taskWaitsForThoseBeforeItAndFailsWithThem() {
        tasks.put("a", task("h2", 1));
        tasks.put("b", task("h2", 9).after(List.of("a")));
        create();
        assertThat(claimable()).containsExactly("a");
        Claimed claimed = claim("a");
        commit(TaskQueue.done(key("a"), of("a"), claimed.token(), ""));
        assertThat(claimable()).containsExactly("b");

        tasks.put("c", task("h3", 1).until(nowMillis + 10));
        tasks.put("d", task("h3", 1).after(List.of("c")));
        create();
        nowMillis += 20;
        endings();
        assertThat(of("c").state()).isEqualTo(TaskState.FAILED);
        endings();
        assertThat(of("d").state()).isEqualTo(TaskState.FAILED);
        assertThat(of("d").detail()).contains("c, which it depends on");
    }

    private void endings() {
        TaskQueue.endings(table(), nowMillis, 100).forEach(this::commit);
    }

    @Test
    void failedAttemptsAreRepeatedEverLaterAndThenGivenUp() {
        tasks.put("a", task("h2", 1));
        create();
        List<Long> pauses = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Claimed claimed = claim("a");
            assertThat(claimed.token()).isPositive();
            commit(TaskQueue.failed(key("a"), of("a"), claimed.token(), nowMillis, "no", ""));
            store.revoke(claimed.lease());
            pauses.add(of("a").notBeforeMillis() - nowMillis);
            if (i < 9) {
                assertThat(claimable()).isEmpty();
                nowMillis = of("a").notBeforeMillis();
                assertThat(claimable()).containsExactly("a");
            }
        }
        assertThat(pauses)
                .containsExactly(
                        1_000L, 2_000L, 4_000L, 8_000L, 16_000L, 32_000L, 60_000L, 60_000L, 60_000L,
                        60_000L);
        assertThat(of("a").state()).isEqualTo(TaskState.FAILED);
    }

    @Test
    void attemptsThatNobodyFinishedAreCountedToo() {
        tasks.put("a", task("h2", 1));
        create();
        for (int i = 0; i < 10; i++) {
            store.revoke(claim("a").lease());
        }
        assertThat(claimable()).isEmpty();
        endings();
        assertThat(of("a").state()).isEqualTo(TaskState.FAILED);
    }

    @Test
    void nextAttemptCanBeElsewhere() {
        tasks.put("a", task("h2", 1));
        create();
        Claimed claimed = claim("a");
        commit(TaskQueue.failed(key("a"), of("a"), claimed.token(), nowMillis, "full", "h7"));
        assertThat(of("a").host()).isEqualTo("h7");
    }

    private void cancel() {
        String batchKey = TaskKey.batch("default", "b");
        Entry batch =
                ((RangeResult.Range) store.range(RangeQuery.key(batchKey))).entries().getFirst();
        Batch read = Objects.requireNonNull(table().batch("default", "b"));
        commit(TaskQueue.cancel("default", "b", read, batch.modRevision()));
    }

    @Test
    void cancelledBatchIsNotDoneExceptWhatIsUnderWay() {
        tasks.put("a", task("h2", 1));
        tasks.put("b", task("h2", 0));
        create();
        Claimed running = claim("a");
        cancel();
        assertThat(claimable()).isEmpty();
        endings();
        assertThat(of("b").state()).isEqualTo(TaskState.CANCELLED);
        assertThat(of("a").state()).isEqualTo(TaskState.RUNNING);
        assertThat(commit(TaskQueue.done(key("a"), of("a"), running.token(), ""))).isPositive();
    }

    @Test
    void largeBatchIsFinishedByWhoeverCallsAgain() {
        for (int i = 0; i < 150; i++) {
            tasks.put("t" + i, task("h" + i % 10, 1));
        }
        Batch batch = new Batch("recover-host", "h1", nowMillis, 150, false);
        List<Txn> txns = TaskQueue.create(table(), "default", "b", batch, tasks);
        assertThat(txns).hasSize(4);
        // Interrupted after the first.
        assertThat(commit(txns.getFirst())).isPositive();
        assertThat(table().batch("default", "b")).isNull();
        create();
        assertThat(table().tasks()).hasSize(150);
        assertThat(TaskQueue.create(table(), "default", "b", batch, tasks)).isEmpty();
    }

    private int forget(long beforeMillis) {
        List<Txn> txns = TaskQueue.forget(table(), beforeMillis, 10);
        txns.forEach(txn -> assertThat(commit(txn)).isPositive());
        return txns.size();
    }

    @Test
    void largeBatchIsForgottenOnceAllOfItHasEnded() {
        for (int i = 0; i < 130; i++) {
            tasks.put("t" + i, task("h" + i, 1));
        }
        create();
        Claimed running = claim("t7");
        cancel();
        endings();
        endings();
        assertThat(forget(nowMillis + 1)).isZero();
        commit(TaskQueue.done(key("t7"), of("t7"), running.token(), ""));
        assertThat(forget(nowMillis)).isZero();
        assertThat(forget(nowMillis + 1)).isEqualTo(1);
        // The batch goes with the last of its tasks.
        assertThat(table().tasks()).hasSize(70);
        assertThat(table().batch("default", "b")).isNotNull();
        assertThat(forget(nowMillis + 1) + forget(nowMillis + 1)).isEqualTo(2);
        assertThat(table().tasks()).isEmpty();
        assertThat(table().batch("default", "b")).isNull();
        assertThat(forget(nowMillis + 1)).isZero();
    }
}
