package io.evenkeel.control.machines;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.control.failover.MemoryStorage;
import io.evenkeel.control.registry.ImageFeed;
import io.evenkeel.kernel.image.HostRecord;
import io.evenkeel.kernel.image.MachineImage;
import io.evenkeel.kernel.machine.DiskMakings;
import io.evenkeel.kernel.machine.Image;
import io.evenkeel.kernel.machine.MachineKey;
import io.evenkeel.kernel.machine.MachineStatuses;
import io.evenkeel.kernel.machine.MigrationTasks;
import io.evenkeel.kernel.placement.PlacementSettings;
import io.evenkeel.kernel.store.MemoryStore;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.kernel.task.Task;
import io.evenkeel.kernel.task.TaskKey;
import io.evenkeel.kernel.task.TaskTable;
import io.evenkeel.model.Condition;
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
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The leader's duty and two processes' workers over one store, and hosts in memory. */
@Timeout(60)
class MachinesTest {
    private static final Duration DEADLINE = Duration.ofSeconds(2);
    private static final String H1 = "qemu+tcp://h1/system";
    private static final String H2 = "qemu+tcp://h2/system";
    private static final MachineSettings SETTINGS =
            new MachineSettings(
                    Duration.ofMillis(50),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(2),
                    Duration.ofMillis(300),
                    2,
                    PlacementSettings.DEFAULT);

    private final MemoryStore store = new MemoryStore();
    private final MemoryHypervisor hosts = new MemoryHypervisor();
    private final MemoryStorage storage = new MemoryStorage();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private ImageFeed feed = new ImageFeed(store, DEADLINE);

    @BeforeEach
    void start() {
        feed.start();
        opened.add(feed);
        host("h1");
        lead();
        work("w1");
        work("w2");
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
        store.close();
    }

    private MachineDuty lead() {
        return lead(SETTINGS);
    }

    private MachineDuty lead(MachineSettings settings) {
        MachineDuty duty = MachineDuty.start(store, feed, hosts, settings, InstantSource.system());
        opened.add(duty);
        return duty;
    }

    private void work(String name) {
        opened.add(
                MachineWorkers.start(
                        name, store, feed, hosts, _ -> storage, SETTINGS, InstantSource.system()));
    }

    private void commit(Op op) {
        assertThat(((Store) store).txn(Txn.of(op), DEADLINE))
                .isInstanceOf(TxnOutcome.Committed.class);
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

    private void host(String name) {
        spec(name, false);
        HostKey key = new HostKey(Metadata.DEFAULT_TENANT, name);
        HostInventory inventory = new HostInventory(name, "x86_64", "6", 8, Size.parse("8GiB"));
        commit(
                Op.put(
                        Keys.hostAlive(key),
                        Value.of(Stored.write(new HostRecord("i", "b", "1", 0, inventory)))));
        commit(
                Op.put(
                        Keys.hostUse(key),
                        Value.of(Stored.write(new HostUse(Instant.now(), 0, Size.parse("0B"))))));
    }

    private void spec(String name, boolean maintenance) {
        declare(
                Kind.HOST,
                name,
                read(
                        "{libvirt: 'qemu+tcp://%s/system', maintenance: %b}"
                                .formatted(name, maintenance),
                        HostSpec.class));
    }

    private void machine(String name, String power) {
        machine(name, power, "[]");
    }

    private void machine(String name, String power, String disks) {
        declare(name, "power: '%s', disks: %s".formatted(power, disks));
    }

    private void declare(String name, String rest) {
        String yaml = "{memory: 64MiB, " + rest + "}";
        declare(Kind.VIRTUAL_MACHINE, name, read(yaml, VirtualMachineSpec.class));
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            LockSupport.parkNanos(10_000_000);
        }
    }

    private String power(String name) {
        return feed.image().machines().values().stream()
                .filter(machine -> machine.metadata().name().equals(name))
                .map(MachineImage::status)
                .map(status -> status.power())
                .findFirst()
                .orElse("");
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

    private Optional<Task> migration() {
        TaskTable tasks = new TaskTable();
        String prefix = Keys.prefix(Keys.Area.TASK, TaskKey.TASKS);
        tasks.load(
                ((RangeResult.Range) store.range(RangeQuery.prefix(prefix), DEADLINE)).entries());
        return tasks.tasks().values().stream()
                .map(TaskTable.Known::task)
                .filter(MigrationTasks::isOne)
                .findFirst();
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

    private String problem(String name) {
        return conditions(name).map(Condition::message).findFirst().orElse("");
    }

    private Condition.Truth asWanted(String name) {
        return conditions(name).map(Condition::status).findFirst().orElse(Condition.Truth.UNKNOWN);
    }

    private Stream<Condition> conditions(String name) {
        return feed.image().machines().values().stream()
                .filter(machine -> machine.metadata().name().equals(name))
                .flatMap(machine -> machine.status().conditions().stream())
                .filter(condition -> condition.type().equals(MachineStatuses.AS_WANTED));
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
