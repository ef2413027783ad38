package io.evenkeel.control.registry;

import io.evenkeel.kernel.store.CompactOutcome;
import io.evenkeel.kernel.store.LeaseOutcome;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.Rejected;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.store.Unknown;
import io.evenkeel.kernel.store.Watch;
import io.evenkeel.kernel.store.WatchListener;
import java.time.Duration;
import java.util.Random;

/**
 * A store whose answers get lost, before or after the txn was done, as often as the seed says; or
 * that takes no writes at all.
 */
final class FaultyStore implements Store {
    private final Store store;
    private final Random random;
    private final int percent;
    private volatile boolean readOnly;

    FaultyStore(Store store, long seed, int percent) {
        this.store = store;
        this.random = new Random(seed);
        this.percent = percent;
    }

    void readOnly(boolean now) {
        readOnly = now;
    }

    @Override
    public RangeResult range(RangeQuery query, Duration deadline) {
        return store.range(query, deadline);
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
            return store.txn(txn, deadline);
        }
        if (done) {
            store.txn(txn, deadline);
        }
        return new Unknown("planted");
    }

    @Override
    public LeaseOutcome grant(Duration ttl, Duration deadline) {
        return store.grant(ttl, deadline);
    }

    @Override
    public LeaseOutcome keepAlive(long leaseId, Duration deadline) {
        return store.keepAlive(leaseId, deadline);
    }

    @Override
    public LeaseOutcome revoke(long leaseId, Duration deadline) {
        return store.revoke(leaseId, deadline);
    }

    @Override
    public CompactOutcome compact(long revision, Duration deadline) {
        return store.compact(revision, deadline);
    }

    @Override
    public Watch watch(String prefix, long fromRevision, WatchListener listener) {
        return store.watch(prefix, fromRevision, listener);
    }

    @Override
    public void close() {
        store.close();
    }
}
