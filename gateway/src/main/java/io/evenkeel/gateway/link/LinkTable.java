package io.evenkeel.gateway.link;

import io.evenkeel.kernel.registry.Admission;
import io.evenkeel.kernel.registry.Presence;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.wire.link.LinkError;
import io.evenkeel.wire.link.LinkMessage;
import io.evenkeel.wire.link.Registration;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which endpoints hold a link at this gateway, over all its loops. Several links of one
 * incarnation, and its further tunnels, are one entry; a newer incarnation takes the entry over and
 * has the older one's links cut.
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

        /** When the backend was last heard, in attended nanoseconds. */
        long lastHeard();
    }

    private static final class Entry {
        final long epoch;
        final List<Handle> links = new ArrayList<>(1);

        /** Further tunnels: they keep the endpoint present, and are told nothing but the end. */
        final List<Handle> further = new ArrayList<>(0);

        /** What was registered last. */
        Registration registration;

        Entry(long epoch, Registration registration) {
            this.epoch = epoch;
            this.registration = registration;
        }

        List<Handle> all() {
            List<Handle> all = new ArrayList<>(links);
            all.addAll(further);
            return all;
        }

        boolean remove(Handle link) {
            return links.remove(link) || further.remove(link);
        }

        boolean isEmpty() {
            return links.isEmpty() && further.isEmpty();
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
    synchronized boolean add(EndpointKey key, long epoch, Registration registration, Handle link) {
        Entry entry = entries.get(key);
        if (entry != null && entry.epoch > epoch) {
            return false;
        }
        if (entry != null && entry.epoch < epoch) {
            remove(key, entry, LinkLoss.REPLACED);
            for (Handle older : entry.all()) {
                older.cut(LinkError.REPLACED, LinkReply.replaced(key));
            }
            entry = null;
        }
        if (entry == null) {
            entry = new Entry(epoch, registration);
            entries.put(key, entry);
            observer.present(key, epoch);
            presence.present(key, epoch);
        }
        entry.registration = registration;
        entry.links.add(link);
        LinkMessage.Drain drain = wanted.get(key);
        if (drain != null) {
            link.drain(drain);
        }
        return true;
    }

    /**
     * Whether a link stands here of the registration that a further tunnel names: the same
     * endpoint, incarnation, epoch and credential.
     */
    synchronized boolean stands(EndpointKey key, Registration further) {
        Entry entry = entries.get(key);
        return entry != null
                && entry.epoch == further.furtherOf()
                && entry.registration.sameIncarnation(further)
                && MessageDigest.isEqual(
                        octets(entry.registration.credential()), octets(further.credential()));
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Enters a further tunnel; false if its registration is linked no more. */
    synchronized boolean join(EndpointKey key, Registration registration, Handle tunnel) {
        Entry entry = entries.get(key);
        return entry != null && stands(key, registration) && entry.further.add(tunnel);
    }

    /** The same incarnation has registered again, with other properties or another credential. */
    synchronized void renewed(EndpointKey key, long epoch, Registration registration) {
        Entry entry = entries.get(key);
        if (entry != null && entry.epoch == epoch) {
            entry.registration = registration;
        }
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
        if (entry != null && entry.epoch == epoch && entry.remove(link)) {
            if (loss == LinkLoss.LEFT) {
                remove(key, entry, loss);
                for (Handle other : entry.all()) {
                    other.left();
                }
                admission.leave(key, epoch, reason);
            } else if (entry.isEmpty()) {
                remove(key, entry, loss);
            }
        }
    }

    private void remove(EndpointKey key, Entry entry, LinkLoss loss) {
        entries.remove(key);
        observer.absent(key, entry.epoch, loss);
        if (loss == LinkLoss.RELEASED) {
            presence.released(key, entry.epoch);
        } else {
            presence.absent(key, entry.epoch);
        }
    }

    /** The links and further tunnels of an endpoint, none if it has none here. */
    synchronized List<Handle> all(EndpointKey key) {
        Entry entry = entries.get(key);
        return entry == null ? List.of() : entry.all();
    }

    /** Every link there is, and every further tunnel. */
    synchronized List<Handle> all() {
        List<Handle> all = new ArrayList<>();
        for (Entry entry : entries.values()) {
            all.addAll(entry.all());
        }
        return all;
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
