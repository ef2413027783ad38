package io.evenkeel.kernel.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.SortedSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The store's semantics, whole and pure: what a revision is, what a txn does, when a lease ends,
 * what history says. The embedded store persists what this class decides, the simulator runs it on
 * a virtual clock, and the etcd adapter is tested against it.
 *
 * <p>How it works. The present is a sorted map. The past is a list with exactly one {@link
 * WatchBatch} per revision since the last compaction, each change with the entry it replaced: a
 * watch reads the list forwards, and a read at an older revision undoes it backwards. So an old
 * read costs in proportion to its range and to how far back it goes, which is short for the one use
 * it has: the next page of a list.
 *
 * <p>As in etcd, an empty store stands at revision 1, a txn that changes nothing takes no revision,
 * and the end of a lease deletes its keys at one revision of its own.
 *
 * <p>Not thread-safe. Time is any monotonic clock in nanoseconds, the same one in every call.
 */
public final class StoreState {
    /** Revision of an empty store. */
    public static final long FIRST_REVISION = 1;

    private final TxnRules rules;
    private final TreeMap<String, Entry> entries = new TreeMap<>();
    private final Leases leases = new Leases();
    private final History history;
    private long revision;

    public StoreState(StoreLimits limits) {
        this(limits, FIRST_REVISION);
    }

    private StoreState(StoreLimits limits, long revision) {
        this.rules = new TxnRules(limits);
        this.history = new History(limits, revision);
        this.revision = revision;
    }

    /**
     * A lease as it is persisted.
     *
     * @param id never used twice
     * @param ttlNanos what it was granted for
     */
    public record LeaseRecord(long id, long ttlNanos) {}

    /**
     * The state as it was persisted. History before it is gone, as after a compaction, and every
     * lease has its whole ttl again: nobody could have renewed it while the store was down.
     *
     * @param lastLeaseId the highest lease id ever granted
     */
    public static StoreState restore(
            StoreLimits limits,
            long revision,
            Collection<Entry> entries,
            Collection<LeaseRecord> leases,
            long lastLeaseId,
            long nowNanos) {
        StoreState state = new StoreState(limits, revision);
        for (LeaseRecord lease : leases) {
            state.leases.restore(lease.id(), lease.ttlNanos(), nowNanos);
        }
        state.leases.lastId(lastLeaseId);
        for (Entry entry : entries) {
            state.entries.put(entry.key(), entry);
            if (entry.leaseId() != 0) {
                state.leases.attach(entry.leaseId(), entry.key());
            }
        }
        return state;
    }

    /** The newest revision. */
    public long revision() {
        return revision;
    }

    /** History up to and including this revision is gone. */
    public long compactRevision() {
        return history.compactRevision();
    }

    public long lastLeaseId() {
        return leases.lastId();
    }

    /** Every key there is, in order; a live view, to be read before the next call. */
    public Collection<Entry> entries() {
        return java.util.Collections.unmodifiableCollection(entries.values());
    }

    /** Answers {@link RangeResult.Range}, {@link Compacted} or {@link Rejected}. */
    public RangeResult range(RangeQuery query) {
        Rejected rejected = rules.check(query);
        if (rejected != null) {
            return rejected;
        }
        if (query.revision() > revision) {
            return new Rejected(
                    Rejected.Code.FUTURE_REVISION,
                    "revision: " + query.revision() + " (expected: <= " + revision + ")");
        }
        if (query.revision() == 0 || query.revision() == revision) {
            return read(entries, query, revision);
        }
        if (query.revision() < history.compactRevision()) {
            return new Compacted(history.compactRevision());
        }
        TreeMap<String, Entry> then = new TreeMap<>(part(entries, query));
        for (long r = revision; r > query.revision(); r--) {
            for (Change change : history.batch(r).changes()) {
                if (query.covers(change.key())) {
                    Entry previous = change.previous();
                    if (previous == null) {
                        then.remove(change.key());
                    } else {
                        then.put(change.key(), previous);
                    }
                }
            }
        }
        return read(then, query, revision);
    }

    /** Answers {@link TxnOutcome.Committed}, {@link TxnOutcome.Refused} or {@link Rejected}. */
    public TxnOutcome txn(Txn txn) {
        Rejected rejected = rules.check(txn);
        if (rejected != null) {
            return rejected;
        }
        for (Compare compare : txn.compares()) {
            if (!TxnRules.holds(compare, entries.get(compare.key()))) {
                List<RangeResult.Range> reads = new ArrayList<>(txn.otherwise().size());
                for (RangeQuery query : txn.otherwise()) {
                    reads.add(read(entries, query, revision));
                }
                return new TxnOutcome.Refused(revision, reads);
            }
        }
        for (Op op : txn.ops()) {
            if (op instanceof Op.Put put && put.leaseId() != 0 && !leases.live(put.leaseId())) {
                return new Rejected(
                        Rejected.Code.NO_LEASE,
                        "lease "
                                + put.leaseId()
                                + " of key "
                                + put.key()
                                + " does not exist or has ended; grant a new one");
            }
        }
        return apply(txn.ops());
    }

    /** Answers {@link LeaseOutcome.Held} or {@link Rejected}. */
    public LeaseOutcome grant(long nowNanos, Duration ttl) {
        Rejected rejected = TxnRules.checkTtl(ttl);
        return rejected != null
                ? rejected
                : new LeaseOutcome.Held(leases.grant(ttl.toNanos(), nowNanos), ttl);
    }

    /** Answers {@link LeaseOutcome.Held} or {@link LeaseOutcome.Gone}. */
    public LeaseOutcome keepAlive(long nowNanos, long leaseId) {
        long ttlNanos = leases.renew(leaseId, nowNanos);
        return ttlNanos == 0
                ? new LeaseOutcome.Gone(leaseId)
                : new LeaseOutcome.Held(leaseId, Duration.ofNanos(ttlNanos));
    }

    /**
     * Ends a lease and deletes its keys at one revision.
     *
     * @return whether there was such a lease
     */
    public boolean revoke(long leaseId) {
        SortedSet<String> keys = leases.end(leaseId);
        if (keys == null) {
            return false;
        }
        List<Change> changes = new ArrayList<>();
        for (String key : keys) {
            Entry gone = entries.remove(key);
            if (gone != null) {
                changes.add(new Change.Delete(key, revision + 1, gone));
            }
        }
        record(changes);
        return true;
    }

    /** A lease whose time is over at {@code nowNanos}, 0 for none: the next one to revoke. */
    public long expired(long nowNanos) {
        return leases.expired(nowNanos);
    }

    /** Nanoseconds until the next lease ends, never negative; Long.MAX_VALUE without leases. */
    public long untilExpiryNanos(long nowNanos) {
        return leases.untilExpiryNanos(nowNanos);
    }

    /**
     * History from {@code fromRevision} on, of keys that begin with {@code prefix}.
     *
     * @param toRevision last revision to look at
     * @param most most revisions to look at in one call
     * @return null when that history is compacted
     */
    public @Nullable HistoryPart history(
            String prefix, long fromRevision, long toRevision, int most) {
        return history.part(prefix, fromRevision, Math.min(toRevision, revision), most);
    }

    /** The changes of one revision that is not compacted. */
    public WatchBatch batch(long ofRevision) {
        return history.batch(ofRevision);
    }

    /** Forgets history up to and including {@code upTo}, at most the newest revision. */
    public Compacted compact(long upTo) {
        history.compact(Math.min(upTo, revision));
        return new Compacted(history.compactRevision());
    }

    /** Forgets history beyond the limits, the oldest first, nothing behind {@code upTo}. */
    public void trim(long upTo) {
        history.trim(Math.min(upTo, revision));
    }

    private TxnOutcome apply(List<Op> ops) {
        long next = revision + 1;
        List<Change> changes = new ArrayList<>();
        List<OpResult> results = new ArrayList<>(ops.size());
        for (Op op : ops) {
            switch (op) {
                case Op.Put put -> {
                    Entry previous = entries.get(put.key());
                    Entry entry = successor(put, previous, next);
                    entries.put(put.key(), entry);
                    if (previous != null && previous.leaseId() != 0) {
                        leases.detach(previous.leaseId(), put.key());
                    }
                    if (put.leaseId() != 0) {
                        leases.attach(put.leaseId(), put.key());
                    }
                    changes.add(new Change.Put(entry, previous));
                    results.add(new OpResult.PutDone(previous));
                }
                case Op.Delete delete -> {
                    RangeQuery query = new RangeQuery(delete.from(), delete.to(), 0, 0, false);
                    List<Entry> gone = List.copyOf(part(entries, query).values());
                    for (Entry entry : gone) {
                        entries.remove(entry.key());
                        if (entry.leaseId() != 0) {
                            leases.detach(entry.leaseId(), entry.key());
                        }
                        changes.add(new Change.Delete(entry.key(), next, entry));
                    }
                    results.add(new OpResult.DeleteDone(gone));
                }
                case Op.Read read ->
                        results.add(
                                new OpResult.ReadDone(
                                        read(
                                                entries,
                                                read.query(),
                                                changes.isEmpty() ? revision : next)));
            }
        }
        record(changes);
        return new TxnOutcome.Committed(revision, results);
    }

    private static Entry successor(Op.Put put, @Nullable Entry previous, long next) {
        return previous == null
                ? new Entry(put.key(), put.value(), next, next, 1, put.leaseId())
                : new Entry(
                        put.key(),
                        put.value(),
                        previous.createRevision(),
                        next,
                        previous.version() + 1,
                        put.leaseId());
    }

    private void record(List<Change> changes) {
        if (!changes.isEmpty()) {
            revision++;
            history.append(new WatchBatch(revision, changes));
        }
    }

    private static RangeResult.Range read(
            NavigableMap<String, Entry> map, RangeQuery query, long asOf) {
        NavigableMap<String, Entry> part = part(map, query);
        List<Entry> found = new ArrayList<>();
        long count = 0;
        for (Entry entry : part.values()) {
            count++;
            if (!query.countOnly() && (query.limit() == 0 || found.size() < query.limit())) {
                found.add(entry);
            }
        }
        return new RangeResult.Range(
                found, count, !query.countOnly() && found.size() < count, asOf);
    }

    private static NavigableMap<String, Entry> part(
            NavigableMap<String, Entry> map, RangeQuery query) {
        if (query.to().isEmpty()) {
            return map.subMap(query.from(), true, query.from(), true);
        }
        if (query.to().compareTo(query.from()) <= 0) {
            return new TreeMap<>();
        }
        return map.subMap(query.from(), true, query.to(), false);
    }
}
