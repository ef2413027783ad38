package io.evenkeel.simulation.cluster;

import io.evenkeel.kernel.image.Assignment;
import io.evenkeel.kernel.store.Compare;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.store.Unknown;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.model.AdminState;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Stored;
import io.evenkeel.simulation.store.StoreWay;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * An operator with a way of their own to the store, as the API has: reads, commits by compare, and
 * tries again until what they want of an endpoint is so.
 */
final class Operator {
    private static final long AGAIN_NANOS = 300_000_000L;
    private static final Unknown LOST = new Unknown("nothing was heard in time");

    private final Cluster cluster;
    private final StoreWay way;
    private final Map<String, AdminState> wanted = new TreeMap<>();
    private final TreeSet<String> busy = new TreeSet<>();

    Operator(Cluster cluster, StoreWay way) {
        this.cluster = cluster;
        this.way = way;
        way.doubt(cluster.options().doubtPermille());
    }

    StoreWay way() {
        return way;
    }

    /** Wants this of an endpoint, sooner or later. */
    void want(String endpoint, AdminState state) {
        wanted.put(endpoint, state);
        if (busy.add(endpoint)) {
            read(endpoint);
        }
    }

    private static String key(String endpoint) {
        return Keys.assign(new EndpointKey(Cluster.TENANT, endpoint));
    }

    private void read(String endpoint) {
        way.<RangeResult>call(
                store -> store.range(RangeQuery.key(key(endpoint))),
                LOST,
                result -> {
                    if (result instanceof RangeResult.Range range) {
                        write(
                                endpoint,
                                range.entries().isEmpty() ? null : range.entries().getFirst());
                    } else {
                        again(endpoint);
                    }
                });
    }

    private void again(String endpoint) {
        cluster.queue().after(AGAIN_NANOS, () -> read(endpoint));
    }

    private void write(String endpoint, @Nullable Entry was) {
        AdminState state = Objects.requireNonNull(wanted.get(endpoint));
        Value value = Value.of(Stored.write(new Assignment(state, "simulated", "local", 0)));
        boolean done =
                state == AdminState.READY ? was == null : was != null && was.value().equals(value);
        if (done) {
            busy.remove(endpoint);
            return;
        }
        String key = key(endpoint);
        Op op = state == AdminState.READY ? Op.delete(key) : Op.put(key, value);
        Txn txn =
                Txn.when(Compare.modRevision(key, was == null ? 0 : was.modRevision()))
                        .then(op)
                        .build();
        way.<TxnOutcome>call(
                store -> store.txn(txn),
                LOST,
                outcome -> {
                    if (outcome instanceof TxnOutcome.Committed committed
                            && cluster.facts().assignedAt(endpoint) < committed.revision()) {
                        throw cluster.broken(
                                Cluster.ACKNOWLEDGED, state + " of " + endpoint + ": " + committed);
                    }
                    again(endpoint);
                });
    }
}
