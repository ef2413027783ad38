package io.evenkeel.kernel.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.failover.HostTable;
import io.evenkeel.kernel.failover.RunRecord;
import io.evenkeel.kernel.machine.MigrationWork.Seen;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.kernel.task.Task;
import io.evenkeel.kernel.task.TaskQueue;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.Stored;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MigrationWorkTest {
    private static final MachineKey VM = new MachineKey("default", "vm");
    private final MachineWorld world = new MachineWorld();

    /** A claimed task of a machine that was once recovered, from h1 to h2. */
    private MachineWorld.Claim claimed() {
        return claimed(MoveWay.LIVE);
    }

    private MachineWorld.Claim claimed(MoveWay how) {
        world.host("h1", 4_000);
        world.host("h2", 4_000);
        write(new RunRecord("h1", true, "h0", 7));
        RunTable.Run run = Objects.requireNonNull(world.runs().of(VM));
        HostKey to = new HostKey("default", "h2");
        assertThat(world.commit(MigrationTasks.begin(VM, run, to, how, 0, world.nowMillis())))
                .isPositive();
        return Objects.requireNonNull(world.claim());
    }

    private void write(RunRecord record) {
        world.commit(Txn.of(Op.put(VM.run(), Value.of(Stored.write(record)))));
    }

    private MigrationWork.View view() {
        HostTable hosts = new HostTable();
        hosts.load(world.store.revision(), List.copyOf(world.store.entries()));
        return new MigrationWork.View(hosts, world.runs().of(VM));
    }

    private static MigrationWork work(MachineWorld.Claim claim) {
        return new MigrationWork(claim.key(), claim.task(), claim.token());
    }

    private String outcome(MachineWorld.Claim claim, MigrationWork.Action action) {
        if (action instanceof MigrationWork.Finish(Txn txn, String _)) {
            assertThat(world.commit(txn)).isPositive();
            boolean ended =
                    Objects.requireNonNull(world.tasks().task(claim.key())).task().state().ended();
            return ended ? "Ended" : "Again";
        }
        return action.getClass().getSimpleName();
    }

    @ParameterizedTest
    @CsvSource({
        "RUNS, RUNS, '', Recorded, Recorded",
        "RUNS, GONE, '', Migrate, Again",
        "RUNS, SILENT, '', Again, Again",
        "GONE, RUNS, '', Recorded, Recorded",
        "GONE, GONE, '', Ended, Ended",
        "GONE, SILENT, '', Recorded, Recorded",
        "SILENT, RUNS, '', Recorded, Recorded",
        "SILENT, GONE, '', Again, Again",
        "SILENT, SILENT, '', Again, Again",
        "SILENT, RUNS, h1, Recorded, Recorded",
        "SILENT, GONE, h1, Ended, Ended",
        "SILENT, SILENT, h1, Again, Again",
        "RUNS, GONE, h2, Ended, Ended",
        "RUNS, SILENT, h2, Ended, Ended",
        "GONE, SILENT, h2, Recorded, Recorded",
        "SILENT, SILENT, h2, Again, Again",
    })
    void whatIsSeenSaysWhatIsDone(Seen from, Seen to, String fenced, String first, String tried) {
        MachineWorld.Claim claim = claimed();
        MigrationWork again = work(claim);
        assertThat(again.seen(view(), Seen.RUNS, Seen.GONE, 0))
                .isInstanceOf(MigrationWork.Migrate.class);
        assertThat(again.moved("refused")).isInstanceOf(MigrationWork.Look.class);
        if (!fenced.isEmpty()) {
            world.fenced(fenced, true);
        }
        MigrationWork.Action fresh = work(claim).seen(view(), from, to, 0);
        MigrationWork.Action second = again.seen(view(), from, to, 0);
        if (first.equals(tried)) {
            assertThat(second.getClass()).isEqualTo(fresh.getClass());
            assertThat(outcome(claim, second)).isEqualTo(tried);
        } else {
            assertThat(outcome(claim, fresh)).isEqualTo(first);
            assertThat(outcome(claim, second)).isEqualTo(tried);
        }
    }

    /** The same task, as it is when it was claimed so often. */
    private static MigrationWork work(MachineWorld.Claim claim, int attempts) {
        Task task = claim.task();
        for (int i = 1; i < attempts; i++) {
            task = TaskQueue.claimed(task, 0, "w");
        }
        return new MigrationWork(claim.key(), task, claim.token());
    }

    @ParameterizedTest
    @CsvSource({
        "LIVE, 1, RUNS, GONE, Migrate",
        "LIVE, 9, RUNS, GONE, Migrate",
        "LIVE, 9, GONE, GONE, Finish",
        "LIVE_OR_COLD, 3, RUNS, GONE, Migrate",
        "LIVE_OR_COLD, 4, RUNS, GONE, Stop",
        "LIVE_OR_COLD, 1, GONE, GONE, Stop",
        "COLD, 1, RUNS, GONE, Stop",
        "COLD, 1, GONE, GONE, Stop",
        // It may have come there, by an earlier attempt while it ran.
        "COLD, 1, RUNS, SILENT, Finish",
        "COLD, 1, GONE, RUNS, Recorded",
        "COLD, 1, SILENT, GONE, Finish",
    })
    void onlyWhatMayBeStoppedIsAndOnlyWhenItHasToBe(
            MoveWay how, int attempts, Seen from, Seen to, String first) {
        MachineWorld.Claim claim = claimed(how);
        assertThat(work(claim, attempts).seen(view(), from, to, 0).getClass().getSimpleName())
                .isEqualTo(first);
    }

    @Test
    void stoppedMachineIsGivenToTheOtherHostTogetherWithItsStart() {
        MachineWorld.Claim claim = claimed(MoveWay.COLD);
        MigrationWork work = work(claim);
        assertThat(work.seen(view(), Seen.RUNS, Seen.GONE, 0))
                .isEqualTo(new MigrationWork.Stop(new HostKey("default", "h1")));
        assertThat(work.moved("")).isInstanceOf(MigrationWork.Look.class);
        MigrationWork.Recorded record =
                (MigrationWork.Recorded) work.seen(view(), Seen.GONE, Seen.GONE, 0);
        assertThat(world.commit(record.txn())).isPositive();
        assertThat(Objects.requireNonNull(world.runs().of(VM)).record())
                .isEqualTo(new RunRecord("h2", true, "h0", 7));
        assertThat(outcome(claim, work.recorded(true, 0))).isEqualTo("Ended");
        world.store.revoke(claim.lease());
        assertThat(Objects.requireNonNull(world.claim()).task().kind()).isEqualTo(PowerTasks.START);
    }

    @ParameterizedTest
    @CsvSource({"RUNS, GONE", "SILENT, GONE", "RUNS, SILENT"})
    void machineThatIsSaidToBeStoppedIsBelievedOnlyWhenSeen(Seen from, Seen to) {
        MachineWorld.Claim claim = claimed(MoveWay.COLD);
        MigrationWork work = work(claim);
        assertThat(work.seen(view(), Seen.RUNS, Seen.GONE, 0))
                .isInstanceOf(MigrationWork.Stop.class);
        assertThat(work.moved("")).isInstanceOf(MigrationWork.Look.class);
        assertThat(outcome(claim, work.seen(view(), from, to, 0))).isEqualTo("Again");
    }

    @Test
    void stoppedMachineIsNotGivenToAHostThatIsInQuestionByThen() {
        MachineWorld.Claim claim = claimed(MoveWay.COLD);
        MigrationWork work = work(claim);
        assertThat(work.seen(view(), Seen.GONE, Seen.GONE, 0))
                .isInstanceOf(MigrationWork.Stop.class);
        assertThat(work.moved("")).isInstanceOf(MigrationWork.Look.class);
        MigrationWork.Recorded record =
                (MigrationWork.Recorded) work.seen(view(), Seen.GONE, Seen.GONE, 0);
        world.lost("h2");
        assertThat(world.commit(record.txn())).isZero();
        assertThat(outcome(claim, work(claim).seen(view(), Seen.GONE, Seen.GONE, 0)))
                .isEqualTo("Ended");
    }

    @Test
    void machineThatIsNotToRunAnyMoreIsNotStarted() {
        MachineWorld.Claim claim = claimed(MoveWay.COLD);
        write(new RunRecord("h1", false, "h0", 7));
        assertThat(outcome(claim, work(claim).seen(view(), Seen.GONE, Seen.GONE, 0)))
                .isEqualTo("Ended");
        assertThat(Objects.requireNonNull(world.runs().of(VM)).record().host()).isEqualTo("h1");
    }

    @Test
    void recordThatMovesKeepsFromAndFence() {
        MachineWorld.Claim claim = claimed();
        MigrationWork.Recorded record =
                (MigrationWork.Recorded) work(claim).seen(view(), Seen.GONE, Seen.RUNS, 0);
        assertThat(world.commit(record.txn())).isPositive();
        assertThat(Objects.requireNonNull(world.runs().of(VM)).record())
                .isEqualTo(new RunRecord("h2", true, "h0", 7));
    }

    @Test
    void runThatSomebodyElseChangedMeanwhileIsLeftAlone() {
        MachineWorld.Claim claim = claimed();
        MigrationWork work = work(claim);
        MigrationWork.Recorded record =
                (MigrationWork.Recorded) work.seen(view(), Seen.GONE, Seen.RUNS, 0);
        write(new RunRecord("h1", false, "h0", 7));
        assertThat(world.commit(record.txn())).isZero();
        assertThat(outcome(claim, work.recorded(false, 0))).isEqualTo("Again");
    }
}
