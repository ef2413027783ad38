package io.evenkeel.kernel.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one operation of a committed txn did. */
public sealed interface OpResult {

    /**
     * A key was written.
     *
     * @param previous what the put replaced
     */
    record PutDone(@Nullable Entry previous) implements OpResult {}

    /**
     * Keys were deleted.
     *
     * @param previous what was deleted, in key order
     */
    record DeleteDone(List<Entry> previous) implements OpResult {
        public DeleteDone {
            previous = List.copyOf(previous);
        }
    }

    /**
     * Keys were read inside the txn.
     *
     * @param range what a read inside the txn saw, after the operations before it
     */
    record ReadDone(RangeResult.Range range) implements OpResult {}
}
