package io.evenkeel.kernel.election;

import io.evenkeel.kernel.store.Compare;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.Rejected;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import java.util.ArrayList;
import java.util.List;

/**
 * One leadership: from the taking of a lock until it is lost. A txn {@link #guarded} by it takes
 * effect only while the lock is the one that was taken, whatever its writer believes.
 *
 * @param lock the key of the lock
 * @param number the revision at which the lock was created; only grows from leader to leader
 */
public record Term(String lock, long number) {
    /** Compares, and otherwise-reads, that {@link #guarded} adds to a txn. */
    public static final int COMPARES = 1;

    /** The same txn, under the condition that this term goes on. */
    public Txn guarded(Txn txn) {
        List<Compare> compares = new ArrayList<>(txn.compares());
        compares.add(Compare.createRevision(lock, number));
        List<RangeQuery> otherwise = new ArrayList<>(txn.otherwise());
        otherwise.add(RangeQuery.key(lock));
        return new Txn(compares, txn.ops(), otherwise);
    }

    /** The outcome of a guarded txn, as its writer is to see it. */
    public TxnOutcome outcome(TxnOutcome seen) {
        if (!(seen instanceof TxnOutcome.Refused(long revision, List<RangeResult.Range> reads))) {
            return seen;
        }
        List<Entry> held = reads.getLast().entries();
        return held.isEmpty() || held.getFirst().createRevision() != number
                ? over()
                : new TxnOutcome.Refused(revision, reads.subList(0, reads.size() - 1));
    }

    /** The answer to whoever writes when the term is over. */
    Rejected over() {
        return new Rejected(
                Rejected.Code.DEPOSED,
                "term "
                        + number
                        + " of "
                        + lock
                        + " is over (expected: to be the leader); nothing was written, the leader of"
                        + " today does it");
    }
}
