package io.evenkeel.simulation.control;

import io.evenkeel.kernel.election.Term;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;

/**
 * Where a leader's writes meet the store: a test plants a fault of ours here.
 *
 * @param carriesTerm whether a leader's txn carries its term
 * @param acknowledgesEarly whether a write is acknowledged when it is sent
 */
public record ControlJoints(boolean carriesTerm, boolean acknowledgesEarly) {
    /** As in the product. */
    public static final ControlJoints SOUND = new ControlJoints(true, false);

    /** What a leader sends of a txn. */
    public Txn sent(Term term, Txn txn) {
        return carriesTerm ? term.guarded(txn) : txn;
    }

    /** What it sees of the outcome. */
    public TxnOutcome seen(Term term, TxnOutcome outcome) {
        return carriesTerm ? term.outcome(outcome) : outcome;
    }
}
