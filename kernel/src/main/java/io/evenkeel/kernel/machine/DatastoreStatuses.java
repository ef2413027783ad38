package io.evenkeel.kernel.machine;

import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.DatastoreImage;
import io.evenkeel.kernel.image.HostImage;
import io.evenkeel.kernel.store.Compare;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.model.Condition;
import io.evenkeel.model.Condition.Truth;
import io.evenkeel.model.DatastoreStatus;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import io.evenkeel.model.LocalFolder;
import io.evenkeel.model.Stored;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether datastores can be reached, as it is written into the store. Pure. */
public final class DatastoreStatuses {
    /** Of the condition: a pool's cluster answers the control that leads, a folder's host lives. */
    public static final String REACHABLE = "Reachable";

    private DatastoreStatuses() {}

    /**
     * What is to be written now, one txn a datastore: what is other than in the image.
     *
     * @param clusters those that were asked, and what was wrong; empty: nothing was
     * @param nowMillis wall clock
     */
    public static List<Txn> due(
            ClusterImage image, Map<StorageCluster, String> clusters, long nowMillis) {
        List<Txn> txns = new ArrayList<>();
        image.datastores()
                .forEach((key, declared) ->
                        condition(image, declared, clusters, Instant.ofEpochMilli(nowMillis))
                                .ifPresent(condition -> {
                                    DatastoreStatus now =
                                            new DatastoreStatus(
                                                    declared.metadata().generation(),
                                                    List.of(condition));
                                    if (!now.equals(declared.status())) {
                                        txns.add(write(key, now));
                                    }
                                }));
        return txns;
    }

    private static Txn write(DatastoreKey key, DatastoreStatus status) {
        return Txn.when(Compare.exists(Keys.spec(Kind.DATASTORE, key.tenant(), key.name())))
                .then(
                        Op.put(
                                Keys.status(Kind.DATASTORE, key.tenant(), key.name()),
                                Value.of(Stored.write(status))))
                .build();
    }

    /** Empty: nobody has asked yet. */
    private static Optional<Condition> condition(
            ClusterImage image,
            DatastoreImage declared,
            Map<StorageCluster, String> clusters,
            Instant now) {
        LocalFolder local = declared.spec().local().orElse(null);
        if (local != null) {
            HostKey host = new HostKey(declared.key().tenant(), local.host());
            return Optional.of(ofHost(declared, local, image.hosts().get(host), now));
        }
        return StorageCluster.of(declared.spec())
                .map(clusters::get)
                .map(problem ->
                        problem.isEmpty()
                                ? of(declared, true, "Answers", "the cluster answers", now)
                                : of(declared, false, "Silent", problem, now));
    }

    private static Condition ofHost(
            DatastoreImage declared, LocalFolder local, @Nullable HostImage host, Instant now) {
        if (host == null) {
            String message = "host " + local.host() + " is not known (expected: declared)";
            return of(declared, false, "NoHost", message, now);
        }
        return host.alive() == null
                ? of(declared, false, "HostSilent", "host " + local.host() + " is silent", now)
                : of(declared, true, "HostLives", "host " + local.host() + " lives", now);
    }

    private static Condition of(
            DatastoreImage declared, boolean holds, String reason, String message, Instant now) {
        Truth truth = holds ? Truth.TRUE : Truth.FALSE;
        return new Condition(
                REACHABLE,
                truth,
                reason,
                message,
                MachineStatuses.since(declared.status().conditions(), REACHABLE, truth, now));
    }
}
