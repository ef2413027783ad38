package io.evenkeel.simulation.registry;

import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.store.Unknown;
import io.evenkeel.simulation.store.StoreWay;
import java.util.function.Consumer;

/** How a process commits: by its way, maybe under a term. */
public interface Txns {
    /** Commits; {@code then} hears the outcome once, later. */
    void commit(Txn txn, Consumer<TxnOutcome> then);

    /** As anybody commits. */
    static Txns by(StoreWay way) {
        Unknown lost = new Unknown("nothing was heard in time");
        return (txn, then) -> way.call(store -> store.txn(txn), lost, then);
    }
}
