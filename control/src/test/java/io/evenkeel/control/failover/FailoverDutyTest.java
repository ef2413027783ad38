package io.evenkeel.control.failover;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.control.power.RedfishSimulator;
import io.evenkeel.control.power.RedfishSwitch;
import io.evenkeel.kernel.failover.FailoverAction;
import io.evenkeel.kernel.failover.FailoverEvent;
import io.evenkeel.kernel.failover.HostKeys;
import io.evenkeel.kernel.failover.HostWord;
import io.evenkeel.kernel.failover.RunRecord;
import io.evenkeel.kernel.failover.Testimony;
import io.evenkeel.kernel.failover.Witness;
import io.evenkeel.kernel.image.DatastoreImage;
import io.evenkeel.kernel.image.EndpointImage;
import io.evenkeel.kernel.image.PresenceRecord;
import io.evenkeel.kernel.machine.DatastoreKey;
import io.evenkeel.kernel.machine.HostSite;
import io.evenkeel.kernel.machine.RunTable;
import io.evenkeel.kernel.placement.PlacementSettings;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.kernel.task.Task;
import io.evenkeel.model.DatastoreSpec;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.EndpointSpec;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import io.evenkeel.model.Metadata;
import io.evenkeel.model.Resource;
import io.evenkeel.model.Source;
import io.evenkeel.model.Stored;
import io.evenkeel.model.VirtualMachineSpec;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Which host is taken for dead, and what becomes of it. */
class FailoverDutyTest extends FailoverScene {
    @Test
    void deadHostIsFencedBeforeItsMachineIsPlannedElsewhere() {
        lead();
        crash();
        await(
                "a task is planned",
                () -> {
                    // Read before storage is looked at: a fence that came first is seen.
                    boolean planned = !tasks().isEmpty();
                    if (planned) {
                        assertThat(storage.refused()).containsExactly("10.0.0.1");
                    }
                    return planned;
                });
        assertThat(state().permit()).isPositive();
        Task task = tasks().getFirst();
        assertThat(task.subject()).isEqualTo("vm");
        assertThat(task.host()).isIn("h2", "h3");
        assertThat(task.arguments()).containsEntry("from", "h1");
    }

    @Test
    void confirmedHostLosesItsPowerAndIsNotSwitchedOffOnceItIsBack() throws Exception {
        AtomicInteger lost = new AtomicInteger();
        try (RedfishSimulator controller = RedfishSimulator.withoutLogin(lost::incrementAndGet)) {
            host("h1", "10.0.0.1", ", power: {url: '%s'}".formatted(controller.url()));
            lead();
            crash();
            await("its power is off", () -> controller.state().equals("Off"));
            assertThat(state().confirmed()).isTrue();
            await("it is recovered", () -> !tasks().isEmpty());
            await(
                    "it is written down",
                    () ->
                            state().decisions().records().stream()
                                    .anyMatch(one -> one.outcome().contains("its power is off")));
            // What comes late, when the host is in service again, is not carried out.
            hosts.heal(URI1);
            takeKey(H1);
            HostEffects late =
                    new HostEffects(
                            store,
                            feed::image,
                            hosts,
                            _ -> storage,
                            new RedfishSwitch(),
                            _ -> new HostSite(feed.image(), new RunTable()).disks(H1),
                            PlacementSettings.DEFAULT,
                            InstantSource.system(),
                            DEADLINE);
            long token = Objects.requireNonNull(state().procedure()).token();
            assertThat(late.carryOut(new FailoverAction.SwitchOff(H1, token, DEADLINE)))
                    .contains(
                            new FailoverEvent.SwitchedOff(
                                    H1, token, false, "the store does not say that it is dead"));
            assertThat(lost).hasValue(1);
        }
    }

    private static final EndpointKey BACKEND = new EndpointKey("default", "web-1");

    /** A backend on h1 is linked to a gateway for a while, and then to none. */
    private void linkAndLose() {
        String mark = Keys.presence("g1", BACKEND);
        long epoch = Objects.requireNonNull(feed.image().endpoints().get(BACKEND)).epoch();
        commit(Op.put(mark, Value.of(Stored.write(new PresenceRecord(epoch, 1)))));
        await("it is linked", this::linked);
        // Longer than two looks.
        LockSupport.parkNanos(600_000_000);
        commit(Op.delete(mark));
        await("it is linked no more", () -> !linked());
        LockSupport.parkNanos(600_000_000);
    }

    private boolean linked() {
        EndpointImage backend = feed.image().endpoints().get(BACKEND);
        return backend != null && backend.presentAnywhere();
    }

    @Test
    void hostThatLostItsLinksIsAskedThoughItsAgentLivesIfLinksAreWitnesses() throws Exception {
        commit(
                Op.put(
                        Keys.spec(Kind.ENDPOINT, "default", BACKEND.name()),
                        Value.of(
                                Stored.spec(
                                        Resource.of(
                                                Metadata.of("default", BACKEND.name(), Source.LINK),
                                                read(
                                                        "{service: web, kind: process, address: '10.0.0.1:80', locality: {host: h1}}",
                                                        EndpointSpec.class))))));
        await("it is known", () -> feed.image().endpoints().containsKey(BACKEND));
        FailoverDuty deaf = lead();
        linkAndLose();
        assertThat(hosts.pings()).isZero();
        deaf.close();
        lead(SETTINGS.withFurther(Set.of(Witness.LINKS)));
        linkAndLose();
        await("it is asked", () -> hosts.pings() == 1);
        assertThat(state().procedure()).isNull();
    }

    @Test
    void hostWhoseBackendsAreHeardIsNotTakenForDead() {
        lead(SETTINGS.withFurther(Set.of(Witness.LINKS)));
        crash();
        await("it is in question", () -> state().procedure() != null);
        Testimony said = new Testimony("gateway g1", "heard 1 backend on it");
        int asked = storage.asked();
        await(
                "many rounds",
                () -> {
                    RangeResult read = store.range(Testimony.about(H1), DEADLINE);
                    said.of(H1, ((RangeResult.Range) read).entries())
                            .ifPresent(txn -> store.txn(txn, DEADLINE));
                    LockSupport.parkNanos(50_000_000);
                    return storage.asked() - asked >= 15;
                });
        assertThat(state().confirmed()).isFalse();
        assertThat(Objects.requireNonNull(state().procedure()).held()).contains("links");
        await("it is confirmed now", () -> state().confirmed());
    }

    @Test
    void hostWhoseClientAnswersIsNotTakenForDead() {
        storage.clientsAnswer(true);
        lead();
        hosts.silence(URI1);
        commit(Op.delete(Keys.hostAlive(H1)));
        await("many rounds", () -> storage.asked() >= 15);
        assertThat(state().confirmed()).isFalse();
        assertThat(state().deathRevision()).isZero();
        assertThat(storage.refused()).isEmpty();
    }

    @Test
    void nobodyIsTakenForDeadWhileStorageCannotBeAsked() {
        storage.away(true);
        lead();
        crash();
        await("many rounds", () -> storage.asked() >= 15);
        assertThat(state().deathRevision()).isZero();
        storage.away(false);
        await("it is confirmed now", () -> state().confirmed());
    }

    @Test
    void fenceThatLeavesClientsOnDisksPermitsNothing() {
        storage.keepsWatchers(true);
        FailoverDuty duty = lead();
        crash();
        await("an alarm", () -> duty.shown().alarms().containsKey(H1));
        assertThat(duty.shown().alarms().get(H1)).contains("still listed", CLIENT1);
        assertThat(state().permit()).isZero();
        assertThat(tasks()).isEmpty();
        storage.keepsWatchers(false);
        await("it is fenced now", () -> state().permit() != 0);
        await("and its machine planned", () -> !tasks().isEmpty());
    }

    @Test
    void whoeverLeadsNextGoesOn() {
        FailoverDuty first = lead();
        crash();
        await("death is set", () -> state().deathRevision() != 0);
        first.close();
        lead();
        await("it is fenced", () -> state().permit() != 0);
        await("its machine is planned", () -> !tasks().isEmpty());
    }

    @Test
    void readmittedHostIsCleanedBeforeStorageServesItAgain() {
        lead();
        crash();
        await("its machine is planned", () -> !tasks().isEmpty());
        hosts.heal(URI1);
        takeKey(H1);
        commit(
                Op.put(
                        HostKeys.word(H1),
                        Value.of(Stored.write(new HostWord(HostWord.Word.READMIT, "test", 1)))));
        await(
                "storage serves it",
                () -> {
                    boolean served = storage.refused().isEmpty();
                    if (served) {
                        assertThat(hosts.names(URI1)).isEmpty();
                    }
                    return served;
                });
        await("it counts again", () -> state().procedure() == null && state().online());
    }

    @Test
    void datastoresSayWhetherTheyAreReached() {
        declare(
                Kind.DATASTORE,
                "folder",
                read("{local: {host: h1, folder: /srv/disks}}", DatastoreSpec.class));
        declare(
                Kind.DATASTORE,
                "nowhere",
                read("{local: {host: h9, folder: /srv/disks}}", DatastoreSpec.class));
        await("all are known", () -> feed.image().datastores().size() == 3);
        storage.away(true);
        lead();
        await(
                "it is written",
                () ->
                        reached("rbd").equals("FALSE Silent: no monitor answers")
                                && reached("folder").equals("TRUE HostLives: host h1 lives")
                                && reached("nowhere").startsWith("FALSE NoHost: host h9"));
        storage.away(false);
        // Another cluster is looked at, and the others with it, before their time.
        declare(
                Kind.DATASTORE,
                "more",
                read("{monitors: ['10.0.0.8:3300'], pool: pool}", DatastoreSpec.class));
        await(
                "it is written again",
                () ->
                        reached("rbd").startsWith("TRUE Answers")
                                && reached("more").startsWith("TRUE Answers"));
    }

    private String reached(String name) {
        DatastoreImage known =
                feed.image().datastores().get(new DatastoreKey(Metadata.DEFAULT_TENANT, name));
        return known == null || known.status().conditions().isEmpty()
                ? ""
                : known.status().conditions().stream()
                        .map(one -> one.status() + " " + one.reason() + ": " + one.message())
                        .findFirst()
                        .orElse("");
    }

    @Test
    void hostInMaintenanceIsGuardedUntilItIsEmpty() throws Exception {
        host("h1", "10.0.0.1", ", maintenance: true");
        assertThat(planned()).isNotEqualTo(URI1);
        assertThat(storage.refused()).containsExactly("10.0.0.1");
    }

    @Test
    void absenceOfAnEmptyHostInMaintenanceIsNoFailure() throws Exception {
        declare(
                Kind.DATASTORE,
                "folder",
                read("{local: {host: h1, folder: /srv/disks}}", DatastoreSpec.class));
        declare(
                Kind.VIRTUAL_MACHINE,
                "bound",
                read(
                        "{memory: 64MiB, disks: [{datastore: folder, image: a}]}",
                        VirtualMachineSpec.class));
        String bound = RunRecord.key(Metadata.DEFAULT_TENANT, "bound");
        commit(Op.put(bound, Value.of(Stored.write(new RunRecord("h1", true)))));
        String vm = RunRecord.key(Metadata.DEFAULT_TENANT, "vm");
        commit(Op.put(vm, Value.of(Stored.write(new RunRecord("h1", false)))));
        host("h1", "10.0.0.1", ", maintenance: true");
        await("all is known", () -> feed.image().machines().size() == 2);
        lead();
        crash();
        TimeUnit.SECONDS.sleep(2);
        assertThat(state().procedure()).isNull();
        assertThat(storage.asked()).isZero();
        commit(Op.put(vm, Value.of(Stored.write(new RunRecord("h1", true)))));
        await("its machine is recovered", () -> !tasks().isEmpty());
    }
}
