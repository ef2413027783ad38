package io.evenkeel.control.api;

import io.evenkeel.kernel.store.Compacted;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.OpResult;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.Rejected;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.store.Unknown;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The store with its failures turned into problems. Thread-safe. */
final class StoreAccess {
    /** Longest wait for one call of the store. */
    static final Duration DEADLINE = Duration.ofSeconds(5);

    private final Store store;

    StoreAccess(Store store) {
        this.store = store;
    }

    /** Several keys at one revision. */
    record Snapshot(List<Optional<Entry>> entries, long revision) {}

    /**
     * Reads a range.
     *
     * @throws ProblemException when the store doesn't answer
     */
    RangeResult.Range range(RangeQuery query) {
        return switch (store.range(query, DEADLINE)) {
            case RangeResult.Range range -> range;
            case Compacted(long revision) ->
                    throw new ProblemException(
                            ApiProblem.of(
                                    ProblemType.COMPACTED,
                                    "revision: "
                                            + query.revision()
                                            + " (expected: above "
                                            + revision
                                            + "); read the present state again"));
            case Rejected rejected -> throw rejected(rejected);
            case Unknown(String reason) -> throw unavailable(reason);
        };
    }

    /** The store's revision now; also says whether it answers. */
    long revision() {
        return range(RangeQuery.key("/ek/1/none")).revision();
    }

    /** Reads single keys, all at one revision. */
    Snapshot read(List<String> keys) {
        List<Op> reads = new ArrayList<>(keys.size());
        for (String key : keys) {
            reads.add(Op.read(RangeQuery.key(key)));
        }
        return switch (store.txn(new Txn(List.of(), reads, List.of()), DEADLINE)) {
            case TxnOutcome.Committed(long revision, List<OpResult> results) -> {
                List<Optional<Entry>> entries = new ArrayList<>(results.size());
                for (OpResult result : results) {
                    List<Entry> found = ((OpResult.ReadDone) result).range().entries();
                    entries.add(found.isEmpty() ? Optional.empty() : Optional.of(found.getFirst()));
                }
                yield new Snapshot(entries, revision);
            }
            case TxnOutcome.Refused _ ->
                    throw new IllegalStateException("a txn without compares was refused");
            case Rejected rejected -> throw rejected(rejected);
            case Unknown(String reason) -> throw unavailable(reason);
        };
    }

    /** The revision of the write, or empty when a compare failed and nothing was written. */
    Optional<Long> write(Txn txn) {
        return switch (store.txn(txn, DEADLINE)) {
            case TxnOutcome.Committed committed -> Optional.of(committed.revision());
            case TxnOutcome.Refused _ -> Optional.empty();
            case Rejected rejected -> throw rejected(rejected);
            case Unknown(String reason) ->
                    throw new ProblemException(
                            ApiProblem.of(
                                    ProblemType.OUTCOME_UNKNOWN,
                                    "store: "
                                            + reason
                                            + "; whether the change was written is not known; read"
                                            + " the resource, then repeat the change if needed"));
        };
    }

    private static ProblemException rejected(Rejected rejected) {
        return switch (rejected.code()) {
            case INVALID ->
                    new ProblemException(
                            ApiProblem.of(ProblemType.BAD_REQUEST, rejected.message()));
            case FUTURE_REVISION ->
                    new ProblemException(
                            ApiProblem.of(ProblemType.BAD_REQUEST, rejected.message()));
            case NO_LEASE, BUSY, READ_ONLY, DEPOSED, CLOSED -> unavailable(rejected.message());
        };
    }

    /** The store did not answer, and nothing was written. */
    static ProblemException unavailable(String reason) {
        return new ProblemException(
                ApiProblem.of(
                                ProblemType.STORE_UNAVAILABLE,
                                "store: " + reason + "; nothing was written; ask again in a second")
                        .header("Retry-After", "1"));
    }
}
