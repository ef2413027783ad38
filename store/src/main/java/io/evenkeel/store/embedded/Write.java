package io.evenkeel.store.embedded;

import io.evenkeel.kernel.store.Change;
import io.evenkeel.kernel.store.WatchBatch;

/** One decision of the state that has to reach the disk. */
sealed interface Write {
    /** About what it holds in memory while it waits. */
    default long bytes() {
        return 64;
    }

    /** Keys changed at one revision. */
    record Changed(WatchBatch batch) implements Write {
        @Override
        public long bytes() {
            long sum = 64;
            for (Change change : batch.changes()) {
                sum += change instanceof Change.Put put ? put.entry().value().size() : 0;
            }
            return sum;
        }
    }

    /** A lease was granted. */
    record LeaseGranted(long id, long ttlNanos) implements Write {}

    /** A lease ended; its keys are in a {@link Changed} of their own. */
    record LeaseEnded(long id) implements Write {}
}
