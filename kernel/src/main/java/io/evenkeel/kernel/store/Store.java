package io.evenkeel.kernel.store;

import java.time.Duration;

/**
 * The cluster's memory: an ordered map with revisions, multi-key transactions, leases and watches,
 * with etcd v3's semantics and limits ({@link StoreLimits}), so that the embedded store and etcd
 * pass one contract suite. Two deliberate narrowings, both cheap to keep on etcd: a txn's second
 * branch only reads, and keys are printable ASCII.
 *
 * <p>Guarantees: an answer never shows or depends on anything that a crash could still take back;
 * txns are linearizable; a revision belongs to exactly one txn (or one ended lease); a watch
 * delivers every revision once, in order, whole.
 *
 * <p>Thread-safe. Calls block (use virtual threads) at most for their deadline and then answer
 * {@link Unknown}; no call throws for a condition of the store.
 */
public interface Store extends AutoCloseable {

    /** Reads keys, at the newest revision unless the query names one. */
    RangeResult range(RangeQuery query, Duration deadline);

    /** Compares and writes as one step. */
    TxnOutcome txn(Txn txn, Duration deadline);

    /** Grants a lease of {@code ttl}, at least a second. */
    LeaseOutcome grant(Duration ttl, Duration deadline);

    /** Renews a lease for its whole ttl. */
    LeaseOutcome keepAlive(long leaseId, Duration deadline);

    /** Ends a lease and deletes its keys at one revision. Answers {@link LeaseOutcome.Gone}. */
    LeaseOutcome revoke(long leaseId, Duration deadline);

    /** Forgets history up to and including {@code revision}; the present stays. */
    CompactOutcome compact(long revision, Duration deadline);

    /**
     * Watches the keys that begin with {@code prefix} from {@code fromRevision} on, inclusive; 0
     * means from the next revision. To follow a range read at revision r, watch from r + 1.
     */
    Watch watch(String prefix, long fromRevision, WatchListener listener);

    /** Ends every watch, then closes. Idempotent. */
    @Override
    void close();
}
