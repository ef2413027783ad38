package io.evenkeel.simulation.registry;

import io.evenkeel.kernel.store.Change;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.StoreCopy;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** What a process has kept of the store on a disk that outlives it. */
public final class SimCopy implements StoreCopy {
    private final TreeMap<String, Entry> entries = new TreeMap<>();
    private long revision;

    @Override
    public Optional<Kept> load() {
        return revision == 0
                ? Optional.empty()
                : Optional.of(new Kept(List.copyOf(entries.values()), revision, "", 0));
    }

    @Override
    public void whole(List<Entry> all, long at) {
        entries.clear();
        all.forEach(entry -> entries.put(entry.key(), entry));
        revision = at;
    }

    @Override
    public void changed(List<Change> changes, long at) {
        for (Change change : changes) {
            switch (change) {
                case Change.Put put -> entries.put(put.entry().key(), put.entry());
                case Change.Delete delete -> entries.remove(delete.key());
            }
        }
        revision = at;
    }

    @Override
    public void confirmed(long atMillis) {
        // A copy of any age is started from.
    }

    @Override
    public void close() {
        // Every change is kept at once.
    }
}
