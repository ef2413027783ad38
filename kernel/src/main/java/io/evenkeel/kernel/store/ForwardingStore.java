package io.evenkeel.kernel.store;

import java.time.Duration;

/** A store that is another one, but for the calls that a subclass answers otherwise. */
public abstract class ForwardingStore implements Store {
    private final Store store;

    /** Everything goes to this store. */
    protected ForwardingStore(Store store) {
        this.store = store;
    }

    @Override
    public RangeResult range(RangeQuery query, Duration deadline) {
        return store.range(query, deadline);
    }

    @Override
    public TxnOutcome txn(Txn txn, Duration deadline) {
        return store.txn(txn, deadline);
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
