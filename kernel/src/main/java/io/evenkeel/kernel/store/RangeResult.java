package io.evenkeel.kernel.store;

import java.util.List;

/** Answer to a read: {@link Range}, {@link Compacted}, {@link Rejected} or {@link Unknown}. */
public sealed interface RangeResult permits RangeResult.Range, Compacted, Rejected, Unknown {

    /**
     * What was found.
     *
     * @param entries in key order; empty when only counting
     * @param count keys that match, also those the limit left out
     * @param more whether the limit left some out
     * @param revision the store's revision when it was read (not the one asked for); inside a txn,
     *     behind an operation that changed something, already the txn's own
     */
    record Range(List<Entry> entries, long count, boolean more, long revision)
            implements RangeResult {
        public Range {
            entries = List.copyOf(entries);
        }
    }
}
