package io.evenkeel.control.failover;

import io.evenkeel.kernel.failover.Answer;
import io.evenkeel.kernel.failover.FailoverAction;
import io.evenkeel.kernel.failover.FailoverEvent;
import io.evenkeel.kernel.failover.Witness;
import io.evenkeel.kernel.image.HostImage;
import io.evenkeel.kernel.machine.HostSite;
import io.evenkeel.kernel.machine.Hypervisor;
import io.evenkeel.kernel.machine.Image;
import io.evenkeel.kernel.machine.Reply;
import io.evenkeel.kernel.machine.StorageCluster;
import io.evenkeel.kernel.machine.StorageWitness;
import io.evenkeel.kernel.machine.Storages;
import io.evenkeel.kernel.machine.Watcher;
import io.evenkeel.model.HostKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Asks a host's libvirt, or the clients on its machines' disks, for a sign of life (C2). */
final class HostWitnesses {
    /** Of one host: as many as it can have disks open, and some. */
    private static final int MOST_LISTED = 1_000;

    private final Hypervisor hypervisor;
    private final Storages storages;
    private final Function<HostKey, HostSite.Disks> disks;

    /**
     * Clients listed since the host fell silent, by host: a client that is cut off from storage is
     * listed no longer after a while, and is back when the cut heals.
     */
    private final Map<HostKey, NavigableSet<String>> listed = new ConcurrentHashMap<>();

    /**
     * Witnesses at these.
     *
     * @param disks of a host's machines; any thread
     */
    HostWitnesses(
            Hypervisor hypervisor, Storages storages, Function<HostKey, HostSite.Disks> disks) {
        this.hypervisor = hypervisor;
        this.storages = storages;
        this.disks = disks;
    }

    /** Blocks for the action's time-out and a second at most. */
    FailoverEvent.Answered ask(FailoverAction.Ask ask, @Nullable HostImage host) {
        return ask.witness() == Witness.LIBVIRT ? libvirt(ask, host) : storage(ask, host);
    }

    /** Clients that were listed from the host's addresses in this silence, as far as was asked. */
    NavigableSet<String> listed(HostKey host) {
        return listed.getOrDefault(host, Collections.emptyNavigableSet());
    }

    private void note(HostKey host, NavigableSet<String> clients) {
        listed.merge(
                host,
                clients,
                (before, now) -> {
                    TreeSet<String> both = new TreeSet<>(now);
                    // The newest are kept whatever the bound.
                    before.stream().limit(Math.max(0, MOST_LISTED - now.size())).forEach(both::add);
                    return both;
                });
    }

    private static FailoverEvent.Answered answered(
            FailoverAction.Ask ask, Answer answer, String detail) {
        return new FailoverEvent.Answered(ask.host(), ask.ask(), answer, detail);
    }

    private FailoverEvent.Answered libvirt(FailoverAction.Ask ask, @Nullable HostImage host) {
        String uri = host == null ? "" : host.spec().libvirt();
        if (uri.isEmpty()) {
            return answered(ask, Answer.SILENT, "no libvirt is declared");
        }
        return switch (hypervisor.ping(uri, ask.timeout()).join()) {
            case Reply.Done<String>(String version) -> {
                listed.remove(ask.host());
                yield answered(ask, Answer.LIVES, "libvirt " + version + " answers");
            }
            // Its kernel refused: no sign of libvirt. Whether machines live, storage says.
            case Reply.Refused<String>(String why) -> answered(ask, Answer.SILENT, why);
            case Reply.Silent<String>(String why) -> answered(ask, Answer.SILENT, why);
            case Reply.Unasked<String>(String why) -> answered(ask, Answer.UNASKED, why);
        };
    }

    private FailoverEvent.Answered storage(FailoverAction.Ask ask, @Nullable HostImage host) {
        List<String> addresses = host == null ? List.of() : host.spec().storageAddresses();
        HostSite.Disks at = disks.apply(ask.host());
        if (!at.missing().isEmpty()) {
            return answered(ask, Answer.UNASKED, at.missing());
        }
        if (at.images().isEmpty()) {
            return answered(ask, Answer.SILENT, "no machine of it has a disk");
        }
        List<CompletableFuture<Reply<SortedMap<Image, List<Watcher>>>>> asked = new ArrayList<>();
        for (Map.Entry<StorageCluster, List<Image>> one : at.images().entrySet()) {
            asked.add(storages.of(one.getKey()).ask(one.getValue(), rounded(ask.timeout())));
        }
        List<String> details = new ArrayList<>();
        boolean unasked = false;
        for (var future : asked) {
            switch (future.join()) {
                case Reply.Done<SortedMap<Image, List<Watcher>>>(var watchers) -> {
                    String life = StorageWitness.acknowledged(watchers, addresses);
                    note(ask.host(), StorageWitness.clients(watchers, addresses));
                    if (!life.isEmpty()) {
                        return answered(ask, Answer.LIVES, life);
                    }
                    details.add(
                            "of "
                                    + watchers.size()
                                    + " disks no client on it answered, listed are "
                                    + StorageWitness.left(watchers).size());
                }
                case Reply.Refused<?>(String why) -> {
                    unasked = true;
                    details.add(why);
                }
                case Reply.Silent<?>(String why) -> {
                    unasked = true;
                    details.add(why);
                }
                case Reply.Unasked<?>(String why) -> {
                    unasked = true;
                    details.add(why);
                }
            }
        }
        return answered(ask, unasked ? Answer.UNASKED : Answer.SILENT, String.join("; ", details));
    }

    /** Storage counts whole seconds, rounded down, at least one. */
    private static Duration rounded(Duration timeout) {
        return timeout.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : timeout;
    }
}
