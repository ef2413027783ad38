package io.evenkeel.kernel.failover;

import io.evenkeel.kernel.store.Change;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.WatchBatch;
import io.evenkeel.model.HostKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which hosts are dead, decided by whoever leads (C1 to C6, C10, C11). The state is in the store
 * ({@link Procedure} and the keys beside it), the ttls are the store's; a process that takes over
 * reads it and goes on. What this object knows besides is what it asked and heard since it last
 * wrote: losing that costs one round.
 *
 * <p>A lease may trigger, and silence may confirm, but only a fence that storage has proven lets a
 * machine start elsewhere ({@link HostState#permit}); all times may be wrong without two of one.
 *
 * <p>One object a term: its commits go under the term ({@link
 * io.evenkeel.kernel.election.TermedStore}), and it is thrown away with it. Pure and
 * single-threaded.
 */
public final class FailoverLoop {
    private final FailoverSettings settings;
    private final HostTable table = new HostTable();
    private final TreeMap<HostKey, HostDeclaration> declared = new TreeMap<>();
    private final TreeMap<HostKey, HostProcedure> procedures = new TreeMap<>();
    private final TreeMap<HostKey, HostFencing> fencings = new TreeMap<>();
    private final TreeMap<HostKey, String> alarms = new TreeMap<>();
    private List<FailoverAction> actions = new ArrayList<>();
    private boolean loaded;
    private boolean told;
    private boolean held;
    private String heldWhy = "";
    private long nowNanos;
    private long atMillis;
    private long numbers;

    /**
     * Begins. Does nothing before it has heard both {@link FailoverEvent.Loaded} and {@link
     * FailoverEvent.Declared}.
     */
    public FailoverLoop(FailoverSettings settings) {
        this.settings = settings;
    }

    /**
     * Takes an event in.
     *
     * @param now monotonic, nanoseconds
     * @param wallMillis for records only, milliseconds since 1970 UTC
     * @return what is to be done, in this order
     */
    public List<FailoverAction> step(long now, long wallMillis, FailoverEvent event) {
        nowNanos = now;
        atMillis = wallMillis;
        actions = new ArrayList<>();
        switch (event) {
            case FailoverEvent.Loaded(long revision, List<Entry> entries) -> {
                table.load(revision, entries);
                procedures.clear();
                fencings.clear();
                alarms.clear();
                loaded = true;
                considerAll();
            }
            case FailoverEvent.Declared(List<HostDeclaration> hosts) -> {
                told = true;
                declared.clear();
                hosts.forEach(host -> declared.put(host.host(), host));
                considerAll();
            }
            case FailoverEvent.Observed observed -> {
                if (loaded) {
                    SortedSet<HostKey> touched = table.apply(observed.batch());
                    testimonies(observed.batch());
                    if (told) {
                        judge();
                        touched.forEach(this::consider);
                    }
                }
            }
            case FailoverEvent.Tick _ -> {
                judge();
                for (HostKey host : List.copyOf(procedures.keySet())) {
                    consider(host);
                }
                for (HostKey host : List.copyOf(fencings.keySet())) {
                    consider(host);
                }
            }
            case FailoverEvent.Answered e -> procedure(e.host()).answered(e);
            case FailoverEvent.SeenAlive e -> seenAlive(e);
            case FailoverEvent.LinksLost e -> {
                if (loaded && told && settings.further().contains(Witness.LINKS)) {
                    procedure(e.host()).linksLost(e);
                }
            }
            case FailoverEvent.Granted e -> procedure(e.host()).granted(e);
            case FailoverEvent.Committed e -> {
                procedure(e.host()).committed(e);
                HostFencing fencing = fencings.get(e.host());
                if (fencing != null) {
                    fencing.committed(e);
                }
                judge();
                consider(e.host());
            }
            case FailoverEvent.FenceReported e -> fencing(e.host()).fenceReported(e);
            case FailoverEvent.SwitchedOff e -> fencing(e.host()).switchedOff(e);
            case FailoverEvent.Planned e -> fencing(e.host()).planned(e);
            case FailoverEvent.Cleaned e -> fencing(e.host()).cleaned(e);
            case FailoverEvent.Unfenced e -> fencing(e.host()).unfenced(e);
        }
        procedures.values().removeIf(HostProcedure::idle);
        return Collections.unmodifiableList(actions);
    }

    /** When {@link FailoverEvent.Tick} is wanted; Long.MAX_VALUE if never. */
    public long nextNanos() {
        long next = Long.MAX_VALUE;
        for (HostProcedure procedure : procedures.values()) {
            next = Math.min(next, procedure.nextNanos());
        }
        for (HostFencing fencing : fencings.values()) {
            next = Math.min(next, fencing.nextNanos());
        }
        return next;
    }

    /** What the store says of hosts, as far as this process has heard. */
    public HostTable table() {
        return table;
    }

    /** Whether the {@link Breaker} holds every procedure, and why; empty if it does not. */
    public String held() {
        return held ? heldWhy : "";
    }

    /** What an operator has to look at, by host. */
    public SortedMap<HostKey, String> alarms() {
        return Collections.unmodifiableSortedMap(alarms);
    }

    private void testimonies(WatchBatch batch) {
        for (Change change : batch.changes()) {
            if (change instanceof Change.Put put) {
                Testimony.read(put.entry()).ifPresent(this::seenAlive);
            }
        }
    }

    private void seenAlive(FailoverEvent.SeenAlive event) {
        if (settings.further().contains(event.witness())) {
            procedure(event.host()).seenAlive(event);
        }
    }

    private void considerAll() {
        if (loaded && told) {
            judge();
            for (HostKey host : List.copyOf(table.hosts().keySet())) {
                consider(host);
            }
        }
    }

    private void consider(HostKey host) {
        HostState state = table.of(host);
        if (!state.unreadable().isEmpty()) {
            alarm(host, state.unreadable());
        } else if (state.confirmed()) {
            // First its own end: what it had under way is over.
            if (procedures.containsKey(host)) {
                procedure(host).consider();
            }
            fencing(host).consider();
        } else {
            fencings.remove(host);
            alarms.remove(host);
            if (!state.alive() || state.procedure() != null) {
                procedure(host).consider();
            }
        }
    }

    private HostProcedure procedure(HostKey host) {
        return procedures.computeIfAbsent(host, key -> new HostProcedure(key, this));
    }

    private HostFencing fencing(HostKey host) {
        return fencings.computeIfAbsent(host, key -> new HostFencing(key, this));
    }

    /** Whether so many are silent that it is the network (C10). */
    private void judge() {
        int counted = 0;
        int silent = 0;
        for (HostDeclaration host : declared.values()) {
            HostState state = table.of(host.host());
            if (host.maintenance() || state.confirmed() || state.seenRevision() == 0) {
                continue;
            }
            counted++;
            Procedure procedure = state.procedure();
            if (!state.alive() && (procedure == null || procedure.suspectedMillis() != 0)) {
                silent++;
            }
        }
        held = settings.breaker().holds(silent, counted);
        heldWhy =
                silent
                        + " of "
                        + counted
                        + " hosts are silent at once (expected: fewer than "
                        + settings.breaker().atLeast()
                        + ", or at most "
                        + settings.breaker().sharePercent()
                        + " %): taken for a fault of the network; every recovery is held";
    }

    // For its parts

    FailoverSettings settings() {
        return settings;
    }

    long nowNanos() {
        return nowNanos;
    }

    long atMillis() {
        return atMillis;
    }

    long revision() {
        return table.revision();
    }

    HostState state(HostKey host) {
        return table.of(host);
    }

    @Nullable HostDeclaration declared(HostKey host) {
        return declared.get(host);
    }

    /** Whether an operator wants the host's procedure to go on, whatever holds it. */
    static boolean proceeds(HostState state) {
        HostWord word = state.word();
        return word != null && word.word() == HostWord.Word.PROCEED;
    }

    boolean holds(HostState state) {
        return held && !proceeds(state);
    }

    long nextNumber() {
        return ++numbers;
    }

    void emit(FailoverAction action) {
        actions.add(action);
    }

    void alarm(HostKey host, String text) {
        alarms.put(host, text);
    }

    void noAlarm(HostKey host) {
        alarms.remove(host);
    }

    void refresh(HostKey host, long revision, List<RangeResult.Range> reads) {
        List<Entry> entries = new ArrayList<>();
        reads.forEach(range -> entries.addAll(range.entries()));
        table.refresh(host, revision, entries);
    }
}
