package io.evenkeel.kernel.machine;

import io.evenkeel.kernel.failover.HostDeclaration;
import io.evenkeel.kernel.failover.HostOutlook;
import io.evenkeel.kernel.failover.HostState;
import io.evenkeel.kernel.failover.HostTable;
import io.evenkeel.kernel.failover.RunRecord;
import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.DatastoreImage;
import io.evenkeel.kernel.image.HostImage;
import io.evenkeel.kernel.image.MachineImage;
import io.evenkeel.kernel.placement.Guest;
import io.evenkeel.kernel.placement.HostFigures;
import io.evenkeel.kernel.task.TaskTable;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.HostSpec;
import io.evenkeel.model.MachineDisk;
import io.evenkeel.model.VirtualMachineStatus;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What failover needs to know of hosts, their machines, and the disks of these, taken from what is
 * declared and from who may run what. Made for one decision; pure.
 */
public record HostSite(ClusterImage image, RunTable runs) {
    /**
     * Disks of a host's machines.
     *
     * @param images by the storage that they are at
     * @param unknown names of datastores that are not declared: what is there cannot be looked at
     */
    public record Disks(Map<StorageCluster, List<Image>> images, SortedSet<String> unknown) {
        /** What cannot be looked at; empty: all can. */
        public String missing() {
            return unknown.isEmpty()
                    ? ""
                    : "datastores that are not declared: " + String.join(" ", unknown);
        }
    }

    /**
     * Every host that an operator declared as one that runs virtual machines. Nobody misses one
     * that is to be in maintenance, once nothing is to run there that could run elsewhere (ADR
     * 0156).
     */
    public List<HostDeclaration> declarations() {
        List<HostDeclaration> declared = new ArrayList<>();
        image.hosts()
                .forEach((key, host) -> {
                    HostSpec spec = host.spec();
                    if (host.metadata() != null && !spec.libvirt().isEmpty()) {
                        declared.add(
                                new HostDeclaration(
                                        key,
                                        spec.storageAddresses(),
                                        spec.hyperconverged(),
                                        spec.power().isPresent(),
                                        spec.maintenance() && !isNeeded(key)));
                    }
                });
        return declared;
    }

    private boolean isNeeded(HostKey host) {
        return runs.runs().entrySet().stream()
                .anyMatch(one ->
                        one.getValue().record().on()
                                && isAt(one.getKey(), one.getValue(), host)
                                && image.machines().containsKey(one.getKey())
                                && !LocalDisks.isBound(image, one.getKey(), host));
    }

    /** Where the host's libvirt is; empty if nobody said it. */
    public String libvirt(HostKey host) {
        HostImage known = image.hosts().get(host);
        return known == null ? "" : known.spec().libvirt();
    }

    /** Every storage cluster that machines of a tenant may have disks at. */
    public Set<StorageCluster> storages(String tenant) {
        Set<StorageCluster> clusters = new LinkedHashSet<>();
        image.datastores()
                .forEach((key, datastore) -> {
                    if (key.tenant().equals(tenant)) {
                        StorageCluster.of(datastore.spec()).ifPresent(clusters::add);
                    }
                });
        return clusters;
    }

    /** Every declared storage cluster, of whatever tenant. */
    public Set<StorageCluster> storages() {
        Set<StorageCluster> clusters = new LinkedHashSet<>();
        image.datastores()
                .values()
                .forEach(datastore -> StorageCluster.of(datastore.spec()).ifPresent(clusters::add));
        return clusters;
    }

    /** Disks of the machines that this host may run, whether they are on or off. */
    public Disks disks(HostKey host) {
        Disks disks = new Disks(new LinkedHashMap<>(), new TreeSet<>());
        runs.runs()
                .forEach((machine, run) -> {
                    if (isAt(machine, run, host)) {
                        addTo(disks, machine);
                    }
                });
        return disks;
    }

    /** Disks of one machine; none if it is not declared. */
    public Disks disks(MachineKey machine) {
        Disks disks = new Disks(new LinkedHashMap<>(), new TreeSet<>());
        addTo(disks, machine);
        return disks;
    }

    private void addTo(Disks disks, MachineKey machine) {
        MachineImage declared = image.machines().get(machine);
        if (declared == null) {
            return;
        }
        for (MachineDisk disk : declared.spec().disks()) {
            DatastoreImage at =
                    image.datastores().get(new DatastoreKey(machine.tenant(), disk.datastore()));
            if (at == null) {
                disks.unknown().add(disk.datastore());
            } else {
                StorageCluster.of(at.spec())
                        .ifPresent(cluster ->
                                disks.images()
                                        .computeIfAbsent(cluster, _ -> new ArrayList<>())
                                        .add(new Image(at.spec().pool(), disk.image())));
            }
        }
    }

    /** Of these, those that no other host can run, for their disks are in folders of this one. */
    public SortedSet<String> bound(HostKey host, Collection<Guest> guests) {
        TreeSet<String> bound = new TreeSet<>();
        for (Guest guest : guests) {
            if (LocalDisks.isBound(image, new MachineKey(host.tenant(), guest.name()), host)) {
                bound.add(guest.name());
            }
        }
        return bound;
    }

    /**
     * Whether what is seen on a host is a run that is still to be there, and has nothing at a
     * storage cluster: a fence takes nothing from it.
     */
    public boolean isAtHome(HostKey host, Domain domain) {
        MachineKey machine = new MachineKey(host.tenant(), domain.name());
        RunTable.Run run = runs.of(machine);
        return run != null
                && isAt(machine, run, host)
                && run.token() == domain.token()
                && LocalDisks.isAtHome(image, machine, host);
    }

    /** Machines that the host may run and that are to be on. */
    public List<Guest> guests(HostKey host) {
        List<Guest> guests = new ArrayList<>();
        runs.runs()
                .forEach((machine, run) -> {
                    if (run.record().on()
                            && image.machines().containsKey(machine)
                            && isAt(machine, run, host)) {
                        guests.add(HostView.guest(image, machine));
                    }
                });
        return guests;
    }

    /**
     * Hosts of a tenant, for placement; one that is in question or confirmed takes nothing. What
     * was given to a host, or is on the move to it, counts as promised until it was seen to run
     * there.
     */
    public List<HostFigures> figures(
            String tenant, HostTable hosts, TaskTable tasks, long nowMillis) {
        HostView view = new HostView(image, runs, tasks, this::isUp);
        return sound(view.figures(tenant, nowMillis), hosts);
    }

    /** The same figures, but a host that is in question or confirmed takes nothing. */
    static List<HostFigures> sound(List<HostFigures> all, HostTable hosts) {
        List<HostFigures> figures = new ArrayList<>();
        for (HostFigures one : all) {
            HostState state = hosts.of(one.host());
            boolean takes = one.online() && state.online() && state.procedure() == null;
            figures.add(
                    new HostFigures(
                            one.host(),
                            takes,
                            one.milliCores(),
                            one.memoryMebibytes(),
                            one.usedMilliCores(),
                            one.usedMemoryMebibytes(),
                            one.ageMillis(),
                            one.labels(),
                            one.guests(),
                            one.promised()));
        }
        return figures;
    }

    private boolean isUp(MachineKey machine) {
        RunTable.Run run = runs.of(machine);
        MachineImage declared = image.machines().get(machine);
        if (run == null || declared == null) {
            return false;
        }
        VirtualMachineStatus seen = declared.status();
        return seen.host().equals(run.record().host())
                && seen.token() != 0
                && (seen.power().equals("running") || seen.power().equals("paused"));
    }

    /** Why placement gives a host nothing, whatever its figures are; empty if it may. */
    public String whyNot(HostKey host, HostTable hosts) {
        HostImage known = image.hosts().get(host);
        HostState state = hosts.of(host);
        if (known == null || known.metadata() == null) {
            return "is not declared";
        }
        if (known.spec().libvirt().isEmpty()) {
            return "is declared without libvirt: it runs no virtual machines";
        }
        if (known.spec().maintenance()) {
            return "is in maintenance";
        }
        if (!state.unreadable().isEmpty() || state.procedure() != null || state.confirmed()) {
            return "is in question: stage " + HostOutlook.stage(state);
        }
        if (known.alive() == null || !state.alive()) {
            return "is silent: its agent does not hold its key";
        }
        return known.use() == null ? "was not measured yet" : "";
    }

    /** Machines that were recovered from this host and may run elsewhere, with their new hosts. */
    public SortedMap<MachineKey, HostKey> recoveredFrom(HostKey host) {
        TreeMap<MachineKey, HostKey> recovered = new TreeMap<>();
        runs.runs()
                .forEach((machine, run) -> {
                    RunRecord record = run.record();
                    if (machine.tenant().equals(host.tenant())
                            && record.on()
                            && record.from().equals(host.name())
                            && !record.host().equals(host.name())) {
                        recovered.put(machine, new HostKey(host.tenant(), record.host()));
                    }
                });
        return recovered;
    }

    private static boolean isAt(MachineKey machine, RunTable.Run run, HostKey host) {
        return machine.tenant().equals(host.tenant()) && run.record().host().equals(host.name());
    }
}
