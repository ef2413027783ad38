package io.evenkeel.kernel.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.failover.Recovery;
import io.evenkeel.kernel.failover.RunRecord;
import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.placement.PlacementSettings;
import io.evenkeel.kernel.task.Task;
import io.evenkeel.kernel.task.TaskTable;
import io.evenkeel.model.Power;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PowerLoopTest {
    private static final MachineKey VM = new MachineKey("default", "vm");
    private final MachineWorld world = new MachineWorld();

    @Test
    void declaredMachineIsPlacedAndStarted() {
        world.host("h1", 4_000);
        world.host("h2", 8_000);
        world.declare("vm", Power.ON, 1_000);
        world.settle();
        assertThat(world.hostsOf("vm")).containsExactly("h2");
    }

    @Test
    void isStoppedStartedAgainWhereItWasAndRemoved() {
        world.host("h1", 4_000);
        world.declare("vm", Power.ON, 1_000);
        world.settle();
        world.declare("vm", Power.OFF, 1_000);
        world.settle();
        assertThat(world.hostsOf("vm")).isEmpty();
        world.host("h2", 64_000);
        world.declare("vm", Power.ON, 1_000);
        world.settle();
        assertThat(world.hostsOf("vm")).containsExactly("h1");
        world.delete("vm");
        world.settle();
        assertThat(world.hostsOf("vm")).isEmpty();
        assertThat(world.runs().runs()).isEmpty();
    }

    @Test
    void theSameDecisionOfTwoLeadersTakesEffectOnce() {
        world.host("h1", 4_000);
        world.declare("vm", Power.ON, 1_000);
        List<PowerLoop.Decision> first = world.decide();
        world.loop = new PowerLoop(PlacementSettings.DEFAULT);
        List<PowerLoop.Decision> second = world.decide();
        assertThat(world.commit(first.getFirst().txn())).isPositive();
        assertThat(world.commit(second.getFirst().txn())).isZero();
        assertThat(world.tasks().tasks()).hasSize(1);
    }

    @Test
    void machineThatIsSeenDownIsStartedUnderAGreaterToken() {
        world.host("h1", 4_000);
        world.declare("vm", Power.ON, 1_000);
        world.settle();
        long token = world.token("h1", "vm");
        world.at("h1").runs.clear();
        world.settle();
        assertThat(world.token("h1", "vm")).isGreaterThan(token);
    }

    @Test
    void machineThatWasMovedByHandIsItsNewHosts() {
        runsOnTheFirstOfTwo();
        int starts = world.starts;
        moveByHand("h1", "h2");
        world.settle();
        assertThat(world.hostsOf("vm")).containsExactly("h2");
        assertThat(record().host()).isEqualTo("h2");
        moveByHand("h2", "h1");
        world.settle();
        assertThat(record().host()).isEqualTo("h1");
        assertThat(world.starts).isEqualTo(starts);
        moveByHand("h1", "h2");
        world.declare("vm", Power.OFF, 1_000);
        world.settle();
        assertThat(world.hostsOf("vm")).isEmpty();
    }

    @Test
    void machineThatRanBeforeItWasDeclaredIsLeftRunning() {
        world.host("h1", 4_000);
        world.host("h2", 64_000);
        // Nobody marked it yet as a run of ours.
        world.at("h1").runs.put("vm", 0L);
        world.moved("vm", "h1");
        world.declare("vm", Power.ON, 1_000);
        world.settle();
        assertThat(world.starts).isZero();
        assertThat(world.tasks().tasks()).isEmpty();
        assertThat(world.token("h1", "vm")).isZero();
        world.at("h1").runs.put("vm", Objects.requireNonNull(world.runs().of(VM)).token());
        world.settle();
        assertThat(world.starts).isZero();
        assertThat(world.hostsOf("vm")).containsExactly("h1");
        world.declare("vm", Power.OFF, 1_000);
        world.settle();
        assertThat(world.hostsOf("vm")).isEmpty();
    }

    /** What is declared is watched apart from who may run it, and may be seen later. */
    @Test
    void runThatIsSeenBeforeItsDeclarationIsNotRemoved() {
        world.host("h1", 4_000);
        ClusterImage before = world.image();
        world.moved("vm", "h1");
        world.declare("vm", Power.ON, 1_000);
        assertThat(world.decide()).isEmpty();
        world.loop.image(before);
        List<PowerLoop.Decision> hasty = world.loop.due(world.nowNanos, 0);
        assertThat(hasty).hasSize(1);
        assertThat(world.commit(hasty.getFirst().txn())).isZero();
    }

    @Test
    void machineThatLeftWhileItsStartIsOpenIsFound() {
        runsOnTheFirstOfTwo();
        long token = world.token("h1", "vm");
        world.at("h1").runs.remove("vm");
        // It is on its way: on neither, as far as anybody sees.
        world.lead();
        world.lead();
        assertThat(world.tasks().tasks().values()).anyMatch(known -> !known.task().state().ended());
        world.at("h2").runs.put("vm", token);
        world.lead();
        world.lead();
        assertThat(record().host()).isEqualTo("h2");
        world.settle();
        assertThat(world.hostsOf("vm")).containsExactly("h2");
    }

    @Test
    void whatRunsFromBeforeAFenceIsNotTakenForMoved() {
        world.host("h1", 4_000);
        world.host("h2", 4_000);
        world.declare("vm", Power.ON, 1_000);
        world.settle();
        String old = record().host();
        String other = old.equals("h1") ? "h2" : "h1";
        long fence = world.store.revision();
        world.recovered("vm", other, old, fence);
        // The old run is still there; the new one has died.
        world.lead();
        world.lead();
        world.lead();
        assertThat(record().host()).isEqualTo(other);
    }

    @Test
    void whatNobodyMarkedAsOursIsNotTakenForMoved() {
        runsOnTheFirstOfTwo();
        world.at("h1").runs.remove("vm");
        world.at("h2").runs.put("vm", 0L);
        world.settle();
        assertThat(record().host()).isEqualTo("h1");
    }

    private void runsOnTheFirstOfTwo() {
        world.host("h1", 4_000);
        world.declare("vm", Power.ON, 1_000);
        world.settle();
        world.host("h2", 4_000);
    }

    private RunRecord record() {
        return Objects.requireNonNull(world.runs().of(VM)).record();
    }

    private void moveByHand(String from, String to) {
        world.at(to).runs.put("vm", world.token(from, "vm"));
        world.at(from).runs.remove("vm");
    }

    @Test
    void oldNewsDoNotStartItTwice() {
        world.host("h1", 4_000);
        world.declare("vm", Power.ON, 1_000);
        world.lead();
        // Heard before the start: the machine is not there yet.
        world.lead();
        world.work();
        assertThat(world.decide()).isEmpty();
    }

    @Test
    void taskThatWasOverBeforeItWasSeenMakesOlderNewsOfNoAccount() {
        world.host("h1", 4_000);
        world.declare("vm", Power.ON, 1_000);
        // The host is asked before the start; then all of it is seen at once.
        world.lead();
        world.work();
        assertThat(world.decide()).isEmpty();
        assertThat(world.starts).isOne();
    }

    @Test
    void secondChangeOfMindWaitsForNothingOnceTheFirstIsSeen() {
        world.host("h1", 4_000);
        world.declare("vm", Power.ON, 1_000);
        world.lead();
        world.work();
        world.declare("vm", Power.OFF, 1_000);
        assertThat(world.decide()).hasSize(1);
    }

    @Test
    void machineOfASilentHostIsLeftAlone() {
        runsOnTheFirstOfTwo();
        world.at("h1").answers = false;
        world.lost("h1");
        world.settle();
        assertThat(world.hostsOf("vm")).containsExactly("h1");
        assertThat(world.loop.problems().get(VM)).contains("h1", "silent");
    }

    @Test
    void deletedMachineOfAFencedHostIsForgotten() {
        runsOnTheFirstOfTwo();
        world.at("h1").answers = false;
        world.lost("h1");
        world.delete("vm");
        world.settle();
        // It may still run there, and its disks are nobody else's yet.
        assertThat(world.runs().runs()).isNotEmpty();
        world.fenced("h1", true);
        world.settle();
        assertThat(world.runs().runs()).isEmpty();
        assertThat(world.tasks().tasks().values()).allMatch(known -> known.task().state().ended());
        world.declare("vm", Power.ON, 1_000);
        world.settle();
        assertThat(world.token("h2", "vm")).isPositive();
    }

    @Test
    void machineOfAFencedHostIsRecoveredWhenItsUserSwitchesItOn() {
        world.host("h1", 4_000);
        world.declare("vm", Power.ON, 1_000);
        world.settle();
        world.declare("vm", Power.OFF, 1_000);
        world.settle();
        world.fenced("h1", false);
        world.declare("vm", Power.ON, 1_000);
        world.lead();
        // Whose machines were on is not known to be in the store yet.
        assertThat(recoveries()).isEmpty();
        world.fenced("h1", true);
        world.lead();
        assertThat(recoveries())
                .singleElement()
                .satisfies(task -> {
                    assertThat(task.subject()).isEqualTo("vm");
                    assertThat(task.arguments()).containsEntry(Recovery.FROM, "h1");
                });
        assertThat(Objects.requireNonNull(world.runs().of(VM)).record())
                .isEqualTo(new RunRecord("h1", true));
        world.lead();
        assertThat(recoveries()).hasSize(1);
        // And off again, while no host has room for it.
        world.declare("vm", Power.OFF, 1_000);
        world.lead();
        assertThat(Objects.requireNonNull(world.runs().of(VM)).record().on()).isFalse();
    }

    private List<Task> recoveries() {
        return world.tasks().tasks().values().stream()
                .map(TaskTable.Known::task)
                .filter(Recovery::isOne)
                .toList();
    }

    @Test
    void hostInQuestionIsNotChosenForANewMachine() {
        world.host("h1", 4_000);
        world.host("h2", 64_000);
        world.fenced("h2", true);
        world.alive("h2");
        world.declare("vm", Power.ON, 1_000);
        world.lead();
        assertThat(Objects.requireNonNull(world.runs().of(VM)).record().host()).isEqualTo("h1");
    }

    @Test
    void machineWithItsDiskOnAFencedHostWaitsForIt() {
        world.host("h1", 4_000);
        world.host("h2", 64_000);
        world.declareOnDisksOf("h1", "vm");
        world.settle();
        assertThat(world.hostsOf("vm")).containsExactly("h1");
        world.maintenance("h1", true);
        world.settle();
        assertThat(world.hostsOf("vm")).containsExactly("h1");
        assertThat(world.loop.problems().get(VM)).contains("h2 does not have its disks");
        world.maintenance("h1", false);
        world.fenced("h1", true);
        world.settle();
        assertThat(recoveries()).isEmpty();
        assertThat(world.loop.problems().get(VM)).contains("its disks are on its host h1");
    }

    @Test
    void machineForWhichThereIsNoRoomWaitsAndSaysWhy() {
        world.host("h1", 1_000);
        world.declare("vm", Power.ON, 2_000);
        world.settle();
        assertThat(world.hostsOf("vm")).isEmpty();
        assertThat(world.loop.problems().get(VM)).contains("h1", "memory");
        world.host("h2", 4_000);
        world.settle();
        assertThat(world.hostsOf("vm")).containsExactly("h2");
    }

    @Test
    void startThatCannotSucceedIsOvertakenByTheUser() {
        world.host("h1", 4_000);
        world.at("h1").answers = false;
        world.declare("vm", Power.ON, 1_000);
        world.lead();
        MachineWorld.Claim claim = Objects.requireNonNull(world.claim());
        world.end(claim, world.carryOut(world.step(claim)));
        world.declare("vm", Power.OFF, 1_000);
        world.nowNanos += 6 * MachineWorld.SECOND;
        world.lead();
        assertThat(Objects.requireNonNull(world.runs().of(VM)).record().on()).isFalse();
        world.at("h1").answers = true;
        world.settle();
        assertThat(world.starts).isZero();
        assertThat(world.tasks().tasks().values()).allMatch(known -> known.task().state().ended());
    }

    @Test
    void decisionOnARunThatHasChangedSinceDoesNothing() {
        world.host("h1", 4_000);
        world.declare("vm", Power.ON, 1_000);
        world.settle();
        world.declare("vm", Power.OFF, 1_000);
        PowerLoop.Decision late = world.decide().getFirst();
        world.moved("vm", "h2");
        assertThat(world.commit(late.txn())).isZero();
    }

    /** Users, hosts, workers and leaders do what they like; then everything is well again. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void neverOnTwoHostsAndInTheEndAsWanted(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        world.host("h1", 6_000);
        world.host("h2", 6_000);
        world.host("h3", 6_000);
        TreeSet<String> wanted = new TreeSet<>();
        for (int i = 0; i < 400; i++) {
            String vm = "vm-" + random.nextInt(5);
            String host = "h" + (1 + random.nextInt(3));
            switch (random.nextInt(12)) {
                case 0, 1 -> {
                    world.declare(vm, Power.ON, 1_000);
                    wanted.add(vm);
                }
                case 2 -> {
                    world.declare(vm, Power.OFF, 1_000);
                    wanted.remove(vm);
                }
                case 3 -> {
                    world.delete(vm);
                    wanted.remove(vm);
                }
                case 4 -> {
                    world.at(host).answers = false;
                    world.lost(host);
                }
                case 5 -> {
                    world.at(host).answers = true;
                    world.alive(host);
                }
                case 6 -> world.at(host).runs.clear();
                case 7 -> world.loop = new PowerLoop(PlacementSettings.DEFAULT);
                case 8 -> abandoned(random.nextBoolean());
                case 9 -> world.work();
                default -> world.lead();
            }
            world.nowNanos += random.nextLong(2 * MachineWorld.SECOND);
            world.expire();
            for (int m = 0; m < 5; m++) {
                assertThat(world.hostsOf("vm-" + m))
                        .as("seed %d, step %d", seed, i)
                        .hasSizeLessThan(2);
            }
        }
        for (String host : world.hosts.keySet()) {
            world.at(host).answers = true;
            world.alive(host);
        }
        world.settle();
        TreeSet<String> running = new TreeSet<>();
        world.hosts.values().forEach(host -> running.addAll(host.runs.keySet()));
        assertThat(running).as("seed %d", seed).isEqualTo(wanted);
    }

    /** A worker claims, perhaps acts, and is not heard of again. */
    private void abandoned(boolean acts) {
        MachineWorld.Claim claim = world.claim();
        if (claim != null && acts) {
            world.carryOut(world.step(claim));
        }
    }
}
