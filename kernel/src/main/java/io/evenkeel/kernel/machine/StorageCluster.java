package io.evenkeel.kernel.machine;

import io.evenkeel.model.DatastoreSpec;
import io.evenkeel.model.HostPort;
import java.util.List;
import java.util.Optional;

/**
 * How a storage cluster is reached; datastores that agree in this are pools of one.
 *
 * @param monitors at least one
 * @param user without {@code client.}
 * @param keyFile path of the file with the user's key; empty: none is asked for
 */
public record StorageCluster(List<HostPort> monitors, String user, String keyFile) {
    public StorageCluster {
        monitors = List.copyOf(monitors);
    }

    /** The cluster that a datastore is in; empty: it is a folder of a host. */
    public static Optional<StorageCluster> of(DatastoreSpec datastore) {
        return datastore.local().isPresent()
                ? Optional.empty()
                : Optional.of(
                        new StorageCluster(
                                datastore.monitors(), datastore.user(), datastore.keyFile()));
    }
}
