package io.evenkeel.simulation.cluster;

import io.evenkeel.kernel.image.Assignment;
import io.evenkeel.kernel.store.Change;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.StoreState;
import io.evenkeel.kernel.store.WatchBatch;
import io.evenkeel.model.AdminState;
import io.evenkeel.model.EndpointSpec;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import io.evenkeel.model.Resource;
import io.evenkeel.model.Stored;
import io.evenkeel.model.tree.Bound;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What was committed, as the store itself says it: who was admitted under which epoch. */
final class StoreFacts {
    /** One admission; {@code endedAt} is each gateway's attention when its record went. */
    static final class Admitted {
        final String endpoint;
        final String incarnation;
        final long epoch;
        long[] endedAt = {};

        /** Whether a newer incarnation took its place. */
        boolean replaced;

        /** Since when the record is gone by this gateway's attention, or {@link Instance#NEVER}. */
        long endedAt(GatewaySlot gateway) {
            return endedAt.length == 0 ? Instance.NEVER : endedAt[gateway.index];
        }

        Admitted(String endpoint, String incarnation, long epoch) {
            this.endpoint = endpoint;
            this.incarnation = incarnation;
            this.epoch = epoch;
        }
    }

    private final Supplier<long[]> attention;
    private final Map<String, Admitted> everyone = new TreeMap<>();
    private final Map<String, Admitted> current = new TreeMap<>();

    /** Endpoints that their operator has taken out, and since when. */
    private final Map<String, long[]> takenOut = new TreeMap<>();

    /** Revision of the last write of each endpoint's assignment. */
    private final Map<String, Long> assigned = new TreeMap<>();

    private final MarkFacts marks;
    private final SuspectFacts suspects;

    /**
     * Nothing was committed yet.
     *
     * @param attention each gateway's, as it is
     * @param gateways ids, in the order of that
     * @param nowNanos simulated time
     */
    StoreFacts(Supplier<long[]> attention, List<String> gateways, LongSupplier nowNanos) {
        this.attention = attention;
        this.suspects = new SuspectFacts(attention, nowNanos);
        this.marks = new MarkFacts(attention, gateways);
    }

    /** The store is another one: what was admitted in vain stays in memory as such. */
    void reread(StoreState store) {
        current.values().forEach(gone -> gone.endedAt = attention.get());
        current.clear();
        takenOut.clear();
        marks.clear();
        suspects.clear();
        List<Change> all = new ArrayList<>();
        store.entries().forEach(entry -> all.add(new Change.Put(entry, null)));
        committed(new WatchBatch(store.revision(), all));
    }

    /** What gateways say of whom they reach. */
    MarkFacts marks() {
        return marks;
    }

    /** Who is suspected for its host. */
    SuspectFacts suspects() {
        return suspects;
    }

    /** Takes in a commit. */
    void committed(WatchBatch batch) {
        marks.committed(batch);
        suspects.committed(batch);
        for (Change change : batch.changes()) {
            Keys.Key key = Keys.parse(change.key()).orElse(null);
            if (key == null || !key.kind().equals(Kind.ENDPOINT.plural())) {
                continue;
            }
            if (key.area() == Keys.Area.SPEC) {
                spec(key, change);
            } else if (key.area() == Keys.Area.ASSIGN) {
                assigned(key, change);
            }
        }
    }

    private void spec(Keys.Key key, Change change) {
        Admitted before = current.remove(key.name());
        if (before != null) {
            before.endedAt = attention.get();
            before.replaced = change instanceof Change.Put;
        }
        if (change instanceof Change.Put put) {
            Entry entry = put.entry();
            Admitted now = new Admitted(key.name(), incarnation(key, entry), entry.modRevision());
            everyone.put(name(now.endpoint, now.epoch), now);
            current.put(key.name(), now);
        }
    }

    private static String incarnation(Keys.Key key, Entry entry) {
        if (Stored.resource(key, entry.value().toBytes(), entry.modRevision())
                        instanceof Bound.Good<Resource<?, ?>>(Resource<?, ?> resource)
                && resource.spec() instanceof EndpointSpec spec) {
            return spec.incarnation();
        }
        throw new IllegalStateException("unreadable: " + entry);
    }

    private void assigned(Keys.Key key, Change change) {
        assigned.put(key.name(), change.revision());
        boolean out =
                change instanceof Change.Put put
                        && Stored.read(put.entry().value().toBytes(), Assignment.class)
                                instanceof Bound.Good<Assignment>(Assignment assignment)
                        && assignment.adminState() != AdminState.READY;
        if (out) {
            takenOut.putIfAbsent(key.name(), attention.get());
        } else {
            takenOut.remove(key.name());
        }
    }

    /** The admission of this endpoint under this epoch, or null if there never was one. */
    @Nullable Admitted admitted(String endpoint, long epoch) {
        return everyone.get(name(endpoint, epoch));
    }

    private static String name(String endpoint, long epoch) {
        return endpoint + "@" + epoch;
    }

    /** The admission that holds the endpoint now, or null. */
    @Nullable Admitted current(String endpoint) {
        return current.get(endpoint);
    }

    /** Since when the operator has it out, or {@link Instance#NEVER}. */
    long takenOutSince(String endpoint, GatewaySlot gateway) {
        long[] since = takenOut.get(endpoint);
        return since == null ? Instance.NEVER : since[gateway.index];
    }

    /** When the operator's word on it was last written, 0 if never. */
    long assignedAt(String endpoint) {
        return assigned.getOrDefault(endpoint, 0L);
    }
}
