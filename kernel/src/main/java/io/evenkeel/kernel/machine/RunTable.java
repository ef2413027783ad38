package io.evenkeel.kernel.machine;

import io.evenkeel.kernel.failover.RunRecord;
import io.evenkeel.kernel.store.Change;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.WatchBatch;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Keys.Area;
import io.evenkeel.model.Stored;
import io.evenkeel.model.tree.Bound;
import java.util.Collection;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which host may run which machine, as the store says ({@link RunRecord}), kept current by a watch.
 * A record that cannot be read is left as it was. Single-threaded.
 */
public final class RunTable {
    private final TreeMap<MachineKey, Run> runs = new TreeMap<>();

    /**
     * A run as it is stored.
     *
     * @param token revision at which it was last written
     */
    public record Run(RunRecord record, long token) {}

    /** What is to be read, and watched. */
    public static String prefix() {
        return Keys.prefix(Area.ASSIGN, RunRecord.RUNS);
    }

    /** Forgets everything and takes a reading in; other keys may be among the entries. */
    public void load(Collection<Entry> entries) {
        runs.clear();
        entries.forEach(entry -> put(entry.key(), entry));
    }

    /** Takes a batch of a watch in. */
    public void apply(WatchBatch batch) {
        for (Change change : batch.changes()) {
            put(change.key(), change instanceof Change.Put put ? put.entry() : null);
        }
    }

    /** Every run; a live view. */
    public SortedMap<MachineKey, Run> runs() {
        return Collections.unmodifiableSortedMap(runs);
    }

    /** The machine's run, null if it has none. */
    public @Nullable Run of(MachineKey machine) {
        return runs.get(machine);
    }

    private void put(String text, @Nullable Entry entry) {
        Keys.Key key = Keys.parse(text).orElse(null);
        if (key == null || key.area() != Area.ASSIGN || !key.kind().equals(RunRecord.RUNS)) {
            return;
        }
        MachineKey machine = new MachineKey(key.tenant(), key.name());
        if (entry == null) {
            runs.remove(machine);
        } else if (Stored.read(entry.value().toBytes(), RunRecord.class)
                instanceof Bound.Good<RunRecord>(RunRecord record)) {
            runs.put(machine, new Run(record, entry.modRevision()));
        }
    }
}
