package io.evenkeel.simulation.hosts;

import io.evenkeel.kernel.failover.FailoverAction;
import io.evenkeel.kernel.failover.FailoverSettings;
import io.evenkeel.kernel.failover.FenceReport;
import io.evenkeel.kernel.failover.HostDeclaration;
import io.evenkeel.kernel.failover.HostKeys;
import io.evenkeel.kernel.failover.HostState;
import io.evenkeel.kernel.failover.HostTable;
import io.evenkeel.kernel.failover.HostWord;
import io.evenkeel.kernel.failover.Procedure;
import io.evenkeel.kernel.failover.RunRecord;
import io.evenkeel.kernel.failover.Stage;
import io.evenkeel.kernel.failover.Testimony;
import io.evenkeel.kernel.failover.Witness;
import io.evenkeel.kernel.placement.Guest;
import io.evenkeel.kernel.placement.HostFigures;
import io.evenkeel.kernel.store.Change;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.StoreLimits;
import io.evenkeel.kernel.store.StoreState;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.kernel.store.WatchBatch;
import io.evenkeel.kernel.task.TaskTable;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Stored;
import io.evenkeel.simulation.invariant.BrokenPromise;
import io.evenkeel.simulation.store.SimStore;
import io.evenkeel.simulation.time.EventQueue;
import io.evenkeel.simulation.time.Seed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Hosts, store, storage and controls, and what is held after every event, against facts that the
 * world notes itself:
 *
 * <ul>
 *   <li>no two incarnations of a machine are able to write its disk;
 *   <li>a machine changes hands only from a host whose fence is in the store;
 *   <li>a host is confirmed only when neither its key was there nor a leader had a sign of life of
 *       it for the times of death and lock together.
 * </ul>
 */
final class HostWorld {
    private static final long SECOND = 1_000_000_000L;

    final EventQueue queue = new EventQueue();
    final StoreState store = new StoreState(StoreLimits.DEFAULT);

    /** Calls to it, by ways that fail. */
    final SimStore ways = new SimStore(queue, store);

    final TreeMap<String, SimHost> hosts = new TreeMap<>();
    final List<SimControl> controls = new ArrayList<>();
    final FailoverSettings settings;
    final HostJoints joints;
    final SimStorage storage;
    final Seed seed;
    boolean storeAway;

    /** Calls take as long as they do at best, and nothing is lost by itself. */
    boolean calm;

    /** How long every call to the storage takes; 0: as usual. */
    long storageTakesNanos;

    private final Consumer<String> log;
    private final RandomGenerator random;
    private final HostTable facts = new HostTable();
    private final TaskTable tasks = new TaskTable();
    private final TreeMap<String, Entry> runs = new TreeMap<>();
    private final Map<String, ReadRun> readRuns = new HashMap<>();
    private final TreeMap<HostKey, Stage> stages = new TreeMap<>();
    private final TreeMap<String, Guest> guests = new TreeMap<>();
    private long seen = StoreState.FIRST_REVISION;
    private long seenChanges;
    private int born;
    private long confirmed;
    private long moved;

    HostWorld(Seed seed, FailoverSettings settings, HostJoints joints, Consumer<String> log) {
        this.seed = seed;
        this.settings = settings;
        this.joints = joints;
        this.log = log;
        this.storage = new SimStorage(joints.sealsDisks());
        this.random = seed.generator("what calls take");
    }

    /** Hosts, each with so many machines, and controls; every other host is hyperconverged. */
    void begin(int hostCount, int machinesEach, int controlCount) {
        for (int i = 1; i <= hostCount; i++) {
            SimHost host = new SimHost(this, "h" + i, "10.0.0." + i, i % 2 == 0);
            hosts.put(host.key.name(), host);
            host.agent(settings.aliveTtl());
            for (int n = 1; n <= machinesEach; n++) {
                String machine = "v" + i + "." + n;
                guests.put(machine, new Guest(machine, 500, 1024, n, new TreeMap<>(), "", ""));
                put(RunRecord.key("default", machine), new RunRecord(host.key.name(), true));
                host.start(machine, store.revision());
            }
            long period = settings.aliveRenewal().toNanos();
            queue.after(
                    (long) (seed.generator("agent " + i).nextDouble() * period),
                    () -> queue.every(period, () -> host.agent(settings.aliveTtl())));
        }
        for (int i = 0; i < controlCount; i++) {
            bear().process.turn();
        }
        queue.every(SECOND / 2, this::expire);
        if (settings.further().contains(Witness.LINKS)) {
            queue.every(SECOND, this::testify);
        }
        queue.afterEach(this::hold);
    }

    /** A control that has not begun. */
    SimControl bear() {
        String name = "c" + ++born;
        double pace = 0.95 + seed.generator("pace of " + name).nextDouble() / 10;
        SimControl control = new SimControl(this, name, pace);
        controls.add(control);
        return control;
    }

    private void put(String key, Object record) {
        store.txn(Txn.of(Op.put(key, Value.of(Stored.write(record)))));
    }

    void word(HostKey host, HostWord.Word word) {
        put(HostKeys.word(host), new HostWord(word, "operator", 1));
    }

    /** A machine's user wants it off, or on. */
    void wanted(String machine, boolean on) {
        String key = RunRecord.key("default", machine);
        Entry run = runs.get(key);
        put(key, run == null ? new RunRecord("", on) : read(run).wanted(on));
    }

    private void expire() {
        long now = queue.nowNanos();
        for (long lease = store.expired(now);
                !storeAway && lease != 0;
                lease = store.expired(now)) {
            store.revoke(lease);
        }
    }

    /** What gateways say of suspected hosts. */
    private void testify() {
        for (SimHost host : hosts.values()) {
            HostState state = facts.of(host.key);
            if (!storeAway && state.suspectedSinceMillis() != 0 && host.heard()) {
                Testimony said = new Testimony("gateway g1", "heard a backend on it");
                if (store.range(Testimony.about(host.key)) instanceof RangeResult.Range read) {
                    said.of(host.key, read.entries()).ifPresent(store::txn);
                }
            }
        }
    }

    /** The machine comes up again: it starts what the store says is its own. */
    void boot(SimHost host) {
        host.up = true;
        host.switchedOff = false;
        host.agent(settings.aliveTtl());
        queue.after(5 * SECOND, () -> reclaim(host));
    }

    void reclaim(SimHost host) {
        if (storeAway || !host.up || host.managementCut) {
            return;
        }
        for (Entry run : List.copyOf(runs.values())) {
            RunRecord record = read(run);
            String machine = run.key().substring(run.key().lastIndexOf('/') + 1);
            if (record.on()
                    && record.host().equals(host.key.name())
                    && !facts.of(host.key).confirmed()
                    && !host.machines.containsKey(machine)
                    && host.start(machine, run.modRevision())) {
                line(host.key.name() + " starts its own " + machine);
            }
        }
    }

    /** All runs are looked at for every host, again and again, and seldom change. */
    private RunRecord read(Entry entry) {
        ReadRun known = readRuns.get(entry.key());
        if (known == null || known.revision() != entry.modRevision()) {
            known =
                    new ReadRun(
                            entry.modRevision(),
                            Stored.read(entry.value().toBytes(), RunRecord.class).orElseThrow());
            readRuns.put(entry.key(), known);
        }
        return known.record();
    }

    private record ReadRun(long revision, RunRecord record) {}

    // What controls see and do

    SimHost host(HostKey key) {
        return Objects.requireNonNull(hosts.get(key.name()));
    }

    List<HostDeclaration> declarations() {
        return hosts.values().stream().map(SimHost::declaration).toList();
    }

    String runsOn(String machine) {
        Entry run = runs.get(RunRecord.key("default", machine));
        return run == null ? "" : read(run).host();
    }

    Guest guest(String machine) {
        return Objects.requireNonNull(guests.get(machine));
    }

    /** Machines that are to run on the host, as the store says. */
    List<Guest> guestsOf(HostKey host, RangeResult.Range range) {
        List<Guest> found = new ArrayList<>();
        for (Entry entry : range.entries()) {
            if (entry.key().startsWith(Keys.prefix(Keys.Area.ASSIGN, RunRecord.RUNS))
                    && read(entry).host().equals(host.name())
                    && read(entry).on()) {
                found.add(guest(entry.key().substring(entry.key().lastIndexOf('/') + 1)));
            }
        }
        return found;
    }

    List<HostFigures> figures(HostTable table) {
        List<HostFigures> figures = new ArrayList<>();
        for (SimHost host : hosts.values()) {
            HostState state = table.of(host.key);
            List<Guest> on = new ArrayList<>();
            for (Entry run : runs.values()) {
                if (read(run).host().equals(host.key.name())) {
                    on.add(guest(run.key().substring(run.key().lastIndexOf('/') + 1)));
                }
            }
            figures.add(
                    new HostFigures(
                            host.key,
                            state.online() && state.procedure() == null,
                            16_000,
                            65_536,
                            0,
                            0,
                            0,
                            new TreeMap<>(),
                            on,
                            on.size()));
        }
        return figures;
    }

    /** What a fence does at the storage, and what is seen of it then. */
    FenceReport fence(SimHost host, FailoverAction.Fence fence) {
        Procedure procedure = facts.of(host.key).procedure();
        if (procedure == null || procedure.token() != fence.token()) {
            return FenceReport.failed("another token is in force");
        }
        List<String> listed = new ArrayList<>();
        if (!host.hyperconverged) {
            listed.add(host.address);
        }
        List<SimStorage.Client> clients = storage.listed(host, queue.nowNanos());
        clients.forEach(client -> listed.add(client.id));
        listed.forEach(storage::refuse);
        boolean refused = clients.stream().noneMatch(storage::ableToWrite);
        return new FenceReport(listed, refused, clients.isEmpty(), "looked");
    }

    /** Whether the failure that it is to be switched off for is still the one in force. */
    boolean isDead(SimHost host, FailoverAction.SwitchOff off) {
        HostState state = facts.of(host.key);
        Procedure procedure = state.procedure();
        return !state.alive() && procedure != null && procedure.token() == off.token();
    }

    boolean start(SimHost host, String machine, long token) {
        boolean runs = host.start(machine, token);
        line(machine + (runs ? " runs on " : " is refused on ") + host.key.name());
        return runs;
    }

    boolean tasksWait() {
        return tasks.tasks().values().stream().anyMatch(known -> !known.task().state().ended());
    }

    /** A leader has a sign of life in hand; it counts if it leads long enough to write it. */
    void answered(SimHost host, SimControl control) {
        long at = queue.nowNanos();
        boolean cut = control.storeCut || storeAway;
        queue.after(
                2 * SECOND,
                () -> {
                    boolean writes =
                            control.leads()
                                    && !control.process.stopped()
                                    && !control.storeCut
                                    && !storeAway;
                    if (writes && !cut) {
                        host.signNanos = Math.max(host.signNanos, at);
                    }
                });
    }

    long some(long most) {
        return 1_000_000L + (long) ((calm ? 0.1 : random.nextDouble()) * most);
    }

    boolean chance(int percent) {
        return !calm && random.nextInt(100) < percent;
    }

    // What is held

    private void hold() {
        boolean news = seen < store.revision();
        for (; seen < store.revision(); seen++) {
            WatchBatch batch = store.batch(seen + 1);
            for (Change change : batch.changes()) {
                if (change.key().startsWith(Keys.prefix(Keys.Area.ASSIGN, RunRecord.RUNS))
                        && change instanceof Change.Put(Entry entry, var previous)) {
                    runs.put(entry.key(), entry);
                    if (previous != null && !read(previous).host().equals(read(entry).host())) {
                        moved(entry, read(previous).host());
                    }
                }
            }
            tasks.apply(batch);
            facts.apply(batch).forEach(host -> noted(host, batch));
        }
        if (news) {
            for (SimControl control : List.copyOf(controls)) {
                if (!control.process.killed() && control.leads()) {
                    queue.after(some(3_000_000L), () -> control.process.happens(control::watch));
                }
            }
        }
        if (storage.changes() != seenChanges) {
            seenChanges = storage.changes();
            String twice = storage.writtenTwice();
            if (twice != null) {
                throw broken("no two incarnations are able to write one disk", twice);
            }
        }
    }

    /** The facts are still those before. */
    private void moved(Entry entry, String from) {
        moved++;
        String machine = entry.key().substring(entry.key().lastIndexOf('/') + 1);
        line(machine + " goes from " + from + " to " + read(entry).host());
        if (facts.of(new HostKey("default", from)).permit() == 0) {
            throw broken("a machine changes hands only from a fenced host", machine);
        }
    }

    private void noted(HostKey key, WatchBatch batch) {
        HostState state = facts.of(key);
        SimHost host = host(key);
        for (Change change : batch.changes()) {
            if (change.key().equals(Keys.hostAlive(key))) {
                host.signNanos = queue.nowNanos();
                line(key.name() + (state.alive() ? " is alive" : " is not alive"));
            }
        }
        Procedure procedure = state.procedure();
        Stage stage = procedure == null ? null : procedure.stage();
        Stage was = stage == null ? stages.remove(key) : stages.put(key, stage);
        if (stage != was) {
            line(key.name() + ": " + (stage == null ? "no question" : stage.toString()));
            if (stage == Stage.CONFIRMED) {
                confirmed++;
                long limit = settings.deathTtl().plus(settings.lockTtl()).toNanos();
                long silent = queue.nowNanos() - host.signNanos;
                if (silent < limit) {
                    throw broken(
                            "nobody is confirmed who gave a sign of life within the limits",
                            key + " was silent for " + silent / SECOND + " s");
                }
            }
        }
    }

    /** What holds in the end, when everything was mended and time has passed. */
    void settled() {
        for (Entry run : runs.values()) {
            String machine = run.key().substring(run.key().lastIndexOf('/') + 1);
            long running =
                    hosts.values().stream()
                            .filter(host -> host.machines.containsKey(machine))
                            .filter(host ->
                                    storage.ableToWrite(
                                            Objects.requireNonNull(host.machines.get(machine))))
                            .count();
            if (read(run).on() && running != 1) {
                throw broken(
                        "every machine that is wanted runs in the end",
                        machine + " of " + read(run).host() + " runs " + running + " times");
            }
        }
    }

    HostState state(String host) {
        return facts.of(new HostKey("default", host));
    }

    long confirmed() {
        return confirmed;
    }

    long moved() {
        return moved;
    }

    void line(String text) {
        log.accept(text);
    }

    BrokenPromise broken(String promise, String seenNow) {
        return new BrokenPromise(promise, queue.nowNanos(), seenNow);
    }
}
