package io.evenkeel.kernel.failover;

import io.evenkeel.kernel.store.Change;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.LeaseOutcome;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.StoreLimits;
import io.evenkeel.kernel.store.StoreState;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.store.Unknown;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.kernel.store.WatchBatch;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Stored;
import io.evenkeel.model.tree.Bound;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A store, hosts and a loop on a clock of tenths of seconds; answers take what they would. */
final class Rig {
    static final long SECOND = 1_000_000_000L;
    private static final long STEP = SECOND / 10;

    final StoreState store = new StoreState(StoreLimits.DEFAULT);
    final TreeMap<HostKey, Long> alive = new TreeMap<>();
    final TreeSet<HostKey> libvirtLives = new TreeSet<>();
    final TreeSet<HostKey> storageLives = new TreeSet<>();
    final List<String> log = new ArrayList<>();
    final List<HostDeclaration> declared = new ArrayList<>();
    final FailoverSettings settings;
    boolean storageAway;
    FenceReport fence = new FenceReport(List.of("10.0.0.1", "10.0.0.2"), true, false, "seen");
    boolean clean = true;
    boolean keepsPlanning;

    /** Machines of a dead host that have their disks on it. */
    List<String> lost = List.of();

    /** What is to happen to a commit; the default carries it out. */
    Function<FailoverAction.Commit, TxnOutcome> commits = this::carryOut;

    @Nullable FailoverLoop loop;

    /** Whether switching off succeeds, and after how long it is heard of; less than 0: never. */
    boolean isOff = true;

    long switchTakes;
    long now;
    private final TreeMap<HostKey, String> stages = new TreeMap<>();
    private long watched;
    private long written = StoreState.FIRST_REVISION;
    private long sequence;
    private final PriorityQueue<Due> dues =
            new PriorityQueue<>((a, b) ->
                    a.at != b.at ? Long.compare(a.at, b.at) : Long.compare(a.number, b.number));

    private record Due(long at, long number, FailoverLoop of, FailoverEvent event) {}

    Rig(FailoverSettings settings) {
        this.settings = settings;
    }

    static HostKey host(String name) {
        return new HostKey("default", name);
    }

    /** A host that lives. */
    HostKey host(String name, boolean living) {
        HostKey host = host(name);
        declared.add(new HostDeclaration(host, List.of("10.0.0.1"), false, false, false));
        store.txn(Txn.of(Op.put(Keys.hostSeen(host), "{}")));
        libvirtLives.add(host);
        storageLives.add(host);
        if (living) {
            rise(host);
        }
        return host;
    }

    /** Declares that it can be switched off. */
    void switchable(HostKey host) {
        declared.replaceAll(one ->
                one.host().equals(host)
                        ? new HostDeclaration(host, one.storageAddresses(), false, true, false)
                        : one);
    }

    void rise(HostKey host) {
        if (store.grant(now, settings.aliveTtl()) instanceof LeaseOutcome.Held held) {
            alive.put(host, held.leaseId());
            store.txn(
                    Txn.of(
                            Op.putLeased(Keys.hostAlive(host), Value.EMPTY, held.leaseId()),
                            Op.put(Keys.hostSeen(host), Value.EMPTY)));
        }
    }

    void crash(HostKey host) {
        alive.remove(host);
        libvirtLives.remove(host);
        storageLives.remove(host);
    }

    /** A new leader: reads everything, and goes on. */
    void lead() {
        writeDown();
        if (loop == null) {
            log.clear();
        }
        loop = new FailoverLoop(settings);
        dues.clear();
        load();
        step(new FailoverEvent.Declared(declared));
    }

    void load() {
        List<Entry> entries = new ArrayList<>();
        for (String prefix : HostKeys.prefixes()) {
            if (store.range(RangeQuery.prefix(prefix)) instanceof RangeResult.Range range) {
                entries.addAll(range.entries());
            }
        }
        watched = store.revision();
        step(new FailoverEvent.Loaded(watched, entries));
    }

    FailoverLoop leader() {
        return Objects.requireNonNull(loop);
    }

    HostState state(HostKey host) {
        HostTable table = new HostTable();
        List<Entry> entries = new ArrayList<>(store.entries());
        table.load(store.revision(), entries);
        return table.of(host);
    }

    @Nullable Stage stage(HostKey host) {
        Procedure procedure = state(host).procedure();
        return procedure == null ? null : procedure.stage();
    }

    void word(HostKey host, HostWord.Word word) {
        store.txn(
                Txn.of(
                        Op.put(
                                HostKeys.word(host),
                                Value.of(Stored.write(new HostWord(word, "ann", 1))))));
    }

    /** Time goes on for the store and for agents only: nobody leads. */
    void sleep(long nanos) {
        for (long until = now + nanos; now < until; now += STEP) {
            leases();
        }
    }

    void run(long nanos) {
        for (long until = now + nanos; now < until; now += STEP) {
            leases();
            turn();
        }
    }

    /** Runs until the host is in this stage; says how long it took. */
    long runUntil(HostKey host, Stage stage, long most) {
        long began = now;
        while (stage(host) != stage && now - began < most) {
            run(STEP);
        }
        return now - began;
    }

    void leases() {
        alive.values().forEach(lease -> store.keepAlive(now, lease));
        for (long lease = store.expired(now); lease != 0; lease = store.expired(now)) {
            store.revoke(lease);
        }
    }

    private void turn() {
        writeDown();
        for (; watched < store.revision(); watched++) {
            WatchBatch batch = store.batch(watched + 1);
            step(new FailoverEvent.Observed(batch));
        }
        while (!dues.isEmpty() && dues.peek().at <= now) {
            Due due = dues.remove();
            if (due.of == loop) {
                step(due.event);
            }
        }
        if (loop != null && loop.nextNanos() - now <= 0) {
            step(new FailoverEvent.Tick());
        }
    }

    /** Writes down what the store has seen since, in its order. */
    private void writeDown() {
        for (; written < store.revision(); written++) {
            for (Change change : store.batch(written + 1).changes()) {
                HostKeys.parse(change.key()).ifPresent(of -> note(of, change));
            }
        }
    }

    private void note(HostKeys.Of of, Change change) {
        switch (of.part()) {
            case PROCEDURE -> {
                String stage =
                        change instanceof Change.Put(Entry entry, var _)
                                        && Stored.read(entry.value().toBytes(), Procedure.class)
                                                instanceof Bound.Good<Procedure>(Procedure good)
                                ? good.stage().toString()
                                : "none";
                if (!stage.equals(stages.put(of.host(), stage))) {
                    log.add(stage);
                }
            }
            case ALIVE, DEATH, LOCK ->
                    log.add((change instanceof Change.Put ? "+" : "-") + of.part());
            case SEEN, DECISIONS, WORD, HEARD_BY_LINKS -> {}
        }
    }

    void step(FailoverEvent event) {
        if (loop == null) {
            return;
        }
        for (FailoverAction action : loop.step(now, now / 1_000_000, event)) {
            carryOut(action);
        }
    }

    private void carryOut(FailoverAction action) {
        HostKey host = action.host();
        writeDown();
        switch (action) {
            case FailoverAction.Ask ask -> {
                boolean libvirt = ask.witness() == Witness.LIBVIRT;
                boolean lives = (libvirt ? libvirtLives : storageLives).contains(host);
                Answer answer =
                        !libvirt && storageAway
                                ? Answer.UNASKED
                                : lives ? Answer.LIVES : Answer.SILENT;
                log.add("ask " + ask.witness());
                later(
                        lives ? 0 : ask.timeout().toNanos(),
                        new FailoverEvent.Answered(host, ask.ask(), answer, "as told"));
            }
            case FailoverAction.Grant grant ->
                    later(
                            0,
                            new FailoverEvent.Granted(
                                    host, grant.ticket(), store.grant(now, grant.ttl())));
            case FailoverAction.Commit commit ->
                    later(
                            0,
                            new FailoverEvent.Committed(
                                    host, commit.ticket(), commits.apply(commit)));
            case FailoverAction.Fence f -> {
                log.add("fence");
                later(SECOND / 2, new FailoverEvent.FenceReported(host, f.token(), fence));
            }
            case FailoverAction.SwitchOff off -> {
                log.add("switch off");
                if (switchTakes >= 0) {
                    later(
                            switchTakes,
                            new FailoverEvent.SwitchedOff(host, off.token(), isOff, "as told"));
                }
            }
            case FailoverAction.Recover recover -> {
                log.add("recover");
                if (!keepsPlanning) {
                    later(0, new FailoverEvent.Planned(host, recover.token(), lost));
                }
            }
            case FailoverAction.Clean c -> {
                log.add("clean");
                later(0, new FailoverEvent.Cleaned(host, c.token(), clean, "as told"));
            }
            case FailoverAction.Unfence u -> {
                log.add("unfence");
                later(0, new FailoverEvent.Unfenced(host, u.token(), true, "as told"));
            }
        }
    }

    TxnOutcome carryOut(FailoverAction.Commit commit) {
        return store.txn(commit.txn());
    }

    /** Carried out, and the answer lost. */
    TxnOutcome carryOutUnheard(FailoverAction.Commit commit) {
        store.txn(commit.txn());
        return new Unknown("lost");
    }

    private void later(long nanos, FailoverEvent event) {
        FailoverLoop of = loop;
        if (of != null) {
            dues.add(new Due(now + nanos, sequence++, of, event));
        }
    }

    /** The log without what is asked. */
    List<String> steps() {
        return log.stream().filter(line -> !line.startsWith("ask")).toList();
    }
}
