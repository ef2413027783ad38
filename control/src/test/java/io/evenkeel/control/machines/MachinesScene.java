package io.evenkeel.control.machines;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.control.failover.MemoryStorage;
import io.evenkeel.control.registry.ImageFeed;
import io.evenkeel.kernel.image.HostRecord;
import io.evenkeel.kernel.image.MachineImage;
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
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** One store, hosts and a storage in memory; who leads and who works, a test says. */
@Timeout(60)
abstract class MachinesScene {
    static final Duration DEADLINE = Duration.ofSeconds(2);
    static final String H1 = "qemu+tcp://h1/system";
    static final String H2 = "qemu+tcp://h2/system";
    static final MachineSettings SETTINGS =
            new MachineSettings(
                    Duration.ofMillis(50),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(2),
                    Duration.ofMillis(300),
                    2,
                    PlacementSettings.DEFAULT);

    final MemoryStore store = new MemoryStore();
    final MemoryHypervisor hosts = new MemoryHypervisor();
    final MemoryStorage storage = new MemoryStorage();
    final List<AutoCloseable> opened = new ArrayList<>();
    final ImageFeed feed = new ImageFeed(store, DEADLINE);

    @BeforeEach
    void start() {
        feed.start();
        opened.add(feed);
        host("h1");
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
        store.close();
    }

    MachineDuty lead() {
        return lead(SETTINGS);
    }

    MachineDuty lead(MachineSettings settings) {
        MachineDuty duty = MachineDuty.start(store, feed, hosts, settings, InstantSource.system());
        opened.add(duty);
        return duty;
    }

    MachineWorkers work(String name) {
        return work(name, store, System::nanoTime);
    }

    MachineWorkers work(String name, Store through, LongSupplier nanos) {
        MachineWorkers workers =
                MachineWorkers.start(
                        name,
                        through,
                        feed,
                        hosts,
                        _ -> storage,
                        SETTINGS,
                        InstantSource.system(),
                        nanos);
        opened.add(workers);
        return workers;
    }

    void commit(Op op) {
        assertThat(((Store) store).txn(Txn.of(op), DEADLINE))
                .isInstanceOf(TxnOutcome.Committed.class);
    }

    static <T> T read(String yaml, Class<T> type) {
        return Binder.bind(YamlReader.read(yaml).orElseThrow().getFirst(), type).orElseThrow();
    }

    void declare(Kind kind, String name, Spec spec) {
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

    void host(String name) {
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

    void spec(String name, boolean maintenance) {
        declare(
                Kind.HOST,
                name,
                read(
                        "{libvirt: 'qemu+tcp://%s/system', maintenance: %b}"
                                .formatted(name, maintenance),
                        HostSpec.class));
    }

    void machine(String name, String power) {
        machine(name, power, "[]");
    }

    void machine(String name, String power, String disks) {
        declare(name, "power: '%s', disks: %s".formatted(power, disks));
    }

    void declare(String name, String rest) {
        String yaml = "{memory: 64MiB, " + rest + "}";
        declare(Kind.VIRTUAL_MACHINE, name, read(yaml, VirtualMachineSpec.class));
    }

    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            LockSupport.parkNanos(10_000_000);
        }
    }

    String power(String name) {
        return feed.image().machines().values().stream()
                .filter(machine -> machine.metadata().name().equals(name))
                .map(MachineImage::status)
                .map(status -> status.power())
                .findFirst()
                .orElse("");
    }

    Optional<Task> migration() {
        TaskTable tasks = new TaskTable();
        String prefix = Keys.prefix(Keys.Area.TASK, TaskKey.TASKS);
        tasks.load(
                ((RangeResult.Range) store.range(RangeQuery.prefix(prefix), DEADLINE)).entries());
        return tasks.tasks().values().stream()
                .map(TaskTable.Known::task)
                .filter(MigrationTasks::isOne)
                .findFirst();
    }

    String problem(String name) {
        return conditions(name).map(Condition::message).findFirst().orElse("");
    }

    Condition.Truth asWanted(String name) {
        return conditions(name).map(Condition::status).findFirst().orElse(Condition.Truth.UNKNOWN);
    }

    private Stream<Condition> conditions(String name) {
        return feed.image().machines().values().stream()
                .filter(machine -> machine.metadata().name().equals(name))
                .flatMap(machine -> machine.status().conditions().stream())
                .filter(condition -> condition.type().equals(MachineStatuses.AS_WANTED));
    }
}
