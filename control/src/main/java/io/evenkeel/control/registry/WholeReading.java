package io.evenkeel.control.registry;

import io.evenkeel.kernel.store.Entry;
import java.util.ArrayList;
import java.util.List;

/** A reader of small parts of the store, which takes a reading in as one piece. */
public abstract class WholeReading implements StoreFollower.Reader {
    private List<Entry> entries = new ArrayList<>();

    @Override
    public final void begins() {
        entries = new ArrayList<>();
    }

    @Override
    public final void page(List<Entry> page) {
        entries.addAll(page);
    }

    @Override
    public final void whole(long revision) {
        List<Entry> all = entries;
        entries = new ArrayList<>();
        read(all, revision);
    }

    /** Everything of the parts read, at this revision; what was known before is superseded. */
    protected abstract void read(List<Entry> entries, long revision);
}
