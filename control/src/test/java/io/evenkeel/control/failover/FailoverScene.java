package io.evenkeel.control.failover;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.control.power.RedfishSwitch;
import io.evenkeel.control.registry.ImageFeed;
import io.evenkeel.kernel.failover.Breaker;
import io.evenkeel.kernel.failover.FailoverSettings;
import io.evenkeel.kernel.failover.HostState;
import io.evenkeel.kernel.failover.RunRecord;
import io.evenkeel.kernel.image.HostRecord;
import io.evenkeel.kernel.machine.Image;
import io.evenkeel.kernel.placement.PlacementSettings;
import io.evenkeel.kernel.store.MemoryStore;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.kernel.task.Task;
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
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** The duty over one store, with hosts and a storage in memory that fall silent. */
@Timeout(60)
abstract class FailoverScene {
    static final Duration DEADLINE = Duration.ofSeconds(2);
    static final HostKey H1 = new HostKey(Metadata.DEFAULT_TENANT, "h1");
    static final String URI1 = "qemu+tcp://h1/system";
    static final String CLIENT1 = "10.0.0.1:0/77";
    static final Image DISK = new Image("pool", "vm-disk");
    static final FailoverSettings SETTINGS =
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
                    new Breaker(2, 30),
                    Set.of());

    final MemoryStore store = new MemoryStore();
    final MemoryHosts hosts = new MemoryHosts();
    final MemoryStorage storage = new MemoryStorage();
    final List<AutoCloseable> opened = new ArrayList<>();
    final ImageFeed feed = new ImageFeed(store, DEADLINE);

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

    FailoverDuty lead() {
        return lead(SETTINGS);
    }

    FailoverDuty lead(FailoverSettings settings) {
        FailoverDuty duty =
                FailoverDuty.start(
                        store,
                        feed,
                        hosts,
                        _ -> storage,
                        new RedfishSwitch(),
                        settings,
                        PlacementSettings.DEFAULT,
                        InstantSource.system());
        opened.add(duty);
        return duty;
    }

    void commit(Op op) {
        assertThat(store.txn(Txn.of(op), DEADLINE)).isInstanceOf(TxnOutcome.Committed.class);
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

    void host(String name, String address) {
        host(name, address, "");
    }

    void host(String name, String address, String more) {
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

    void takeKey(HostKey key) {
        HostInventory inventory =
                new HostInventory(key.name(), "x86_64", "6", 8, Size.parse("8GiB"));
        commit(
                Op.put(
                        Keys.hostAlive(key),
                        Value.of(Stored.write(new HostRecord("i", "b", "1", 0, inventory)))));
        commit(Op.put(Keys.hostSeen(key), "{}"));
    }

    void crash() {
        hosts.silence(URI1);
        storage.clientsAnswer(false);
        commit(Op.delete(Keys.hostAlive(H1)));
    }

    HostRecords records() {
        return HostRecords.read(store, DEADLINE).orElseThrow();
    }

    HostState state() {
        return records().hosts().of(H1);
    }

    List<Task> tasks() {
        return records().tasks().tasks().values().stream().map(known -> known.task()).toList();
    }

    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            LockSupport.parkNanos(10_000_000);
        }
    }

    String planned() {
        lead();
        crash();
        await("its machine is planned", () -> state().procedure() != null && !tasks().isEmpty());
        return "qemu+tcp://" + tasks().getFirst().host() + "/system";
    }
}
