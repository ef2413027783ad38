package io.evenkeel.store.transfer;

import io.evenkeel.kernel.store.Compare;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.Rejected;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.store.Unknown;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.store.transfer.TransferException.Code;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Writes of one import, each under the compare that its marker still stands. All of them may be
 * done twice, so that one with an unknown outcome is sent again. Thread-safe.
 */
final class GuardedWrites {
    /** How long a store may refuse or not answer before the import gives up. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Between two tries; a store that is busy answers at once. */
    private static final long PAUSE_NANOS = Duration.ofMillis(50).toNanos();

    private static final RangeQuery MARKER = RangeQuery.key(ImportMarker.KEY);

    private final Store store;
    private final Value marker;

    private GuardedWrites(Store store, Value marker) {
        this.store = store;
        this.marker = marker;
    }

    /** Puts the marker, in the place of any other: what was there stops. */
    static GuardedWrites begin(Store store, ImportMarker marker) {
        GuardedWrites writes = new GuardedWrites(store, marker.value());
        Patience patience = new Patience();
        while (true) {
            List<Entry> seen = StoreExport.read(store, MARKER).entries();
            if (writes.isMine(seen)) {
                return writes;
            }
            long revision = seen.isEmpty() ? 0 : seen.getFirst().modRevision();
            Txn txn =
                    Txn.when(Compare.modRevision(ImportMarker.KEY, revision))
                            .then(Op.put(ImportMarker.KEY, writes.marker))
                            .build();
            patience.weigh(store.txn(txn, StoreExport.DEADLINE));
        }
    }

    /**
     * Writes; at most as many operations as a txn takes.
     *
     * @return the store's revision
     */
    long commit(List<Op> ops) {
        Txn txn =
                Txn.when(Compare.value(ImportMarker.KEY, marker))
                        .then(ops.toArray(Op[]::new))
                        .build();
        Patience patience = new Patience();
        while (true) {
            TxnOutcome outcome = store.txn(txn, StoreExport.DEADLINE);
            switch (outcome) {
                case TxnOutcome.Committed committed -> {
                    return committed.revision();
                }
                case TxnOutcome.Refused _ -> throw takenOver();
                case Rejected _, Unknown _ -> patience.weigh(outcome);
            }
        }
    }

    /** Writes the marker once more, which takes one revision and changes nothing. */
    long touch() {
        return commit(List.of(Op.put(ImportMarker.KEY, marker)));
    }

    /** Takes the marker away: everything is there. Returns the store's revision. */
    long end() {
        Txn txn =
                Txn.when(Compare.value(ImportMarker.KEY, marker))
                        .then(Op.delete(ImportMarker.KEY))
                        .build();
        Patience patience = new Patience();
        boolean mayBeDone = false;
        while (true) {
            TxnOutcome outcome = store.txn(txn, StoreExport.DEADLINE);
            switch (outcome) {
                case TxnOutcome.Committed committed -> {
                    return committed.revision();
                }
                case TxnOutcome.Refused refused -> {
                    RangeResult.Range seen = StoreExport.read(store, MARKER);
                    if (mayBeDone && seen.entries().isEmpty()) {
                        return refused.revision();
                    }
                    throw takenOver();
                }
                case Unknown _ -> {
                    mayBeDone = true;
                    patience.weigh(outcome);
                }
                case Rejected _ -> patience.weigh(outcome);
            }
        }
    }

    private boolean isMine(List<Entry> entries) {
        return !entries.isEmpty() && entries.getFirst().value().equals(marker);
    }

    private static TransferException takenOver() {
        return new TransferException(
                Code.TAKEN_OVER,
                "another import into the same store took over; this one stops, and has to be"
                        + " repeated if it was the one that was meant");
    }

    /** Of one write. */
    private static final class Patience {
        private final long endNanos = System.nanoTime() + PATIENCE.toNanos();

        /** Returns when it may be tried again, a moment later. */
        void weigh(TxnOutcome outcome) {
            boolean worth =
                    !(outcome instanceof Rejected rejected)
                            || rejected.code() == Rejected.Code.BUSY;
            if (!worth || System.nanoTime() > endNanos) {
                String reason =
                        switch (outcome) {
                            case Rejected rejected -> rejected.message();
                            case Unknown unknown -> unknown.reason();
                            case TxnOutcome.Committed _, TxnOutcome.Refused _ ->
                                    "its marker keeps changing";
                        };
                throw new TransferException(
                        Code.STORE,
                        "the store took no more of the import: "
                                + reason
                                + "; run the same import again, it goes on where it was");
            }
            if (outcome instanceof Rejected || outcome instanceof Unknown) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }
}
