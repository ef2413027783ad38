package io.evenkeel.kernel.image;

import io.evenkeel.kernel.machine.DatastoreKey;
import io.evenkeel.kernel.machine.MachineKey;
import io.evenkeel.model.DatastoreSpec;
import io.evenkeel.model.DatastoreStatus;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import io.evenkeel.model.Metadata;
import io.evenkeel.model.Status;
import io.evenkeel.model.VirtualMachineSpec;
import io.evenkeel.model.VirtualMachineStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is read of virtual machines and datastores. Their statuses are whole records rather than
 * conditions alone, written by those who drive machines, and stay out of {@link
 * ClusterImage#statuses}.
 */
final class MachineRecords {
    private record Observed<T extends Status>(T status, long revision) {}

    private final TreeMap<MachineKey, ImageRecords.Described<VirtualMachineSpec>> machines =
            new TreeMap<>();
    private final TreeMap<MachineKey, Observed<VirtualMachineStatus>> machineStatuses =
            new TreeMap<>();
    private final TreeMap<DatastoreKey, ImageRecords.Described<DatastoreSpec>> datastores =
            new TreeMap<>();
    private final TreeMap<DatastoreKey, Observed<DatastoreStatus>> datastoreStatuses =
            new TreeMap<>();

    /** Whether a key of specs or statuses is one that machines or datastores are made of. */
    static boolean relevant(Keys.Key key) {
        return ofMachine(key) || key.kind().equals(Kind.DATASTORE.plural());
    }

    /** Of the kinds of these records: a machine's, otherwise a datastore's. */
    static boolean ofMachine(Keys.Key key) {
        return key.kind().equals(Kind.VIRTUAL_MACHINE.plural());
    }

    static MachineKey machineKey(Keys.Key key) {
        return new MachineKey(key.tenant(), key.name());
    }

    static DatastoreKey datastoreKey(Keys.Key key) {
        return new DatastoreKey(key.tenant(), key.name());
    }

    void declare(MachineKey key, Metadata metadata, VirtualMachineSpec spec) {
        machines.put(key, new ImageRecords.Described<>(metadata, spec));
    }

    void declare(DatastoreKey key, Metadata metadata, DatastoreSpec spec) {
        datastores.put(key, new ImageRecords.Described<>(metadata, spec));
    }

    void observe(MachineKey key, VirtualMachineStatus status, long revision) {
        machineStatuses.put(key, new Observed<>(status, revision));
    }

    void observe(DatastoreKey key, DatastoreStatus status, long revision) {
        datastoreStatuses.put(key, new Observed<>(status, revision));
    }

    void remove(Keys.Key key) {
        boolean spec = key.area() == Keys.Area.SPEC;
        if (ofMachine(key)) {
            (spec ? machines : machineStatuses).remove(machineKey(key));
        } else {
            (spec ? datastores : datastoreStatuses).remove(datastoreKey(key));
        }
    }

    /** The keys of everything held. */
    List<Keys.Key> keys() {
        List<Keys.Key> keys = new ArrayList<>();
        machines.keySet().forEach(key -> keys.add(key(Keys.Area.SPEC, key)));
        machineStatuses.keySet().forEach(key -> keys.add(key(Keys.Area.STATUS, key)));
        datastores.keySet().forEach(key -> keys.add(key(Keys.Area.SPEC, key)));
        datastoreStatuses.keySet().forEach(key -> keys.add(key(Keys.Area.STATUS, key)));
        return keys;
    }

    /** The machine as its records say; null if it is not declared. */
    @Nullable MachineImage machine(MachineKey key) {
        ImageRecords.Described<VirtualMachineSpec> described = machines.get(key);
        if (described == null) {
            return null;
        }
        Observed<VirtualMachineStatus> observed = machineStatuses.get(key);
        return new MachineImage(
                key,
                described.metadata(),
                described.spec(),
                observed == null ? VirtualMachineStatus.UNKNOWN : observed.status(),
                observed == null ? 0 : observed.revision());
    }

    /** The datastore as its records say; null if it is not declared. */
    @Nullable DatastoreImage datastore(DatastoreKey key) {
        ImageRecords.Described<DatastoreSpec> described = datastores.get(key);
        if (described == null) {
            return null;
        }
        Observed<DatastoreStatus> observed = datastoreStatuses.get(key);
        return new DatastoreImage(
                key,
                described.metadata(),
                described.spec(),
                observed == null ? DatastoreStatus.UNKNOWN : observed.status(),
                observed == null ? 0 : observed.revision());
    }

    private static Keys.Key key(Keys.Area area, MachineKey key) {
        return new Keys.Key(area, Kind.VIRTUAL_MACHINE.plural(), key.tenant(), key.name());
    }

    private static Keys.Key key(Keys.Area area, DatastoreKey key) {
        return new Keys.Key(area, Kind.DATASTORE.plural(), key.tenant(), key.name());
    }
}
