package io.evenkeel.kernel.failover;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.placement.Guest;
import io.evenkeel.kernel.placement.Placed;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.kernel.task.Task;
import io.evenkeel.kernel.task.TaskKey;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.Stored;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RecoveryTest {
    private static final long SECOND = Rig.SECOND;
    private static final TaskKey TASK = new TaskKey("default", "recover-host-h1-7", "vm");

    private final Rig rig = new Rig(Profile.STANDARD.settings());
    private final HostKey from = rig.host("h1", true);
    private final HostKey to = rig.host("h2", true);
    private long run;
    private long claim;

    RecoveryTest() {
        rig.host("h3", true);
        rig.host("h4", true);
        run = put(RunRecord.key("default", "vm"), new RunRecord("h1", true));
        claim = put(TASK.claim(), new RunRecord("a claim", true));
    }

    private long put(String key, Object record) {
        rig.store.txn(Txn.of(Op.put(key, Value.of(Stored.write(record)))));
        return rig.store.revision();
    }

    private void failed() {
        rig.lead();
        rig.run(SECOND);
        rig.crash(from);
        rig.runUntil(from, Stage.FENCED, 100 * SECOND);
        rig.run(SECOND);
    }

    private boolean moves() {
        HostState state = rig.state(from);
        return rig.store.txn(Recovery.move(TASK, claim, state, to, "vm", run))
                instanceof TxnOutcome.Committed;
    }

    @Test
    void machineOfAFencedHostGetsAnother() {
        failed();
        assertThat(moves()).isTrue();
        // Once: its run has another revision now.
        assertThat(moves()).isFalse();
    }

    /** Whoever registered from the machine before can be told from who does after (C11). */
    @Test
    void runSaysByWhichFenceTheMachineWasTakenFromWhichHost() {
        failed();
        long fence = rig.state(from).procedureRevision();
        assertThat(moves()).isTrue();
        RunRecord now = new RunRecord("h2", true, "h1", fence);
        assertThat(stored()).isEqualTo(now);
        assertThat(fence).isGreaterThan(run).isLessThan(rig.store.revision());
        assertThat(now.wanted(false)).isEqualTo(new RunRecord("h2", false, "h1", fence));
    }

    @Test
    void runThatAnOlderVersionWroteWasNeverRecovered() {
        rig.store.txn(
                Txn.of(
                        Op.put(
                                RunRecord.key("default", "vm"),
                                "{\"v\":1,\"host\":\"h1\",\"on\":true}")));
        assertThat(stored()).isEqualTo(new RunRecord("h1", true));
    }

    private RunRecord stored() {
        RangeQuery query = RangeQuery.key(RunRecord.key("default", "vm"));
        byte[] value =
                ((RangeResult.Range) rig.store.range(query)).entries().getFirst().value().toBytes();
        return Stored.read(value, RunRecord.class).orElseThrow();
    }

    @Test
    void machineStaysWhenTheFenceIsNotTheOneThatWasSeen() {
        failed();
        HostState seen = rig.state(from);
        rig.rise(from);
        rig.word(from, HostWord.Word.READMIT);
        rig.run(SECOND / 10);
        assertThat(rig.stage(from)).isNotEqualTo(Stage.FENCED);
        assertThat(rig.store.txn(Recovery.move(TASK, claim, seen, to, "vm", run)))
                .isInstanceOf(TxnOutcome.Refused.class);
    }

    @Test
    void machineIsNotGivenToAHostInQuestion() {
        failed();
        rig.alive.remove(to);
        rig.run(20 * SECOND);
        assertThat(moves()).isFalse();
        rig.rise(to);
        rig.run(SECOND);
        assertThat(moves()).isTrue();
    }

    @Test
    void workerThatLostItsClaimMovesNothing() {
        failed();
        rig.store.txn(Txn.of(Op.delete(TASK.claim())));
        put(TASK.claim(), new RunRecord("another claim", true));
        assertThat(moves()).isFalse();
    }

    @Test
    void batchIsNamedByTheFenceAndHasATaskForEachMachine() {
        Guest guest = new Guest("vm", 1000, 1024, 3, new TreeMap<>(), "", "");
        Guest homeless = new Guest("other", 1000, 1024, 3, new TreeMap<>(), "", "");
        SortedMap<String, Task> tasks =
                Recovery.tasks(
                        from,
                        List.of(
                                new Placed(guest, Optional.of(to), 10, List.of()),
                                new Placed(homeless, Optional.empty(), 0, List.of())));
        assertThat(Recovery.batch(from, 7)).isEqualTo("recover-host-h1-7");
        assertThat(tasks.get("vm")).extracting(Task::host, Task::priority).containsExactly("h2", 3);
        assertThat(tasks.get("other")).extracting(Task::host).isEqualTo("");
    }
}
