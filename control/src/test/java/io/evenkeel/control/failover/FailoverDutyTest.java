package io.evenkeel.control.failover;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.control.power.RedfishSimulator;
import io.evenkeel.control.power.RedfishSwitch;
import io.evenkeel.control.registry.ImageFeed;
import io.evenkeel.kernel.failover.Breaker;
import io.evenkeel.kernel.failover.FailoverAction;
import io.evenkeel.kernel.failover.FailoverEvent;
import io.evenkeel.kernel.failover.FailoverSettings;
import io.evenkeel.kernel.failover.HostKeys;
import io.evenkeel.kernel.failover.HostState;
import io.evenkeel.kernel.failover.HostWord;
import io.evenkeel.kernel.failover.RunRecord;
import io.evenkeel.kernel.image.DatastoreImage;
import io.evenkeel.kernel.image.HostRecord;
import io.evenkeel.kernel.machine.DatastoreKey;
import io.evenkeel.kernel.machine.HostSite;
import io.evenkeel.kernel.machine.Image;
import io.evenkeel.kernel.machine.MachineKey;
import io.evenkeel.kernel.machine.RunTable;
import io.evenkeel.kernel.store.LeaseOutcome;
import io.evenkeel.kernel.store.MemoryStore;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.kernel.task.Task;
import io.evenkeel.kernel.task.TaskKey;
import io.evenkeel.kernel.task.TaskQueue;
import io.evenkeel.kernel.task.TaskState;
import io.evenkeel.model.DatastoreSpec;
import io.evenkeel.model.HostInventory;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.HostSpec;
import io.evenkeel.model.HostUse;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import io.evenkeel.model.Metadata;
import io.evenkeel.model.Resource;
import io.evenkeel.model.Source;
import io.evenkeel.model.Spec;
import io.evenkeel.model.Stored;
import io.evenkeel.model.VirtualMachineSpec;
import io.evenkeel.model.bind.Binder;
import io.evenkeel.model.bind.Size;
import io.evenkeel.model.tree.YamlReader;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The duty over one store, with hosts and a storage in memory that fall silent. */
@Timeout(60)
class FailoverDutyTest {
    private static final Duration DEADLINE = Duration.ofSeconds(2);
    private static final HostKey H1 = new HostKey(Metadata.DEFAULT_TENANT, "h1");
    private static final String URI1 = "qemu+tcp://h1/system";
    private static final String CLIENT1 = "10.0.0.1:0/77";
    private static final Image DISK = new Image("pool", "vm-disk");
    private static final FailoverSettings SETTINGS =
            new FailoverSettings(
                    Duration.ofSeconds(1),
                    Duration.ofMillis(300),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(1),
                    Duration.ofMillis(100),
                    Duration.ofMillis(200),
                    Duration.ofMillis(200),
                    Duration.ofSeconds(2),
                    Duration.ofDays(60),
                    Duration.ofMinutes(10),
                    new Breaker(2, 30));

    private final MemoryStore store = new MemoryStore();
    private final MemoryHosts hosts = new MemoryHosts();
    private final MemoryStorage storage = new MemoryStorage();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final ImageFeed feed = new ImageFeed(store, DEADLINE);

    @BeforeEach
    void site() {
        feed.start();
        opened.add(feed);
        declare(
                Kind.DATASTORE,
                "rbd",
                read("{monitors: ['10.0.0.9:3300'], pool: pool}", DatastoreSpec.class));
        host("h1", "10.0.0.1");
        host("h2", "10.0.0.2");
        host("h3", "10.0.0.3");
        declare(
                Kind.VIRTUAL_MACHINE,
                "vm",
                read(
                        "{memory: 64MiB, disks: [{datastore: rbd, image: vm-disk}]}",
                        VirtualMachineSpec.class));
        commit(
                Op.put(
                        RunRecord.key(Metadata.DEFAULT_TENANT, "vm"),
                        Value.of(Stored.write(new RunRecord("h1", true)))));
        storage.open(DISK, CLIENT1);
        hosts.run(URI1, "vm", 5);
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
        store.close();
    }

    private FailoverDuty lead() {
        FailoverDuty duty =
                FailoverDuty.start(
                        store,
                        feed,
                        hosts,
                        _ -> storage,
                        new RedfishSwitch(),
                        SETTINGS,
                        InstantSource.system());
        opened.add(duty);
        return duty;
    }

    private void commit(Op op) {
        assertThat(store.txn(Txn.of(op), DEADLINE)).isInstanceOf(TxnOutcome.Committed.class);
    }

    private static <T> T read(String yaml, Class<T> type) {
        return Binder.bind(YamlReader.read(yaml).orElseThrow().getFirst(), type).orElseThrow();
    }

    private void declare(Kind kind, String name, Spec spec) {
        Metadata metadata =
                new Metadata(
                        Metadata.DEFAULT_TENANT,
                        name,
                        "2f1e9a52-0000-4000-8000-000000000001",
                        1,
                        0,
                        new TreeMap<>(),
                        Source.API);
        commit(
                Op.put(
                        Keys.spec(kind, Metadata.DEFAULT_TENANT, name),
                        Value.of(Stored.spec(Resource.of(metadata, spec)))));
    }

    private void host(String name, String address) {
        host(name, address, "");
    }

    private void host(String name, String address, String more) {
        declare(
                Kind.HOST,
                name,
                read(
                        "{libvirt: 'qemu+tcp://%s/system', storageAddresses: [%s]%s}"
                                .formatted(name, address, more),
                        HostSpec.class));
        HostKey key = new HostKey(Metadata.DEFAULT_TENANT, name);
        takeKey(key);
        commit(
                Op.put(
                        Keys.hostUse(key),
                        Value.of(Stored.write(new HostUse(Instant.now(), 0, Size.parse("0B"))))));
    }

    private void takeKey(HostKey key) {
        HostInventory inventory =
                new HostInventory(key.name(), "x86_64", "6", 8, Size.parse("8GiB"));
        commit(
                Op.put(
                        Keys.hostAlive(key),
                        Value.of(Stored.write(new HostRecord("i", "b", "1", 0, inventory)))));
        commit(Op.put(Keys.hostSeen(key), "{}"));
    }

    private void crash() {
        hosts.silence(URI1);
        storage.clientsAnswer(false);
        commit(Op.delete(Keys.hostAlive(H1)));
    }

    private HostRecords records() {
        return HostRecords.read(store, DEADLINE).orElseThrow();
    }

    private HostState state() {
        return records().hosts().of(H1);
    }

    private List<Task> tasks() {
        return records().tasks().tasks().values().stream().map(known -> known.task()).toList();
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            LockSupport.parkNanos(10_000_000);
        }
    }

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

    private String recover(String worker) {
        LeaseOutcome.Held lease = (LeaseOutcome.Held) store.grant(Duration.ofSeconds(10), DEADLINE);
        HostRecords records = records();
        TaskKey key = records.tasks().tasks().firstKey();
        long now = Instant.now().toEpochMilli();
        Txn claim =
                Objects.requireNonNull(
                        TaskQueue.claim(records.tasks(), now, 2, key, worker, lease.leaseId()));
        TxnOutcome.Committed claimed = (TxnOutcome.Committed) store.txn(claim, DEADLINE);
        String end =
                new RecoveryCarrier(
                                store,
                                feed::image,
                                hosts,
                                _ -> storage,
                                Duration.ofMillis(200),
                                Duration.ofMillis(200),
                                InstantSource.system())
                        .carryOut(key, claimed.revision());
        store.revoke(lease.leaseId(), DEADLINE);
        return end;
    }

    private String planned() {
        lead();
        crash();
        await("its machine is planned", () -> state().procedure() != null && !tasks().isEmpty());
        return "qemu+tcp://" + tasks().getFirst().host() + "/system";
    }

    @Test
    void workerStartsTheMachineElsewhereUnderTheTokenOfItsNewRun() {
        String uri = planned();
        assertThat(recover("w1")).startsWith("runs on h");
        assertThat(hosts.names(uri)).containsExactly("vm");
        assertThat(storage.broken()).isEqualTo(1);
        RunTable.Run run =
                Objects.requireNonNull(
                        records().runs().of(new MachineKey(Metadata.DEFAULT_TENANT, "vm")));
        assertThat(hosts.token(uri, "vm")).isEqualTo(run.token());
        assertThat(tasks().getFirst().state()).isEqualTo(TaskState.DONE);
    }

    @Test
    void whoTakesARecoveryOverStartsNothingTwiceAndBreaksNoLockOfWhatRuns() {
        String uri = planned();
        hosts.answersOfStartsAreLost(true);
        assertThat(recover("w1")).startsWith("not known to run");
        assertThat(hosts.names(uri)).containsExactly("vm");
        storage.open(DISK, "10.0.0.2:0/5");
        hosts.answersOfStartsAreLost(false);
        await(
                "its pause is over",
                () ->
                        !TaskQueue.claimable(records().tasks(), Instant.now().toEpochMilli(), 2, 1)
                                .isEmpty());
        assertThat(recover("w2")).startsWith("runs on h");
        assertThat(hosts.names(uri)).containsExactly("vm");
        assertThat(storage.broken()).isEqualTo(1);
    }

    @Test
    void machineWhoseDiskSomebodyHasOpenIsNotStarted() {
        String uri = planned();
        storage.open(DISK, "10.0.0.8:0/5");
        assertThat(recover("w1")).contains("its disks are open", "10.0.0.8:0/5");
        assertThat(hosts.names(uri)).isEmpty();
        assertThat(storage.broken()).isZero();
    }

    @Test
    void fencedHostThatIsBackIsSweptAndWhatWasRecoveredIsAnnounced() {
        String uri = planned();
        assertThat(recover("w1")).startsWith("runs on h");
        assertThat(hosts.announced()).isEmpty();
        hosts.heal(URI1);
        takeKey(H1);
        await("it runs nothing any more", () -> hosts.names(URI1).isEmpty());
        await("the machine is announced", () -> hosts.announced().contains("vm at " + uri));
        assertThat(hosts.names(uri)).containsExactly("vm");
        assertThat(storage.refused()).containsExactly("10.0.0.1");
    }

    @Test
    void machineWhoseDiskIsOnTheDeadHostIsReportedAndGoesOnWhenTheHostIsBack() {
        declare(
                Kind.DATASTORE,
                "folder",
                read("{local: {host: h1, folder: /srv/disks}}", DatastoreSpec.class));
        for (String name : List.of("kept", "mixed")) {
            String more = name.equals("mixed") ? ", {datastore: rbd, image: more}" : "";
            declare(
                    Kind.VIRTUAL_MACHINE,
                    name,
                    read(
                            "{memory: 64MiB, disks: [{datastore: folder, image: %s}%s]}"
                                    .formatted(name, more),
                            VirtualMachineSpec.class));
            String key = RunRecord.key(Metadata.DEFAULT_TENANT, name);
            commit(Op.put(key, Value.of(Stored.write(new RunRecord("h1", true)))));
            long token =
                    Objects.requireNonNull(
                                    records()
                                            .runs()
                                            .of(new MachineKey(Metadata.DEFAULT_TENANT, name)))
                            .token();
            hosts.run(URI1, name, token);
        }
        // Of an earlier run, which was to have ended.
        hosts.run(URI1, "old", 3);
        await("all are known", () -> feed.image().machines().size() == 3);
        String uri = planned();
        await(
                "it is reported",
                () ->
                        state().decisions().records().stream()
                                .anyMatch(one ->
                                        one.rule().equals("lost-disks")
                                                && one.outcome().endsWith(": kept, mixed")));
        assertThat(tasks()).extracting(Task::subject).containsExactly("vm");
        assertThat(recover("w1")).startsWith("runs on h");
        hosts.heal(URI1);
        takeKey(H1);
        // What a fence took a disk from is ended; what is the host's own goes on.
        await("it is swept", () -> hosts.names(URI1).equals(List.of("kept")));
        assertThat(hosts.names(uri)).containsExactly("vm");
        commit(
                Op.put(
                        HostKeys.word(H1),
                        Value.of(Stored.write(new HostWord(HostWord.Word.READMIT, "test", 1)))));
        await("it counts again", () -> state().procedure() == null && state().online());
        assertThat(hosts.names(URI1)).containsExactly("kept");
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
