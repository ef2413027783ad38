package io.evenkeel.simulation.cluster;

import io.evenkeel.kernel.balancing.QueueSnapshot;
import io.evenkeel.kernel.balancing.QueueSnapshot.Entry;
import io.evenkeel.simulation.cast.SimLinks;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Who stands in each gateway's queue: counted once, with the requests that it has, and taken out
 * only for a reason of its own. Looked at when something may have changed it.
 */
final class StandingFacts {
    static final String STAYS = "who is well stays in the queue, whatever becomes of the others";
    static final String REMEMBERED = "who is reached is not forgotten";

    private static final long SECOND = 1_000_000_000L;

    /** What was wrong may have its effect so much later. */
    private static final long AFTERMATH_NANOS = 30 * SECOND;

    /** Looked at this often though nobody said that something has changed. */
    private static final long LOOK_NANOS = SECOND / 5;

    /** A mark is in the leader's image by then, whatever its way is like. */
    private static final long KNOWN_NANOS = 15 * SECOND;

    private final Cluster cluster;
    private final List<Set<String>> queued = new ArrayList<>();
    private final boolean[] changed;
    private final long[] lookAt;
    private final long[] requests;

    /** By {@code endpoint@epoch}: since when somebody marks it. */
    private final Map<String, Long> markedSince = new TreeMap<>();

    StandingFacts(Cluster cluster) {
        this.cluster = cluster;
        int gateways = cluster.slots().size();
        changed = new boolean[gateways];
        lookAt = new long[gateways];
        requests = new long[gateways];
        for (int i = 0; i < gateways; i++) {
            queued.add(new TreeSet<>());
        }
    }

    void changed(GatewaySlot gateway) {
        changed[gateway.index] = true;
    }

    void restarted(GatewaySlot gateway) {
        queued.set(gateway.index, new TreeSet<>());
    }

    /** After every event. */
    void check(GatewaySlot slot) {
        int i = slot.index;
        long now = cluster.queue().nowNanos();
        long moved = slot.up().ledger().moves() + slot.up().links().moves();
        if (!changed[i] && now < lookAt[i] && moved == requests[i]) {
            return;
        }
        changed[i] = false;
        lookAt[i] = now + LOOK_NANOS;
        requests[i] = moved;
        slot.up().queue().ifPresent(queue -> look(slot, queue));
        if (slot.index == 0) {
            noteMarks(now);
        }
    }

    private void look(GatewaySlot slot, QueueSnapshot queue) {
        slot.up().promises().afterEvent(queue);
        Map<String, Integer> held = slot.up().ledger().outstanding();
        List<Entry> entries = new ArrayList<>(queue.entries());
        entries.sort(Comparator.comparing(Entry::endpoint));
        Set<String> now = new TreeSet<>();
        String last = "";
        for (Entry entry : entries) {
            if (entry.endpoint().equals(last)) {
                throw cluster.broken("an endpoint is counted once", entries.toString());
            }
            last = entry.endpoint();
            String name = entry.endpoint() + "@" + entry.epoch();
            int expected = held.getOrDefault(name, 0);
            if (entry.outstanding() != expected) {
                throw cluster.broken(
                        "outstanding counts equal the requests in flight",
                        entry + ", but " + expected + " are");
            }
            if (entry.standing() != QueueSnapshot.Standing.OUT) {
                now.add(name);
            }
        }
        int sum = 0;
        for (int count : held.values()) {
            if (count < 0) {
                throw cluster.broken("outstanding counts are never negative", held.toString());
            }
            sum += count;
        }
        if (sum > slot.up().proxy().requests()) {
            throw cluster.broken(
                    "outstanding counts equal the requests in flight",
                    held + " for " + slot.up().proxy().requests() + " requests at the gateway");
        }
        if (cluster.options().gateways() > 1) {
            for (String name : queued.get(slot.index)) {
                if (!now.contains(name)) {
                    left(slot, name);
                }
            }
        }
        queued.set(slot.index, now);
    }

    /** Somebody is not in the queue any more. */
    private void left(GatewaySlot slot, String name) {
        int at = name.lastIndexOf('@');
        String endpoint = name.substring(0, at);
        long epoch = Long.parseLong(name.substring(at + 1));
        StoreFacts.Admitted admitted = cluster.facts().admitted(endpoint, epoch);
        if (admitted == null || admitted.endedAt(slot) != Instance.NEVER) {
            return;
        }
        Instance instance = cluster.instance(admitted.incarnation);
        if (!instance.wantsToServe()
                || cluster.facts().takenOutSince(endpoint, slot) != Instance.NEVER) {
            return;
        }
        long now = cluster.queue().nowNanos();
        if (now - cluster.facts().suspects().lastNanos(endpoint) <= AFTERMATH_NANOS) {
            return;
        }
        LinkFacts here = slot.up().links();
        long trouble = Math.max(slot.troubleAt(), instance.troubleAt(slot));
        if (!here.hasFailed(endpoint, epoch)) {
            trouble = Math.max(trouble, othersTrouble(slot, instance));
        }
        MarkFacts.Unmarked gone = cluster.facts().marks().unmarked(endpoint, epoch, slot);
        boolean inGrace =
                gone != null
                        && gone.orphaned()
                        && !here.hasFailed(endpoint, epoch)
                        && slot.since(gone.at()) < graceNanos();
        if (inGrace || now - trouble > AFTERMATH_NANOS) {
            LinkFacts links = slot.up().links();
            throw cluster.broken(
                    STAYS,
                    "%s left the queue of %s; linked here: %s, failed here: %s, linked with %s, marked by %s; others reached it until: %s, which is %s ns of its attention ago"
                            .formatted(
                                    instance,
                                    slot,
                                    links.isPresent(endpoint, epoch),
                                    links.hasFailed(endpoint, epoch),
                                    instance.links.stream().map(SimLinks::linked).toList(),
                                    cluster.facts().marks().of(endpoint, epoch),
                                    gone,
                                    gone == null ? 0 : slot.since(gone.at())));
        }
    }

    /** The time to dial, less what a gateway's looks at the time lie apart. */
    private long graceNanos() {
        return cluster.options().times().grace().toNanos() - SECOND / 10;
    }

    /**
     * One that holds no link at a gateway is reached there by the word of others: one of them has
     * to be well, to reach it and to be in touch with the store.
     */
    private long othersTrouble(GatewaySlot slot, Instance instance) {
        long least = Long.MAX_VALUE;
        for (GatewaySlot other : cluster.slots()) {
            if (other != slot
                    && !other.isDown()
                    && other.up().links().isPresent(instance.endpoint, instance.epoch)) {
                least =
                        Math.min(
                                least,
                                Math.max(
                                        Math.max(other.troubleAt(), other.deafAt()),
                                        instance.troubleAt(other)));
            }
        }
        return Math.max(slot.deafAt(), least);
    }

    private void noteMarks(long now) {
        for (Instance instance : cluster.instances()) {
            String name = instance.endpoint + "@" + instance.epoch;
            if (instance.epoch != Instance.NEVER && !instance.isDead()) {
                if (cluster.facts().marks().of(instance.endpoint, instance.epoch).isEmpty()) {
                    markedSince.remove(name);
                } else {
                    markedSince.putIfAbsent(name, now);
                }
            }
        }
    }

    /** The record of this admission is being deleted. */
    void deleted(StoreFacts.@Nullable Admitted gone) {
        if (gone == null) {
            return;
        }
        Instance instance = cluster.instance(gone.incarnation);
        Long since = markedSince.get(gone.endpoint + "@" + gone.epoch);
        if (instance.wantsToServe()
                && since != null
                && cluster.queue().nowNanos() - since > KNOWN_NANOS
                && !cluster.facts().marks().of(gone.endpoint, gone.epoch).isEmpty()) {
            throw cluster.broken(REMEMBERED, instance + " is marked, and its record was deleted");
        }
    }
}
