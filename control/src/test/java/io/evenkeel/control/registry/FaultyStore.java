package io.evenkeel.control.registry;

import io.evenkeel.kernel.store.ForwardingStore;
import io.evenkeel.kernel.store.Rejected;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.store.Unknown;
import java.time.Duration;
import java.util.Random;

/**
 * A store whose answers get lost, before or after the txn was done, as often as the seed says; or
 * that takes no writes at all.
 */
final class FaultyStore extends ForwardingStore {
    private final Random random;
    private final int percent;
    private volatile boolean readOnly;

    FaultyStore(Store store, long seed, int percent) {
        super(store);
        this.random = new Random(seed);
        this.percent = percent;
    }

    void readOnly(boolean now) {
        readOnly = now;
    }

    @Override
    public TxnOutcome txn(Txn txn, Duration deadline) {
        boolean fault;
        boolean done;
        synchronized (random) {
            fault = random.nextInt(100) < percent;
            done = random.nextBoolean();
        }
        if (readOnly) {
            return new Rejected(Rejected.Code.READ_ONLY, "planted: the disk is full");
        }
        if (!fault) {
            return super.txn(txn, deadline);
        }
        if (done) {
            super.txn(txn, deadline);
        }
        return new Unknown("planted");
    }
}
