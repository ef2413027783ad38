package io.evenkeel.kernel.machine;

import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.DatastoreImage;
import io.evenkeel.kernel.image.MachineImage;
import io.evenkeel.kernel.machine.DomainElements.Element;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.LocalFolder;
import io.evenkeel.model.MachineDisk;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Disks in folders of hosts (ADR 0155): a machine that has one runs there or nowhere. When its host
 * is dead its disk is as well; no fence touches it, and none is needed. Pure.
 */
public final class LocalDisks {
    private LocalDisks() {}

    /**
     * Names of the hosts in whose folders a machine's disks are, in order; none: it may run
     * anywhere; several: nowhere.
     */
    static List<String> hosts(ClusterImage image, MachineKey machine) {
        TreeSet<String> hosts = new TreeSet<>();
        for (Optional<LocalFolder> at : folders(image, machine)) {
            at.ifPresent(folder -> hosts.add(folder.host()));
        }
        return List.copyOf(hosts);
    }

    /** Whether a machine has a disk in a folder of this host, so that it cannot run elsewhere. */
    public static boolean isBound(ClusterImage image, MachineKey machine, HostKey host) {
        return hosts(image, machine).contains(host.name());
    }

    /**
     * Whether all of a machine's disks are in folders of this host: its run is no other's business,
     * and nothing that storage refuses is lost to it.
     */
    static boolean isAtHome(ClusterImage image, MachineKey machine, HostKey host) {
        List<Optional<LocalFolder>> folders = folders(image, machine);
        return !folders.isEmpty()
                && folders.stream()
                        .allMatch(at ->
                                at.map(LocalFolder::host).filter(host.name()::equals).isPresent());
    }

    /** One for each disk; empty: it is at a storage cluster, or nobody knows where. */
    private static List<Optional<LocalFolder>> folders(ClusterImage image, MachineKey machine) {
        MachineImage declared = image.machines().get(machine);
        if (declared == null) {
            return List.of();
        }
        List<Optional<LocalFolder>> folders = new ArrayList<>();
        for (MachineDisk disk : declared.spec().disks()) {
            DatastoreImage at =
                    image.datastores().get(new DatastoreKey(machine.tenant(), disk.datastore()));
            folders.add(at == null ? Optional.empty() : at.spec().local());
        }
        return folders;
    }

    /**
     * The same of what a libvirt runs, by its own description: whether it has disks, and each is a
     * file.
     */
    public static boolean hasFilesOnly(String description) {
        try {
            Element domain = DomainElements.read(description);
            List<Element> disks =
                    domain.first("devices").stream()
                            .flatMap(devices -> devices.all("disk"))
                            .filter(disk ->
                                    disk.attribute("device").isEmpty()
                                            || disk.attribute("device").equals("disk"))
                            .toList();
            return !disks.isEmpty()
                    && disks.stream().allMatch(disk -> disk.attribute("type").equals("file"));
        } catch (IllegalArgumentException unreadable) {
            return false;
        }
    }
}
