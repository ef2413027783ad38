package io.evenkeel.kernel.machine;

import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.DatastoreImage;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.MachineDisk;
import io.evenkeel.model.VirtualMachineSpec;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which declared machine has which disk, of whatever tenant, under whatever datastore's name: two
 * that have the same one open destroy it. Confined to one decision.
 */
public final class DiskOwners {
    private final ClusterImage image;
    private final Map<Disk, MachineKey> owners = new HashMap<>();

    /**
     * Where it is.
     *
     * @param cluster that has it; empty: a host has
     * @param host that has it in a folder; empty: a cluster has
     * @param path within the one or the other
     */
    private record Disk(Optional<StorageCluster> cluster, Optional<HostKey> host, String path) {}

    /** Of all machines that are declared. */
    public DiskOwners(ClusterImage image) {
        this.image = image;
        image.machines().forEach((machine, declared) -> add(machine, declared.spec()));
    }

    /** One more machine. */
    public void add(MachineKey machine, VirtualMachineSpec spec) {
        for (MachineDisk one : spec.disks()) {
            disk(machine.tenant(), one).ifPresent(disk -> owners.put(disk, machine));
        }
    }

    /** Why a machine that is not among them cannot have these disks, in words; empty: it can. */
    public Optional<String> conflict(String tenant, VirtualMachineSpec spec) {
        for (MachineDisk one : spec.disks()) {
            Disk disk = disk(tenant, one).orElse(null);
            if (disk != null && owners.containsKey(disk)) {
                return Optional.of(
                        "its disk " + disk.path() + " is also that of machine " + owners.get(disk));
            }
        }
        return Optional.empty();
    }

    private Optional<Disk> disk(String tenant, MachineDisk disk) {
        DatastoreImage at = image.datastores().get(new DatastoreKey(tenant, disk.datastore()));
        return Optional.ofNullable(at)
                .map(DatastoreImage::spec)
                .map(spec ->
                        new Disk(
                                StorageCluster.of(spec),
                                spec.local().map(local -> new HostKey(tenant, local.host())),
                                spec.local()
                                        .map(local -> local.file(disk.image()))
                                        .orElseGet(() -> spec.pool() + "/" + disk.image())));
    }
}
