package io.evenkeel.kernel.store;

import java.util.List;

/**
 * A stretch of history.
 *
 * @param nextRevision where to go on reading
 * @param batches one per revision that touched the prefix, in order; may be empty
 */
public record HistoryPart(long nextRevision, List<WatchBatch> batches) {
    public HistoryPart {
        batches = List.copyOf(batches);
    }
}
