package io.evenkeel.control.machines;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.machine.DiskMakings;
import io.evenkeel.kernel.machine.Image;
import io.evenkeel.kernel.machine.MachineKey;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.task.Task;
import io.evenkeel.model.Condition;
import io.evenkeel.model.DatastoreSpec;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import io.evenkeel.model.Metadata;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The leader's duty and two processes' workers over one store, and hosts in memory. */
class MachinesTest extends MachinesScene {
    @BeforeEach
    void leadAndWork() {
        lead();
        work("w1");
        work("w2");
    }

    @Test
    void machineIsStartedOnceSeenStoppedAndRemoved() {
        machine("vm", "on");
        await("it runs", () -> hosts.running(H1).contains("vm"));
        await("it is seen", () -> power("vm").equals("running"));
        machine("vm", "off");
        await("it is off", () -> hosts.running(H1).isEmpty() && power("vm").equals("off"));
        machine("vm", "on");
        await("it runs", () -> power("vm").equals("running"));
        commit(Op.delete(Keys.spec(Kind.VIRTUAL_MACHINE, Metadata.DEFAULT_TENANT, "vm")));
        await("it is gone", () -> hosts.running(H1).isEmpty());
        assertThat(hosts.starts()).isEqualTo(2);
    }

    @Test
    void guestThatDoesNotShutDownIsEnded() {
        hosts.guestsObey(false);
        machine("vm", "on");
        await("it runs", () -> power("vm").equals("running"));
        machine("vm", "off");
        await("it is off", () -> hosts.running(H1).isEmpty() && power("vm").equals("off"));
    }

    @Test
    void machineWhoseProcessDiesIsStartedAgain() {
        machine("vm", "on");
        await("it runs", () -> power("vm").equals("running"));
        hosts.crash(H1, "vm");
        await("it runs again", () -> hosts.starts() == 2 && hosts.running(H1).contains("vm"));
    }

    @Test
    void hostInMaintenanceIsLeftByMachinesThatGoOn() {
        machine("vm", "on");
        machine("off", "off");
        await("it runs", () -> power("vm").equals("running"));
        host("h2");
        spec("h1", true);
        await("it has moved", () -> hosts.running(H2).equals(List.of("vm")));
        await("it is seen there", () -> host("vm", "h2") && power("vm").equals("running"));
        assertThat(hosts.running(H1)).isEmpty();
        assertThat(hosts.starts()).isEqualTo(1);
    }

    @Test
    void machineThatMayNotMoveWhileItRunsIsStoppedAndStartedOnTheOtherHost() {
        declare("vm", "power: 'on', migration: cold");
        await("it runs", () -> power("vm").equals("running"));
        host("h2");
        spec("h1", true);
        await("it runs there", () -> hosts.running(H2).equals(List.of("vm")));
        await("it is seen there", () -> host("vm", "h2") && power("vm").equals("running"));
        assertThat(hosts.find(H1, "vm")).isNull();
        assertThat(hosts.starts()).isEqualTo(2);
    }

    @Test
    void migrationThatDoesNotEndIsGivenUpAndSaysMeanwhileHowFarItIs() {
        hosts.movesHang(true);
        machine("vm", "on");
        await("it runs", () -> power("vm").equals("running"));
        host("h2");
        spec("h1", true);
        await(
                "it says how far it is",
                () -> migration().map(Task::progressPercent).equals(Optional.of(60)));
        assertThat(migration().orElseThrow().detail()).isEqualTo("40 of 100 MiB are left to move");
        await("it is given up", () -> migration().orElseThrow().detail().equals("was given up"));
        assertThat(hosts.running(H1)).containsExactly("vm");
        hosts.movesHang(false);
        await("it has moved", () -> hosts.running(H2).equals(List.of("vm")));
        assertThat(hosts.starts()).isEqualTo(1);
    }

    @Test
    void machineWhoseDiskSomebodyElseHasOpenIsNotStarted() {
        declare(
                Kind.DATASTORE,
                "rbd",
                read("{monitors: ['10.0.0.9:3300'], pool: pool}", DatastoreSpec.class));
        Image disk = new Image("pool", "disk");
        storage.clientsAnswer(true);
        storage.open(disk, "10.0.0.7:0/1");
        machine("vm", "on", "[{datastore: rbd, image: disk}]");
        await("a condition says it", () -> asWanted("vm") == Condition.Truth.FALSE);
        assertThat(hosts.starts()).isZero();
        storage.closed(disk);
        await("it runs", () -> power("vm").equals("running"));
    }

    private boolean host(String machine, String name) {
        return feed.image().machines().values().stream()
                .anyMatch(one ->
                        one.metadata().name().equals(machine) && one.status().host().equals(name));
    }

    @Test
    void diskIsMadeBeforeTheFirstStartAndNeverAgain() {
        declare(
                Kind.DATASTORE,
                "ds",
                read("{monitors: ['10.0.0.9:3300'], pool: pool}", DatastoreSpec.class));
        String disks = "[{datastore: ds, image: new, size: 2MiB}]";
        machine("vm", "on", disks);
        await("it runs", () -> power("vm").equals("running"));
        assertThat(storage.made()).containsExactly(Map.entry(new Image("pool", "new"), 2L << 20));
        machine("vm", "off", disks);
        await("it is off", () -> power("vm").equals("off"));
        machine("vm", "on", disks);
        await("it runs again", () -> power("vm").equals("running"));
        assertThat(storage.makings()).isEqualTo(1);
    }

    @Test
    void disksOfAMachineOfWhichItIsNotKnownWhatWasMadeAreNotMade() {
        declare(
                Kind.DATASTORE,
                "ds",
                read("{monitors: ['10.0.0.9:3300'], pool: pool}", DatastoreSpec.class));
        String key = DiskMakings.key(new MachineKey(Metadata.DEFAULT_TENANT, "vm"));
        commit(Op.put(key, "{\"v\":1,\"uid\":7"));
        machine("vm", "on", "[{datastore: ds, image: new, size: 2MiB}]");
        await("a condition says it", () -> problem("vm").contains("cannot be read"));
        assertThat(storage.makings()).isZero();
        assertThat(hosts.starts()).isZero();
        commit(Op.delete(key));
        await("it runs", () -> power("vm").equals("running"));
        assertThat(storage.makings()).isEqualTo(1);
    }

    @Test
    void whatTheHostDoesNotAnswerIsTriedAgainAndNotTakenForDone() {
        hosts.silent(true);
        machine("vm", "on");
        await("a condition says it", () -> asWanted("vm") == Condition.Truth.FALSE);
        assertThat(power("vm")).isNotEqualTo("running");
        hosts.silent(false);
        await("it runs", () -> power("vm").equals("running"));
        assertThat(asWanted("vm")).isEqualTo(Condition.Truth.TRUE);
        assertThat(hosts.starts()).isEqualTo(1);
    }

    private void nobodyLeads() {
        opened.removeIf(one -> {
            if (one instanceof MachineDuty duty) {
                duty.close();
                return true;
            }
            return false;
        });
    }

    @Test
    void whatHappensOnAHostIsHeardOfBetweenTwoQuestions() {
        machine("vm", "on");
        await("it runs", () -> power("vm").equals("running"));
        nobodyLeads();
        lead(
                new MachineSettings(
                        Duration.ofHours(1),
                        SETTINGS.pollTimeout(),
                        SETTINGS.start(),
                        SETTINGS.migrate(),
                        SETTINGS.shutDown(),
                        SETTINGS.places(),
                        SETTINGS.placement()));
        // What a host said before its leader had looked around says nothing: the first of several.
        await(
                "it runs again",
                () -> {
                    if (hosts.starts() == 1) {
                        hosts.crash(H1, "vm");
                        LockSupport.parkNanos(100_000_000);
                    }
                    return hosts.starts() > 1 && hosts.running(H1).contains("vm");
                });
        int starts = hosts.starts();
        hosts.crash(H1, "vm");
        await("and again", () -> hosts.starts() == starts + 1);
        machine("vm", "off");
        await("its end is seen", () -> power("vm").equals("off"));
    }

    @Test
    void whoeverLeadsNextGoesOn() {
        machine("vm", "on");
        await("it runs", () -> power("vm").equals("running"));
        nobodyLeads();
        machine("vm", "off");
        lead();
        await("it is off", () -> hosts.running(H1).isEmpty());
        assertThat(hosts.starts()).isEqualTo(1);
    }
}
