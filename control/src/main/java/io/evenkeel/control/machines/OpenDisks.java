package io.evenkeel.control.machines;

import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.HostImage;
import io.evenkeel.kernel.machine.Domain;
import io.evenkeel.kernel.machine.HostSite;
import io.evenkeel.kernel.machine.Hypervisor;
import io.evenkeel.kernel.machine.Image;
import io.evenkeel.kernel.machine.MachineKey;
import io.evenkeel.kernel.machine.Reply;
import io.evenkeel.kernel.machine.RunTable;
import io.evenkeel.kernel.machine.StorageCluster;
import io.evenkeel.kernel.machine.StorageWitness;
import io.evenkeel.kernel.machine.Storages;
import io.evenkeel.kernel.machine.Watcher;
import io.evenkeel.model.HostKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks, before a machine is started, whether somebody else has its disks open: then it runs
 * somewhere that nobody thought of, and a start would make it run twice. A client on the host
 * itself that is listed and does not answer is what is left of an earlier run there. Blocks;
 * thread-safe.
 */
final class OpenDisks {
    /** For clients to answer. */
    private static final Duration ASK = Duration.ofSeconds(1);

    private final Supplier<ClusterImage> images;
    private final Hypervisor hypervisor;
    private final Storages storages;
    private final Duration looks;

    OpenDisks(
            Supplier<ClusterImage> images,
            Hypervisor hypervisor,
            Storages storages,
            Duration looks) {
        this.images = images;
        this.hypervisor = hypervisor;
        this.storages = storages;
        this.looks = looks;
    }

    /** What speaks against a start on this host; empty: nothing. */
    String problem(MachineKey machine, HostKey on) {
        ClusterImage image = images.get();
        HostImage host = image.hosts().get(on);
        List<String> own = host == null ? List.of() : host.spec().storageAddresses();
        HostSite.Disks disks = new HostSite(image, new RunTable()).disks(machine);
        if (!disks.missing().isEmpty()) {
            return disks.missing();
        }
        List<String> others = new ArrayList<>();
        for (Map.Entry<StorageCluster, List<Image>> at : disks.images().entrySet()) {
            switch (storages.of(at.getKey()).ask(at.getValue(), ASK).join()) {
                case Reply.Done<SortedMap<Image, List<Watcher>>>(var watchers) ->
                        others.addAll(StorageWitness.others(watchers, own));
                case Reply<SortedMap<Image, List<Watcher>>> failed -> {
                    return "its storage does not say who has its disks open: " + failed;
                }
            }
        }
        return others.isEmpty() || isUp(machine, host)
                ? ""
                : "its disks are open: " + String.join(", ", others);
    }

    private boolean isUp(MachineKey machine, @Nullable HostImage host) {
        return host != null
                && hypervisor.domains(host.spec().libvirt(), looks).join()
                        instanceof Reply.Done<List<Domain>>(var domains)
                && domains.stream()
                        .anyMatch(one -> one.name().equals(machine.name()) && one.power().isUp());
    }
}
