package io.evenkeel.kernel.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.failover.HostTable;
import io.evenkeel.kernel.failover.Recovery;
import io.evenkeel.kernel.machine.MigrationWork.Seen;
import io.evenkeel.kernel.store.Compare;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.task.Batch;
import io.evenkeel.kernel.task.Task;
import io.evenkeel.kernel.task.TaskKey;
import io.evenkeel.kernel.task.TaskQueue;
import io.evenkeel.kernel.task.TaskState;
import io.evenkeel.kernel.task.TaskTable;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.Metadata;
import io.evenkeel.model.Power;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What becomes of a machine that its host does not start. */
class FailedStartsTest {
    private static final MachineKey VM = new MachineKey(Metadata.DEFAULT_TENANT, "vm");

    private final MachineWorld world = new MachineWorld();

    private String host() {
        return Objects.requireNonNull(world.runs().of(VM)).record().host();
    }

    private List<Task> moves() {
        return world.tasks().tasks().values().stream()
                .map(TaskTable.Known::task)
                .filter(MigrationTasks::isOne)
                .toList();
    }

    private String problem() {
        return world.loop.problems().getOrDefault(VM, "");
    }

    private static HostKey key(String host) {
        return new HostKey(Metadata.DEFAULT_TENANT, host);
    }

    /** Workers and leader take turns; moves are left to be claimed. */
    private void turns(int most) {
        for (int i = 0; i < most; i++) {
            world.hosts.keySet().forEach(world::alive);
            world.lead();
            MachineWorld.Claim claim =
                    moves().stream().allMatch(m -> m.state().ended()) ? world.claim() : null;
            if (claim != null) {
                world.end(claim, world.carryOut(world.step(claim)));
            }
            world.nowNanos += MachineWorld.SECOND;
            world.expire();
        }
    }

    /** Does a move to its end; what its hosts are seen to say. */
    private String move(Seen atFrom, Seen atTo) {
        MachineWorld.Claim claim = Objects.requireNonNull(world.claim());
        MigrationWork work = new MigrationWork(claim.key(), claim.task(), claim.token());
        MigrationWork.Action next = work.begin(view());
        while (true) {
            switch (next) {
                case MigrationWork.Look _ ->
                        next = work.seen(view(), atFrom, atTo, world.nowMillis());
                case MigrationWork.Stop _ -> next = work.moved("");
                case MigrationWork.Recorded(Txn txn) ->
                        next = work.recorded(world.commit(txn) > 0, world.nowMillis());
                case MigrationWork.Migrate _ ->
                        throw new AssertionError("what is off does not move live");
                case MigrationWork.Finish(Txn txn, String why) -> {
                    world.commit(txn);
                    world.store.revoke(claim.lease());
                    return why;
                }
            }
        }
    }

    private MigrationWork.View view() {
        HostTable hosts = new HostTable();
        hosts.load(world.store.revision(), List.copyOf(world.store.entries()));
        return new MigrationWork.View(hosts, world.runs().of(VM));
    }

    /** A machine to run, for which the first of two hosts is better. */
    private void isPlacedOnTheFirst() {
        world.host("h1", 64_000);
        world.host("h2", 4_000);
        world.declare("vm", Power.ON, 1_000);
    }

    private void isRefusedThrice() {
        isPlacedOnTheFirst();
        world.at("h1").refuses = true;
        turns(12);
    }

    @Test
    void machineGoesToAnotherHostWhenItsOwnHasRefusedThrice() {
        isRefusedThrice();
        assertThat(moves())
                .singleElement()
                .satisfies(task -> {
                    assertThat(task.host()).isEqualTo("h2");
                    assertThat(MigrationTasks.how(task)).isEqualTo(MoveWay.OFF);
                });
        assertThat(host()).as("until it was looked, it is its old host's").isEqualTo("h1");
        assertThat(world.starts).isZero();
        assertThat(move(Seen.GONE, Seen.GONE)).contains("off on h1", "starts on h2");
        turns(3);
        assertThat(world.hostsOf("vm")).containsExactly("h2");
        assertThat(world.starts).isEqualTo(1);
        assertThat(problem()).isEmpty();
    }

    @Test
    void noOlderTaskIsLeftThatWouldStartItWhereItWas() {
        isPlacedOnTheFirst();
        world.at("h1").refuses = true;
        turns(2);
        world.declare("vm", Power.OFF, 1_000);
        world.lead();
        world.declare("vm", Power.ON, 1_000);
        world.lead();
        turns(12);
        assertThat(moves()).hasSize(1);
        assertThat(world.tasks().tasks().values().stream().map(TaskTable.Known::task).toList())
                .filteredOn(task -> task.kind().equals(PowerTasks.START))
                .hasSizeGreaterThan(1)
                .allMatch(task -> task.state().ended());
    }

    @Test
    void machineThatIsSeenToRunAfterAllStays() {
        isRefusedThrice();
        assertThat(move(Seen.RUNS, Seen.GONE)).contains("stays on h1");
        assertThat(host()).isEqualTo("h1");
    }

    @Test
    void nothingMovesWhileEitherHostIsSilent() {
        isRefusedThrice();
        assertThat(move(Seen.GONE, Seen.SILENT)).contains("stays on h1");
        assertThat(host()).isEqualTo("h1");
        world.at("h1").refuses = false;
        turns(4);
        assertThat(world.hostsOf("vm")).containsExactly("h1");
    }

    @Test
    void machineThatEveryHostRefusesStaysAndSaysWhy() {
        isPlacedOnTheFirst();
        world.at("h1").refuses = true;
        world.at("h2").refuses = true;
        turns(12);
        move(Seen.GONE, Seen.GONE);
        turns(60);
        assertThat(host()).isEqualTo("h2");
        assertThat(moves()).hasSize(1);
        assertThat(problem())
                .contains("h2 has not started it: no such bridge", "h1", "has refused to start it");
        // For minutes; then the first is asked again.
        world.at("h1").refuses = false;
        turns(240);
        assertThat(moves()).hasSize(2);
        assertThat(move(Seen.GONE, Seen.GONE)).contains("starts on h1");
        turns(3);
        assertThat(world.hostsOf("vm")).containsExactly("h1");
    }

    @Test
    void hostThatIsSilentKeepsItsMachine() {
        isPlacedOnTheFirst();
        world.at("h1").answers = false;
        turns(60);
        assertThat(moves()).isEmpty();
        assertThat(host()).isEqualTo("h1");
        assertThat(problem()).contains("h1 has not started it");
    }

    @Test
    void firstRefusalsAreOnlySaid() {
        isPlacedOnTheFirst();
        world.at("h1").refuses = true;
        turns(3);
        assertThat(moves()).isEmpty();
        assertThat(problem()).isEqualTo("h1 has not started it: no such bridge");
        world.at("h1").refuses = false;
        turns(4);
        assertThat(world.hostsOf("vm")).containsExactly("h1");
        assertThat(problem()).isEmpty();
    }

    @Test
    void machineWhoseTaskIsClaimedIsLeftToItsWorker() {
        isPlacedOnTheFirst();
        world.at("h1").refuses = true;
        for (int i = 0; i < FailedStarts.MOST_REFUSALS; i++) {
            turns(1);
            world.nowNanos += 30 * MachineWorld.SECOND;
        }
        world.hosts.keySet().forEach(world::alive);
        List<PowerLoop.Decision> late = world.decide();
        assertThat(late).hasSize(1);
        assertThat(world.claim()).isNotNull();
        assertThat(world.commit(late.getFirst().txn())).isZero();
    }

    @Test
    void recoveredMachineThatItsNewHostRefusesGoesOnToTheNext() {
        world.host("h1", 4_000);
        world.host("h2", 64_000);
        world.host("h3", 4_000);
        world.declare("vm", Power.ON, 1_000);
        world.fenced("h1", true);
        world.recovered("vm", "h2", "h1", 7);
        TaskKey task = new TaskKey(Metadata.DEFAULT_TENANT, "recover", "vm");
        Task recovery = Recovery.task(key("h1"), "vm", "h3", 0);
        Batch batch = new Batch(Recovery.RECOVER_HOST, "h1", world.nowMillis(), 1, false);
        world.commit(TaskQueue.add(Txn.when(Compare.absent("x")), task, recovery, batch).build());
        for (int i = 0; i < FailedStarts.MOST_REFUSALS; i++) {
            MachineWorld.Claim claim = Objects.requireNonNull(world.claim());
            world.end(claim, MachineWorld.Ended.REFUSED);
            world.nowNanos += 30 * MachineWorld.SECOND;
        }
        world.alive("h2");
        world.alive("h3");
        world.lead();
        assertThat(moves()).singleElement().satisfies(m -> assertThat(m.host()).isEqualTo("h3"));
        Task ended = Objects.requireNonNull(world.tasks().task(task)).task();
        assertThat(ended.state()).isEqualTo(TaskState.FAILED);
        assertThat(ended.host()).isEqualTo("h2");
        assertThat(ended.detail()).isEqualTo("goes to h3: no such bridge");
    }
}
