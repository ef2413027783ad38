package io.evenkeel.kernel.election;

import io.evenkeel.kernel.store.CompactOutcome;
import io.evenkeel.kernel.store.ForwardingStore;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.StoreLimits;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * The store as a leader has it: every txn carries the term. What a deposed leader writes is {@link
 * io.evenkeel.kernel.store.Rejected.Code#DEPOSED}: not sent once it knows that its term is over,
 * refused by the store if it doesn't know yet. A txn may have one compare and one otherwise-read
 * less than {@link StoreLimits} says. Reading is open to everybody. Thread-safe.
 */
public final class TermedStore extends ForwardingStore {
    private final Term term;
    private final BooleanSupplier leads;

    /**
     * A leader's view of a store, which stays the caller's to close.
     *
     * @param leads whether the term goes on, as far as this process knows; any thread
     */
    public TermedStore(Store store, Term term, BooleanSupplier leads) {
        super(store);
        this.term = term;
        this.leads = leads;
    }

    @Override
    public TxnOutcome txn(Txn txn, Duration deadline) {
        if (txn.ops().isEmpty()) {
            return super.txn(txn, deadline);
        }
        return leads.getAsBoolean()
                ? term.outcome(super.txn(term.guarded(txn), deadline))
                : term.over();
    }

    @Override
    public CompactOutcome compact(long revision, Duration deadline) {
        return leads.getAsBoolean() ? super.compact(revision, deadline) : term.over();
    }

    /** Does nothing: the store is the process's. */
    @Override
    public void close() {
        // The store outlives every term.
    }
}
