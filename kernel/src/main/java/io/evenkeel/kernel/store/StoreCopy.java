package io.evenkeel.kernel.store;

import java.util.List;
import java.util.Optional;

/**
 * What a follower of a store has read of it, kept where it outlives the follower's process and the
 * store's absence. It is a convenience: nothing waits for it, it may be a moment behind, and it may
 * be gone. What it holds is always what the store said at one revision.
 *
 * <p>Thread-safe; no call blocks but {@link #load} and {@link #close}, and none throws.
 */
public interface StoreCopy extends AutoCloseable {
    /** Keeps nothing. */
    StoreCopy NONE =
            new StoreCopy() {
                @Override
                public Optional<Kept> load() {
                    return Optional.empty();
                }

                @Override
                public void whole(List<Entry> entries, long revision) {}

                @Override
                public void changed(List<Change> changes, long revision) {}

                @Override
                public void confirmed(long atMillis) {}

                @Override
                public void close() {}
            };

    /**
     * What was kept.
     *
     * @param entries everything that was read, in key order
     * @param revision the store's at which they stood so
     * @param cluster id of the cluster that they belong to, empty if it had none
     * @param confirmedMillis wall clock when the store last said that this is how they stand
     */
    record Kept(List<Entry> entries, long revision, String cluster, long confirmedMillis) {
        public Kept {
            entries = List.copyOf(entries);
        }
    }

    /** What an earlier process, or this one, has kept; empty if there is nothing that is whole. */
    Optional<Kept> load();

    /** Everything was read anew, in key order. */
    void whole(List<Entry> entries, long revision);

    /** What changed after that, in order, up to this revision; perhaps nothing. */
    void changed(List<Change> changes, long revision);

    /** The store was heard of; what was told last is how it stands. */
    void confirmed(long atMillis);

    /** Keeps what it was told so far, then lets go. */
    @Override
    void close();
}
