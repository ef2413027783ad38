package io.evenkeel.simulation.cluster;

import io.evenkeel.kernel.image.Assignment;
import io.evenkeel.kernel.store.Change;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.WatchBatch;
import io.evenkeel.model.AdminState;
import io.evenkeel.model.EndpointSpec;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import io.evenkeel.model.Resource;
import io.evenkeel.model.Stored;
import io.evenkeel.model.tree.Bound;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What was committed, as the store itself says it: who was admitted under which epoch. */
final class StoreFacts {
    /** One admission; {@code endedAt} is the gateway's attention when its record went. */
    static final class Admitted {
        final String endpoint;
        final String incarnation;
        final long epoch;
        long endedAt = Instance.NEVER;

        /** Whether a newer incarnation took its place. */
        boolean replaced;

        Admitted(String endpoint, String incarnation, long epoch) {
            this.endpoint = endpoint;
            this.incarnation = incarnation;
            this.epoch = epoch;
        }
    }

    private final LongSupplier attended;
    private final Map<String, Admitted> everyone = new TreeMap<>();
    private final Map<String, Admitted> current = new TreeMap<>();

    /** Endpoints that their operator has taken out, and since when. */
    private final Map<String, Long> takenOut = new TreeMap<>();

    StoreFacts(LongSupplier attended) {
        this.attended = attended;
    }

    /** Takes in a commit. */
    void committed(WatchBatch batch) {
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
            before.endedAt = attended.getAsLong();
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
        boolean out =
                change instanceof Change.Put put
                        && Stored.read(put.entry().value().toBytes(), Assignment.class)
                                instanceof Bound.Good<Assignment>(Assignment assignment)
                        && assignment.adminState() != AdminState.READY;
        if (out) {
            takenOut.putIfAbsent(key.name(), attended.getAsLong());
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
    long takenOutSince(String endpoint) {
        return takenOut.getOrDefault(endpoint, Instance.NEVER);
    }
}
