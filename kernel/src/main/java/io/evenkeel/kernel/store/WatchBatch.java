package io.evenkeel.kernel.store;

import java.util.List;

/**
 * Changes of one or more whole revisions, in order; a revision is never split over two batches.
 *
 * @param revision the last revision in it
 * @param changes at least one
 */
public record WatchBatch(long revision, List<Change> changes) {
    public WatchBatch {
        changes = List.copyOf(changes);
    }
}
