package io.evenkeel.kernel.store;

import java.util.List;

/** Answer to a txn: {@link Committed}, {@link Refused}, {@link Rejected} or {@link Unknown}. */
public sealed interface TxnOutcome
        permits TxnOutcome.Committed, TxnOutcome.Refused, Rejected, Unknown {

    /**
     * Every compare held and the operations are done, durably.
     *
     * @param revision the store's revision after it; a txn that changed nothing takes none
     * @param results one per operation, in order
     */
    record Committed(long revision, List<OpResult> results) implements TxnOutcome {
        public Committed {
            results = List.copyOf(results);
        }
    }

    /**
     * A compare did not hold; nothing was written.
     *
     * @param revision the store's revision
     * @param reads answers to the txn's otherwise-reads, in order
     */
    record Refused(long revision, List<RangeResult.Range> reads) implements TxnOutcome {
        public Refused {
            reads = List.copyOf(reads);
        }
    }
}
