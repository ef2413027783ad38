package io.evenkeel.store.transfer;

import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Metadata;
import io.evenkeel.model.Stored;
import io.evenkeel.model.tree.Bound;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Stands in the store from an import's first write to its last, so that half an import is never
 * taken for a store; every write of the import compares it, so that of two imports one stops.
 *
 * @param sha256 which file is imported
 * @param run nonce of the run that writes
 * @param startedMillis wall clock when the run began
 */
public record ImportMarker(String sha256, String run, long startedMillis) {
    static final String KEY = Keys.of(Keys.Area.LOCK, "imports", Metadata.DEFAULT_TENANT, "store");

    private static final Duration DEADLINE = Duration.ofSeconds(10);

    Value value() {
        return Value.of(Stored.write(this));
    }

    /** The marker in these entries; one that can't be read is one of an unknown file. */
    static Optional<ImportMarker> of(List<Entry> entries) {
        return entries.stream()
                .filter(entry -> entry.key().equals(KEY))
                .findFirst()
                .map(entry ->
                        Stored.read(entry.value().toBytes(), ImportMarker.class)
                                        instanceof Bound.Good<ImportMarker>(ImportMarker marker)
                                ? marker
                                : new ImportMarker("", "", 0));
    }

    /**
     * Why this store must not be used: it holds half an import. Empty when it doesn't, or doesn't
     * answer within ten seconds.
     */
    public static Optional<String> unfinished(Store store) {
        return store.range(RangeQuery.key(KEY), DEADLINE) instanceof RangeResult.Range range
                        && !range.entries().isEmpty()
                ? Optional.of(
                        "an import into this store was begun and has not come to its end; run the"
                                + " same `evenkeel store import` again, which goes on where it was,"
                                + " or import another file with --replace")
                : Optional.empty();
    }
}
