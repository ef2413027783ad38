package io.evenkeel.kernel.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.placement.PlacementSettings;
import io.evenkeel.kernel.task.TaskQueue;
import io.evenkeel.model.Power;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class EvacuationTest {
    private static final MachineKey VM = new MachineKey("default", "vm");
    private final MachineWorld world = new MachineWorld();

    /** Machines run on a host that is then to be in maintenance. */
    private void leaving(String... machines) {
        world.host("h1", 64_000);
        for (String machine : machines) {
            world.declare(machine, Power.ON, 1_000);
        }
        world.settle();
        world.maintenance("h1", true);
        world.alive("h1");
    }

    private List<MachineKey> decided() {
        return world.decide().stream().map(PowerLoop.Decision::machine).toList();
    }

    @Test
    void twoLeaveAtOnceAndTheThirdWaitsForThem() {
        leaving("vm-1", "vm-2", "vm-3");
        world.host("h2", 64_000);
        world.lead();
        world.nowNanos += 6 * MachineWorld.SECOND;
        world.alive("h2");
        assertThat(
                        world.tasks().tasks().values().stream()
                                .filter(known -> MigrationTasks.isOne(known.task())))
                .hasSize(PlacementSettings.DEFAULT.leaving());
        assertThat(decided()).isEmpty();
    }

    @Test
    void asManyLeaveAtOnceAsIsSaid() {
        PlacementSettings usual = PlacementSettings.DEFAULT;
        world.loop =
                new PowerLoop(
                        new PlacementSettings(
                                usual.oldestFigures(),
                                usual.overcommitPercent(),
                                usual.spread(),
                                3));
        leaving("vm-1", "vm-2", "vm-3", "vm-4");
        world.host("h2", 64_000);
        assertThat(decided()).hasSize(3);
    }

    /** Each of two hosts is left by one; the third has room for one. */
    private void twoForOnePlace() {
        world.host("h1", 2_500);
        world.host("h2", 2_500);
        world.declare("vm-1", Power.ON, 2_000);
        world.declare("vm-2", Power.ON, 2_000);
        world.settle();
        world.host("h3", 3_000);
    }

    private List<String> moving() {
        return world.tasks().tasks().values().stream()
                .filter(known -> MigrationTasks.isOne(known.task()))
                .map(known -> known.task().subject() + " to " + known.task().host())
                .toList();
    }

    @Test
    void hostsThatAreLeftAtOnceDoNotOverfillAnother() {
        twoForOnePlace();
        world.maintenance("h1", true);
        world.maintenance("h2", true);
        world.lead();
        assertThat(moving()).hasSize(1).allMatch(move -> move.endsWith(" to h3"));
        world.lead();
        assertThat(moving()).hasSize(1);
    }

    @Test
    void machineOnTheMoveHasItsPlaceWhereItComesTo() {
        twoForOnePlace();
        world.maintenance("h1", true);
        world.lead();
        assertThat(moving()).hasSize(1);
        world.maintenance("h2", true);
        world.nowNanos += 6 * MachineWorld.SECOND;
        world.alive("h3");
        world.lead();
        assertThat(moving()).hasSize(1);
        assertThat(world.loop.problems().values()).anyMatch(why -> why.contains("no host"));
    }

    @Test
    void moveThatFailedIsTriedAgainOnceTheMachineMayBeStopped() {
        leaving("vm");
        world.host("h2", 64_000);
        world.lead();
        MachineWorld.Claim claim = Objects.requireNonNull(world.claim());
        world.commit(TaskQueue.givenUp(claim.key(), claim.task(), claim.token(), "no"));
        world.store.revoke(claim.lease());
        world.nowNanos += 6 * MachineWorld.SECOND;
        world.alive("h2");
        world.lead();
        assertThat(moving()).hasSize(1);
        assertThat(world.loop.problems().get(VM)).contains("could not move to h2");
        world.declare("vm", Power.ON, 1_000, "live-or-cold");
        world.lead();
        assertThat(moving()).hasSize(2);
    }

    @Test
    void whatIsOffStays() {
        leaving("vm");
        world.declare("vm", Power.OFF, 1_000);
        world.settle();
        world.host("h2", 64_000);
        assertThat(decided()).isEmpty();
    }

    @Test
    void saysWhichMachineNoHostCanTake() {
        leaving("vm");
        assertThat(decided()).isEmpty();
        assertThat(world.loop.problems().get(VM)).contains("h1", "maintenance", "no host");
    }

    @Test
    void theSameDecisionOfTwoLeadersTakesEffectOnce() {
        leaving("vm");
        world.host("h2", 64_000);
        PowerLoop.Decision first = world.decide().getFirst();
        world.loop = new PowerLoop(PlacementSettings.DEFAULT);
        world.lead();
        PowerLoop.Decision second = world.decide().getFirst();
        assertThat(world.commit(first.txn())).isPositive();
        assertThat(world.commit(second.txn())).isZero();
    }
}
