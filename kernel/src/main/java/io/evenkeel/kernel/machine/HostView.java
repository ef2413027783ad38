package io.evenkeel.kernel.machine;

import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.HostImage;
import io.evenkeel.kernel.image.HostRecord;
import io.evenkeel.kernel.image.MachineImage;
import io.evenkeel.kernel.placement.Guest;
import io.evenkeel.kernel.placement.HostFigures;
import io.evenkeel.kernel.task.TaskTable;
import io.evenkeel.model.HostInventory;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.HostSpec;
import io.evenkeel.model.HostUse;
import io.evenkeel.model.MachinePlacement;
import io.evenkeel.model.VirtualMachineSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Hosts and machines as placement sees them. Made for one decision. */
public final class HostView {
    private static final int MILLI_CORES = 1_000;
    private static final int MEBIBYTE_SHIFT = 20;

    private final ClusterImage image;
    private final RunTable runs;
    private final Map<MachineKey, HostKey> arriving;
    private final Predicate<MachineKey> isUp;

    /**
     * A view.
     *
     * @param tasks those there are: a machine on the move is promised to the host that it comes to
     * @param isUp whether a machine is seen to run where it may: then the host's measurements show
     *     it, else it is promised
     */
    public HostView(
            ClusterImage image, RunTable runs, TaskTable tasks, Predicate<MachineKey> isUp) {
        this.image = image;
        this.runs = runs;
        this.arriving = MigrationTasks.arriving(tasks);
        this.isUp = isUp;
    }

    /** A declared machine, to be placed. */
    Guest guest(MachineKey machine) {
        return guest(image, machine);
    }

    /** The same, of an image. */
    public static Guest guest(ClusterImage image, MachineKey machine) {
        MachineImage declared = image.machines().get(machine);
        if (declared == null) {
            throw new IllegalArgumentException(machine + " is not declared");
        }
        VirtualMachineSpec spec = declared.spec();
        MachinePlacement rules = spec.placement();
        return new Guest(
                machine.name(),
                spec.cpus() * MILLI_CORES,
                mebibytes(spec.memory().bytes()),
                spec.priority(),
                rules.labels(),
                rules.together(),
                rules.apart(),
                LocalDisks.hosts(image, machine));
    }

    /** Every host of a tenant. */
    public List<HostFigures> figures(String tenant, long nowMillis) {
        List<HostFigures> figures = new ArrayList<>();
        image.hosts()
                .forEach((key, host) -> {
                    if (key.tenant().equals(tenant)) {
                        figures.add(figures(key, host, nowMillis));
                    }
                });
        return figures;
    }

    private HostFigures figures(HostKey key, HostImage host, long nowMillis) {
        List<Guest> shown = new ArrayList<>();
        List<Guest> promised = new ArrayList<>();
        runs.runs()
                .forEach((machine, run) -> {
                    if (run.record().on()
                            && machine.tenant().equals(key.tenant())
                            && run.record().host().equals(key.name())
                            && image.machines().containsKey(machine)) {
                        (isUp.test(machine) ? shown : promised).add(guest(machine));
                    }
                });
        arriving.forEach((machine, to) -> {
            RunTable.Run run = runs.of(machine);
            if (to.equals(key)
                    && run != null
                    && !run.record().host().equals(key.name())
                    && image.machines().containsKey(machine)) {
                promised.add(guest(machine));
            }
        });
        List<Guest> guests = new ArrayList<>(shown);
        guests.addAll(promised);
        HostSpec spec = host.spec();
        HostRecord alive = host.alive();
        HostUse use = host.use();
        if (alive == null || use == null) {
            return new HostFigures(
                    key, false, 0, 0, 0, 0, 0, labels(host), guests, promised.size());
        }
        HostInventory inventory = alive.inventory();
        return new HostFigures(
                key,
                !spec.maintenance() && !spec.libvirt().isEmpty(),
                (inventory.cores() - spec.reservedCpus()) * MILLI_CORES,
                mebibytes(inventory.memory().bytes() - spec.reservedMemory().bytes()),
                use.busyMillicores(),
                mebibytes(use.memoryUsed().bytes()),
                Math.max(0, nowMillis - use.at().toEpochMilli()),
                labels(host),
                guests,
                promised.size());
    }

    private static SortedMap<String, String> labels(HostImage host) {
        TreeMap<String, String> labels = new TreeMap<>();
        if (host.metadata() != null) {
            labels.putAll(host.metadata().labels());
        }
        if (!host.spec().zone().isEmpty()) {
            labels.putIfAbsent("zone", host.spec().zone());
        }
        return Collections.unmodifiableSortedMap(labels);
    }

    private static int mebibytes(long bytes) {
        return (int) Math.min(Integer.MAX_VALUE, Math.max(0, bytes) >> MEBIBYTE_SHIFT);
    }
}
