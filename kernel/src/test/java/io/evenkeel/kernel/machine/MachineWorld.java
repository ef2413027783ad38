package io.evenkeel.kernel.machine;

import io.evenkeel.kernel.failover.HostKeys;
import io.evenkeel.kernel.failover.Procedure;
import io.evenkeel.kernel.failover.RunRecord;
import io.evenkeel.kernel.failover.Stage;
import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.HostRecord;
import io.evenkeel.kernel.image.ImageBuilder;
import io.evenkeel.kernel.placement.PlacementSettings;
import io.evenkeel.kernel.store.LeaseOutcome;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.StoreLimits;
import io.evenkeel.kernel.store.StoreState;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.kernel.task.Task;
import io.evenkeel.kernel.task.TaskKey;
import io.evenkeel.kernel.task.TaskQueue;
import io.evenkeel.kernel.task.TaskTable;
import io.evenkeel.model.DatastoreSpec;
import io.evenkeel.model.HostInventory;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.HostSpec;
import io.evenkeel.model.HostUse;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import io.evenkeel.model.Metadata;
import io.evenkeel.model.Power;
import io.evenkeel.model.Resource;
import io.evenkeel.model.Source;
import io.evenkeel.model.Stored;
import io.evenkeel.model.VirtualMachineSpec;
import io.evenkeel.model.bind.Binder;
import io.evenkeel.model.bind.Size;
import io.evenkeel.model.tree.YamlReader;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A store, hosts that run machines, a leader's loop and a worker, by hand. */
final class MachineWorld {
    static final long SECOND = 1_000_000_000L;
    private static final int PLACES = 4;

    /** What a host runs, by machine: the token. */
    static final class Host {
        final int memoryMebibytes;
        final TreeMap<String, Long> runs = new TreeMap<>();
        boolean answers = true;

        /** What it is asked to start. */
        boolean refuses;

        Host(int memoryMebibytes) {
            this.memoryMebibytes = memoryMebibytes;
        }
    }

    final StoreState store = new StoreState(StoreLimits.DEFAULT);
    final TreeMap<String, Host> hosts = new TreeMap<>();
    PowerLoop loop = new PowerLoop(PlacementSettings.DEFAULT);
    long nowNanos = 1_000 * SECOND;
    private @Nullable PowerLoop told;
    private long heard;

    /** Starts that were carried out. */
    int starts;

    long nowMillis() {
        return nowNanos / 1_000_000;
    }

    long commit(Txn txn) {
        return store.txn(txn) instanceof TxnOutcome.Committed done ? done.revision() : 0;
    }

    private void put(String key, Object record) {
        commit(Txn.of(Op.put(key, Value.of(Stored.write(record)))));
    }

    private static Metadata metadata(String name) {
        return new Metadata(
                Metadata.DEFAULT_TENANT,
                name,
                "2f1e9a52-0000-4000-8000-%012d".formatted(Integer.toUnsignedLong(name.hashCode())),
                1,
                0,
                new TreeMap<>(),
                Source.API);
    }

    /** A host that lives, with this much memory. */
    void host(String name, int memoryMebibytes) {
        hosts.put(name, new Host(memoryMebibytes));
        maintenance(name, false);
        alive(name);
    }

    /** Declares it, to be in maintenance or not. */
    void maintenance(String name, boolean on) {
        HostSpec spec =
                read(
                        "{libvirt: 'qemu+tcp://%s/system', maintenance: %b}".formatted(name, on),
                        HostSpec.class);
        commit(
                Txn.of(
                        Op.put(
                                Keys.spec(Kind.HOST, Metadata.DEFAULT_TENANT, name),
                                Value.of(Stored.spec(Resource.of(metadata(name), spec))))));
    }

    /** Its agent says that it lives, and what is in use. */
    void alive(String name) {
        HostKey key = new HostKey(Metadata.DEFAULT_TENANT, name);
        Size memory = Size.parse(at(name).memoryMebibytes + "MiB");
        HostInventory inventory = new HostInventory(name, "x86_64", "6", 8, memory);
        put(Keys.hostAlive(key), new HostRecord("i", "b", "1", 0, inventory));
        put(Keys.hostUse(key), new HostUse(Instant.ofEpochMilli(nowMillis()), 0, Size.parse("0B")));
    }

    /** Its agent's key is gone. */
    void lost(String name) {
        commit(Txn.of(Op.delete(Keys.hostAlive(new HostKey(Metadata.DEFAULT_TENANT, name)))));
    }

    /** Its failure is confirmed, and storage refuses it. */
    void fenced(String name, boolean planned) {
        HostKey key = new HostKey(Metadata.DEFAULT_TENANT, name);
        at(name).answers = false;
        lost(name);
        Procedure fenced =
                new Procedure(
                        Stage.FENCED,
                        1,
                        1,
                        1,
                        1,
                        0,
                        0,
                        "",
                        3,
                        store.revision(),
                        List.of("10.0.0.1"),
                        "no client is left",
                        planned,
                        List.of());
        put(HostKeys.procedure(key), fenced);
    }

    void declare(String machine, Power power, int memoryMebibytes) {
        declare(machine, power, memoryMebibytes, "live");
    }

    void declare(String machine, Power power, int memoryMebibytes, String migration) {
        VirtualMachineSpec spec =
                read(
                        "{memory: %dMiB, power: '%s', migration: %s}"
                                .formatted(
                                        memoryMebibytes,
                                        power == Power.ON ? "on" : "off",
                                        migration),
                        VirtualMachineSpec.class);
        commit(
                Txn.of(
                        Op.put(
                                Keys.spec(Kind.VIRTUAL_MACHINE, Metadata.DEFAULT_TENANT, machine),
                                Value.of(Stored.spec(Resource.of(metadata(machine), spec))))));
    }

    /** A machine to run, with its disk in a folder of this host. */
    void declareOnDisksOf(String host, String machine) {
        DatastoreSpec folder =
                read(
                        "{local: {host: %s, folder: /srv/disks}}".formatted(host),
                        DatastoreSpec.class);
        VirtualMachineSpec spec =
                read(
                        "{memory: 64MiB, disks: [{datastore: of-%s, image: a}]}".formatted(host),
                        VirtualMachineSpec.class);
        commit(
                Txn.of(
                        Op.put(
                                Keys.spec(Kind.DATASTORE, Metadata.DEFAULT_TENANT, "of-" + host),
                                Value.of(Stored.spec(Resource.of(metadata("of-" + host), folder)))),
                        Op.put(
                                Keys.spec(Kind.VIRTUAL_MACHINE, Metadata.DEFAULT_TENANT, machine),
                                Value.of(Stored.spec(Resource.of(metadata(machine), spec))))));
    }

    void delete(String machine) {
        commit(
                Txn.of(
                        Op.delete(
                                Keys.spec(
                                        Kind.VIRTUAL_MACHINE, Metadata.DEFAULT_TENANT, machine))));
    }

    /** Somebody else gives the machine to another host, as a recovery does. */
    void moved(String machine, String host) {
        put(new MachineKey(Metadata.DEFAULT_TENANT, machine).run(), new RunRecord(host, true));
    }

    /** The same upon a fence of the host that it was on. */
    void recovered(String machine, String host, String from, long fence) {
        put(
                new MachineKey(Metadata.DEFAULT_TENANT, machine).run(),
                new RunRecord(host, true, from, fence));
    }

    private static <T> T read(String yaml, Class<T> type) {
        return Binder.bind(YamlReader.read(yaml).orElseThrow().getFirst(), type).orElseThrow();
    }

    ClusterImage image() {
        ImageBuilder builder = new ImageBuilder();
        builder.load(List.copyOf(store.entries()), store.revision());
        return builder.image();
    }

    /** The leader takes the store in, and decides; nothing of it is committed yet. */
    List<PowerLoop.Decision> decide() {
        loop.image(image());
        if (!loop.equals(told)) {
            told = loop;
            heard = store.revision();
            loop.loaded(store.revision(), List.copyOf(store.entries()));
        }
        while (heard < store.revision()) {
            loop.observed(store.batch(++heard));
        }
        return loop.due(nowNanos, nowMillis());
    }

    /** The leader asks hosts, decides and commits. */
    void lead() {
        decide().forEach(decision -> commit(decision.txn()));
        nowNanos += SECOND / 10;
        for (Map.Entry<String, Host> host : hosts.entrySet()) {
            HostKey key = new HostKey(Metadata.DEFAULT_TENANT, host.getKey());
            if (host.getValue().answers) {
                loop.heard(key, nowNanos, domains(host.getValue()));
            } else {
                loop.silent(key);
            }
        }
        nowNanos += SECOND / 10;
    }

    private static List<Domain> domains(Host host) {
        return host.runs.entrySet().stream()
                .map(e -> new Domain(e.getKey(), "u", Domain.Power.RUNNING, e.getValue()))
                .toList();
    }

    TaskTable tasks() {
        TaskTable table = new TaskTable();
        table.load(List.copyOf(store.entries()));
        return table;
    }

    RunTable runs() {
        RunTable table = new RunTable();
        table.load(List.copyOf(store.entries()));
        return table;
    }

    /** A claim of a worker. */
    record Claim(TaskKey key, Task task, long token, long lease) {}

    /** Claims what is first, null if there is nothing. */
    @Nullable Claim claim() {
        TaskTable table = tasks();
        List<TaskKey> some = TaskQueue.claimable(table, nowMillis(), PLACES, 1);
        if (some.isEmpty()) {
            return null;
        }
        TaskKey key = some.getFirst();
        TaskTable.Known known = table.task(key);
        long lease = ((LeaseOutcome.Held) store.grant(nowNanos, Duration.ofSeconds(5))).leaseId();
        Txn txn = TaskQueue.claim(table, nowMillis(), PLACES, key, "w", lease);
        long token = txn == null ? 0 : commit(txn);
        return token == 0 || known == null
                ? null
                : new Claim(key, TaskQueue.claimed(known.task(), nowMillis(), "w"), token, lease);
    }

    /** What the worker of a claim would do now. */
    MachineWork.Step step(Claim claim) {
        MachineKey machine = new MachineKey(claim.key().tenant(), claim.task().subject());
        return MachineWork.step(machine, claim.task(), runs().of(machine), image());
    }

    /** How what was asked of a host has ended. */
    enum Ended {
        DONE,
        /** The host said no. */
        REFUSED,
        NOT_KNOWN
    }

    /** Does it at the host, as the driver does. */
    Ended carryOut(MachineWork.Step step) {
        return switch (step) {
            case MachineWork.Over _ -> Ended.DONE;
            case MachineWork.NotNow _ -> Ended.NOT_KNOWN;
            case MachineWork.Start(String uri, String xml) -> {
                Host host = of(uri);
                String name = between(xml, "<name>", "</name>");
                long token = Long.parseLong(between(xml, "token='", "'"));
                if (!host.answers) {
                    yield Ended.NOT_KNOWN;
                }
                if (host.refuses || host.runs.getOrDefault(name, 0L) > token) {
                    yield Ended.REFUSED;
                }
                host.runs.put(name, token);
                starts++;
                yield Ended.DONE;
            }
            case MachineWork.Stop(String uri, String name) ->
                    ended(uri, name) ? Ended.DONE : Ended.NOT_KNOWN;
            case MachineWork.Remove(String uri, String name) ->
                    ended(uri, name) ? Ended.DONE : Ended.NOT_KNOWN;
        };
    }

    private boolean ended(String uri, String name) {
        Host host = of(uri);
        if (host.answers) {
            host.runs.remove(name);
        }
        return host.answers;
    }

    /** The host of this name, which has to be there. */
    Host at(String host) {
        return Objects.requireNonNull(hosts.get(host), host);
    }

    private Host of(String uri) {
        return at(between(uri, "//", "/system"));
    }

    /** Under which a host runs a machine; 0: it does not. */
    long token(String host, String machine) {
        return at(host).runs.getOrDefault(machine, 0L);
    }

    private static String between(String text, String before, String after) {
        int from = text.indexOf(before) + before.length();
        return text.substring(from, text.indexOf(after, from));
    }

    void end(Claim claim, Ended how) {
        TaskKey key = claim.key();
        Task task = claim.task();
        long token = claim.token();
        commit(
                switch (how) {
                    case DONE -> TaskQueue.done(key, task, token, "done");
                    case REFUSED ->
                            TaskQueue.refused(key, task, token, nowMillis(), "no such bridge");
                    case NOT_KNOWN -> TaskQueue.failed(key, task, token, nowMillis(), "failed", "");
                });
        store.revoke(claim.lease());
    }

    /** Works until there is nothing to claim. */
    void work() {
        for (Claim claim = claim(); claim != null; claim = claim()) {
            end(claim, carryOut(step(claim)));
        }
    }

    /** Leader and worker take turns for a while, with everything well. */
    void settle() {
        for (int i = 0; i < 40; i++) {
            hosts.forEach((name, host) -> {
                if (host.answers) {
                    alive(name);
                }
            });
            lead();
            work();
            nowNanos += SECOND;
            expire();
        }
    }

    /** Leases of workers that are gone end. */
    void expire() {
        for (long lease = store.expired(nowNanos); lease != 0; lease = store.expired(nowNanos)) {
            store.revoke(lease);
        }
    }

    /** Names of the hosts that run a machine. */
    List<String> hostsOf(String machine) {
        return hosts.entrySet().stream()
                .filter(host -> host.getValue().runs.containsKey(machine))
                .map(Map.Entry::getKey)
                .toList();
    }
}
