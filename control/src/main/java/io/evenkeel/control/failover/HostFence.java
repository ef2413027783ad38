package io.evenkeel.control.failover;

import io.evenkeel.kernel.failover.FailoverAction;
import io.evenkeel.kernel.failover.FenceReport;
import io.evenkeel.kernel.machine.BlockStorage;
import io.evenkeel.kernel.machine.HostSite;
import io.evenkeel.kernel.machine.Image;
import io.evenkeel.kernel.machine.Reply;
import io.evenkeel.kernel.machine.StorageCluster;
import io.evenkeel.kernel.machine.StorageWitness;
import io.evenkeel.kernel.machine.Storages;
import io.evenkeel.kernel.machine.Watcher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * Shuts a host out of storage, and looks whether it is (C6). At every cluster that its machines may
 * have disks at: what is refused is what all of them list.
 */
final class HostFence {
    /** Between two looks for clients that are still listed. */
    private static final long LOOK_MILLIS = 250;

    private final Storages storages;

    HostFence(Storages storages) {
        this.storages = storages;
    }

    /**
     * Blocks for the action's time-out and some seconds at most.
     *
     * @param clients of the host that were seen before
     */
    FenceReport fence(FailoverAction.Fence fence, HostSite site, Set<String> clients)
            throws InterruptedException {
        long deadline = System.nanoTime() + fence.timeout().toNanos();
        List<String> addresses = fence.declared().storageAddresses();
        Set<StorageCluster> clusters = site.storages(fence.host().tenant());
        HostSite.Disks disks = site.disks(fence.host());
        if (!disks.missing().isEmpty()) {
            return FenceReport.failed(disks.missing());
        }
        if (clusters.isEmpty() || addresses.isEmpty()) {
            return FenceReport.failed(
                    clusters.isEmpty()
                            ? "no datastore is declared"
                            : "nothing says from where it reaches the storage");
        }
        TreeSet<String> entries = new TreeSet<>(fence.known());
        try {
            if (fence.declared().hyperconverged()) {
                entries.addAll(clients);
                for (Map.Entry<StorageCluster, List<Image>> at : disks.images().entrySet()) {
                    entries.addAll(
                            StorageWitness.clients(
                                    watchers(at.getKey(), at.getValue(), deadline), addresses));
                }
            } else {
                // Every client from there with it, also one that nobody has seen.
                entries.addAll(addresses);
            }
            Set<String> listed = new TreeSet<>(entries);
            for (StorageCluster cluster : clusters) {
                listed.retainAll(new HashSet<>(refuse(cluster, entries, fence, deadline)));
            }
            return look(fence, disks, new ArrayList<>(listed), deadline);
        } catch (NoAnswerException e) {
            return FenceReport.failed(String.valueOf(e.getMessage()));
        }
    }

    private FenceReport look(
            FailoverAction.Fence fence, HostSite.Disks disks, List<String> listed, long deadline)
            throws InterruptedException, NoAnswerException {
        while (true) {
            List<String> left = new ArrayList<>();
            Set<String> others = new TreeSet<>();
            for (Map.Entry<StorageCluster, List<Image>> at : disks.images().entrySet()) {
                SortedMap<Image, List<Watcher>> watchers =
                        watchers(at.getKey(), at.getValue(), deadline);
                left.addAll(StorageWitness.left(watchers));
                others.addAll(
                        StorageWitness.clients(watchers, fence.declared().storageAddresses()));
            }
            if (left.isEmpty()) {
                return new FenceReport(
                        listed, false, true, "refused are " + String.join(" ", listed));
            }
            others.removeAll(listed);
            if (fence.declared().hyperconverged() && !others.isEmpty()) {
                // Opened since: the next attempt fences these too.
                return new FenceReport(listed, false, false, "new clients: " + others);
            }
            if (deadline - System.nanoTime() <= TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS)) {
                return new FenceReport(listed, false, false, "still listed: " + left);
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }

    /** Has storage serve exactly these again; empty if it does, else what is in the way. */
    String unfence(FailoverAction.Unfence unfence, HostSite site, Duration timeout) {
        Set<StorageCluster> clusters = site.storages(unfence.host().tenant());
        if (clusters.isEmpty()) {
            return "no datastore is declared";
        }
        long deadline = System.nanoTime() + timeout.toNanos();
        for (StorageCluster cluster : clusters) {
            try {
                List<String> still =
                        value(storages.of(cluster).serve(unfence.fenced(), left(deadline)).join());
                if (!still.isEmpty()) {
                    return "still refused: " + String.join(" ", still);
                }
            } catch (NoAnswerException e) {
                return String.valueOf(e.getMessage());
            }
        }
        return "";
    }

    private SortedMap<Image, List<Watcher>> watchers(
            StorageCluster cluster, List<Image> images, long deadline) throws NoAnswerException {
        return value(storages.of(cluster).watchers(images, left(deadline)).join());
    }

    private List<String> refuse(
            StorageCluster cluster, Set<String> entries, FailoverAction.Fence fence, long deadline)
            throws NoAnswerException {
        if (entries.isEmpty()) {
            return List.of();
        }
        BlockStorage storage = storages.of(cluster);
        return value(storage.refuse(List.copyOf(entries), fence.expiry(), left(deadline)).join());
    }

    private static Duration left(long deadline) {
        long left = deadline - System.nanoTime();
        return Duration.ofNanos(Math.max(left, TimeUnit.SECONDS.toNanos(1)));
    }

    private static <T> T value(Reply<T> reply) throws NoAnswerException {
        if (reply instanceof Reply.Done<T>(T value)) {
            return value;
        }
        throw new NoAnswerException(reply.problem());
    }

    /** Storage did not do as it was asked. */
    private static final class NoAnswerException extends Exception {
        private static final long serialVersionUID = 1;

        NoAnswerException(String why) {
            super(why);
        }
    }
}
