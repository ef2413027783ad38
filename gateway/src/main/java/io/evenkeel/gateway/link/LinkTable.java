package io.evenkeel.gateway.link;

import io.evenkeel.kernel.registry.Admission;
import io.evenkeel.kernel.registry.Presence;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.wire.link.LinkError;
import io.evenkeel.wire.link.LinkMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which endpoints hold a link at this gateway, over all its loops. Several links of one incarnation
 * are one entry; a newer incarnation takes the entry over and has the older one's links cut.
 *
 * <p>Thread-safe. Observers are told under the lock, so that they hear of one endpoint in order.
 */
final class LinkTable {

    /**
     * One link, as other threads may touch it: everything happens soon, on its own loop, never in
     * the caller's stack.
     */
    interface Handle {
        /** Cuts the link with a reason. */
        void cut(LinkError error, String detail);

        /** The incarnation said goodbye on another link. */
        void left();

        /** What the operator wants of the endpoint from now on; null: no drain. */
        void drain(LinkMessage.@Nullable Drain wanted);

        /** Sends the list of gateways. */
        void sendPeers();
    }

    private static final class Entry {
        final long epoch;
        final List<Handle> links = new ArrayList<>(1);

        Entry(long epoch) {
            this.epoch = epoch;
        }
    }

    private final LinkObserver observer;
    private final Presence presence;
    private final Admission admission;
    private final TreeMap<EndpointKey, Entry> entries = new TreeMap<>();

    /** What operators want of endpoints that they took out, linked or not. */
    private final TreeMap<EndpointKey, LinkMessage.Drain> wanted = new TreeMap<>();

    LinkTable(LinkObserver observer, Presence presence, Admission admission) {
        this.observer = observer;
        this.presence = presence;
        this.admission = admission;
    }

    /** Enters a link; false if a newer incarnation is linked. */
    synchronized boolean add(EndpointKey key, long epoch, Handle link) {
        Entry entry = entries.get(key);
        if (entry != null && entry.epoch > epoch) {
            return false;
        }
        if (entry != null && entry.epoch < epoch) {
            remove(key, entry, LinkLoss.REPLACED);
            for (Handle older : entry.links) {
                older.cut(LinkError.REPLACED, LinkReply.replaced(key));
            }
            entry = null;
        }
        if (entry == null) {
            entry = new Entry(epoch);
            entries.put(key, entry);
            observer.present(key, epoch);
            presence.present(key, epoch);
        }
        entry.links.add(link);
        LinkMessage.Drain drain = wanted.get(key);
        if (drain != null) {
            link.drain(drain);
        }
        return true;
    }

    /** What an operator wants of an endpoint, also for links to come; null: no drain. */
    synchronized void drain(EndpointKey key, LinkMessage.@Nullable Drain drain) {
        LinkMessage.Drain before = drain == null ? wanted.remove(key) : wanted.put(key, drain);
        Entry entry = entries.get(key);
        if (entry != null && !Objects.equals(before, drain)) {
            entry.links.forEach(link -> link.drain(drain));
        }
    }

    /** Takes a link out; the endpoint is absent with its last one, or with a goodbye. */
    synchronized void remove(
            EndpointKey key, long epoch, Handle link, LinkLoss loss, String reason) {
        Entry entry = entries.get(key);
        if (entry != null && entry.epoch == epoch && entry.links.remove(link)) {
            if (loss == LinkLoss.LEFT) {
                remove(key, entry, loss);
                for (Handle other : entry.links) {
                    other.left();
                }
            } else if (entry.links.isEmpty()) {
                remove(key, entry, loss);
            }
        }
        if (loss == LinkLoss.LEFT) {
            admission.leave(key, epoch, reason);
        }
    }

    private void remove(EndpointKey key, Entry entry, LinkLoss loss) {
        entries.remove(key);
        observer.absent(key, entry.epoch, loss);
        presence.absent(key, entry.epoch);
    }

    /** The links of an endpoint, none if it has none here. */
    synchronized List<Handle> links(EndpointKey key) {
        Entry entry = entries.get(key);
        return entry == null ? List.of() : List.copyOf(entry.links);
    }

    /** Every link there is. */
    synchronized List<Handle> links() {
        List<Handle> all = new ArrayList<>();
        for (Entry entry : entries.values()) {
            all.addAll(entry.links);
        }
        return all;
    }

    /** The epoch that is linked, or null. */
    synchronized @Nullable Long epoch(EndpointKey key) {
        Entry entry = entries.get(key);
        return entry == null ? null : entry.epoch;
    }

    synchronized int size() {
        return entries.size();
    }
}
