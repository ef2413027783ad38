package io.evenkeel.store.etcd;

import io.evenkeel.kernel.store.Change;
import io.evenkeel.kernel.store.Compacted;
import io.evenkeel.kernel.store.Compare;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.OpResult;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.Rejected;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The same history on an etcd that has lived before: its revisions begin later, by {@code offset},
 * and it numbers leases in its own way.
 */
final class Translation {
    private final long offset;
    private final TreeMap<Long, Long> leasesToEtcd = new TreeMap<>();
    private final TreeMap<Long, Long> leasesFromEtcd = new TreeMap<>();

    Translation(long offset) {
        this.offset = offset;
        lease(0, 0);
    }

    void lease(long pure, long etcd) {
        leasesToEtcd.put(pure, etcd);
        leasesFromEtcd.put(etcd, pure);
    }

    /** A lease of the pure state, perhaps ended, or 0. */
    long anyLease(Random random) {
        return List.copyOf(leasesToEtcd.keySet()).get(random.nextInt(leasesToEtcd.size()));
    }

    long leaseToEtcd(long pure) {
        Long etcd = leasesToEtcd.get(pure);
        return etcd == null ? pure : etcd;
    }

    /** 0 stays 0: "the newest", or "does not exist". */
    long revisionToEtcd(long pure) {
        return pure == 0 ? 0 : pure + offset;
    }

    RangeQuery toEtcd(RangeQuery query) {
        return query.at(revisionToEtcd(query.revision()));
    }

    Txn toEtcd(Txn txn) {
        return new Txn(
                txn.compares().stream().map(this::toEtcd).toList(),
                txn.ops().stream().map(this::toEtcd).toList(),
                txn.otherwise());
    }

    private Op toEtcd(Op op) {
        return op instanceof Op.Put put
                ? new Op.Put(put.key(), put.value(), leaseToEtcd(put.leaseId()))
                : op;
    }

    private Compare toEtcd(Compare compare) {
        return switch (compare) {
            case Compare.OfValue value -> value;
            case Compare.OfNumber number ->
                    new Compare.OfNumber(
                            number.key(),
                            number.field(),
                            number.relation(),
                            switch (number.field()) {
                                case CREATE_REVISION, MOD_REVISION ->
                                        revisionToEtcd(number.number());
                                case LEASE -> leaseToEtcd(number.number());
                                case VERSION -> number.number();
                            });
        };
    }

    /** What was said, without the words of a rejection: they may name etcd's own numbers. */
    static Object comparable(Object outcome) {
        return outcome instanceof Rejected rejected ? rejected.code() : outcome;
    }

    Object fromEtcd(TxnOutcome outcome) {
        return switch (outcome) {
            case TxnOutcome.Committed committed ->
                    new TxnOutcome.Committed(
                            committed.revision() - offset,
                            committed.results().stream().map(this::fromEtcd).toList());
            case TxnOutcome.Refused refused ->
                    new TxnOutcome.Refused(
                            refused.revision() - offset,
                            refused.reads().stream().map(this::fromEtcd).toList());
            default -> comparable(outcome);
        };
    }

    Object fromEtcd(RangeResult result) {
        return switch (result) {
            case RangeResult.Range range -> fromEtcd(range);
            case Compacted compacted -> new Compacted(compacted.revision() - offset);
            default -> comparable(result);
        };
    }

    Change fromEtcd(Change change) {
        return switch (change) {
            case Change.Put put -> new Change.Put(fromEtcd(put.entry()), orNull(put.previous()));
            case Change.Delete delete ->
                    new Change.Delete(
                            delete.key(), delete.revision() - offset, fromEtcd(delete.previous()));
        };
    }

    private OpResult fromEtcd(OpResult result) {
        return switch (result) {
            case OpResult.PutDone put -> new OpResult.PutDone(orNull(put.previous()));
            case OpResult.DeleteDone delete -> new OpResult.DeleteDone(fromEtcd(delete.previous()));
            case OpResult.ReadDone read -> new OpResult.ReadDone(fromEtcd(read.range()));
        };
    }

    private RangeResult.Range fromEtcd(RangeResult.Range range) {
        return new RangeResult.Range(
                fromEtcd(range.entries()), range.count(), range.more(), range.revision() - offset);
    }

    private List<Entry> fromEtcd(List<Entry> entries) {
        List<Entry> pure = new ArrayList<>();
        entries.forEach(entry -> pure.add(fromEtcd(entry)));
        return pure;
    }

    private @Nullable Entry orNull(@Nullable Entry entry) {
        return entry == null ? null : fromEtcd(entry);
    }

    private Entry fromEtcd(Entry entry) {
        Long lease = leasesFromEtcd.get(entry.leaseId());
        return new Entry(
                entry.key(),
                entry.value(),
                entry.createRevision() - offset,
                entry.modRevision() - offset,
                entry.version(),
                lease == null ? entry.leaseId() : lease);
    }
}
