package io.evenkeel.simulation.cluster;

import io.evenkeel.kernel.balancing.Node;
import io.evenkeel.kernel.balancing.Pick;
import io.evenkeel.kernel.balancing.PickContext;
import io.evenkeel.kernel.balancing.QueueSnapshot;
import io.evenkeel.kernel.balancing.QueueSnapshot.Entry;
import io.evenkeel.kernel.balancing.QueueSnapshot.Standing;
import io.evenkeel.simulation.invariant.BrokenPromise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What every pick of one gateway has to keep to, held against the world's facts. */
final class PickPromises implements PickLedger.Judge {
    static final String ELIGIBLE = "only who is admitted, present, well and willing is picked";
    static final String HEAD = "the pick is the head";
    static final String NEWCOMER = "a newcomer gets the very next request";
    static final String REFUSED = "a request is refused only when nobody can take it";

    private static final long MILLI = 1_000_000L;

    /** From a commit to the queue: the image may lag 30 ms, and is handed over in a turn. */
    private static final long IMAGE_NANOS = 100 * MILLI;

    /** From a broken connection to the queue; {@code LinkRunTest} holds the exact 50 ms. */
    private static final long BROKEN_NANOS = 150 * MILLI;

    /** From the last sign of life to the queue (A6: at most 3 s), and a turn. */
    private static final long MUTE_NANOS = 3_100 * MILLI;

    private final Cluster cluster;
    private final GatewayRun gateway;
    private final Map<String, Node> picked = new HashMap<>();
    private final Set<String> queuedOnce = new TreeSet<>();

    /** Taken out before their first request: they have had their turn. */
    private final Set<String> hadTheirTurn = new TreeSet<>();

    PickPromises(Cluster cluster, GatewayRun gateway) {
        this.cluster = cluster;
        this.gateway = gateway;
    }

    @Override
    public void picked(Node node, PickContext context, QueueSnapshot before) {
        picked.put(node.toString(), node);
        eligible(node);
        order(node, context, before);
    }

    @Override
    public void refused(Pick pick, QueueSnapshot before) {
        for (Entry entry : before.entries()) {
            if (entry.standing() == Standing.QUEUED) {
                throw broken(REFUSED, pick + " although " + entry);
            }
        }
    }

    /** Notes who was taken out before the first request came. */
    void afterEvent(QueueSnapshot now) {
        for (Entry entry : now.entries()) {
            if (entry.requests() == 0) {
                String name = name(entry);
                if (entry.standing() == Standing.QUEUED) {
                    queuedOnce.add(name);
                } else if (queuedOnce.contains(name)) {
                    hadTheirTurn.add(name);
                }
            }
        }
    }

    private void eligible(Node node) {
        long now = cluster.attendedNanos();
        StoreFacts.Admitted admitted = cluster.facts().admitted(node.id(), node.epoch());
        if (admitted == null) {
            throw broken(ELIGIBLE, node + " was never admitted");
        }
        older(now, admitted.endedAt, IMAGE_NANOS, node, "its record is gone");
        older(
                now,
                cluster.facts().takenOutSince(node.id()),
                IMAGE_NANOS,
                node,
                "its operator has taken it out");
        if (gateway.links().isDraining(node.id(), node.epoch())) {
            throw broken(ELIGIBLE, node + " has said that it is leaving");
        }
        if (!gateway.links().isPresent(node.id(), node.epoch())
                && !gateway.isInGrace(node.id(), node.epoch())) {
            throw broken(ELIGIBLE, node + " holds no link");
        }
        Instance instance = cluster.instance(admitted.incarnation);
        if (gateway.links().isPresent(node.id(), node.epoch())) {
            older(now, instance.brokenSince(), BROKEN_NANOS, node, "its connections are broken");
            older(now, instance.muteSince(), MUTE_NANOS, node, "nothing was heard of it");
        }
        if (instance.backend.goodChecks() == instance.checksBefore) {
            throw broken(ELIGIBLE, node + " has passed no check of this gateway");
        }
        older(now, instance.sickSince(), cluster.sickNanos(), node, "it fails its checks");
    }

    private void older(long now, long since, long bound, Node node, String what) {
        if (since != Instance.NEVER && now - since > bound) {
            throw broken(ELIGIBLE, node + ": " + what + " for " + (now - since) / MILLI + " ms");
        }
    }

    private void order(Node node, PickContext context, QueueSnapshot before) {
        List<Entry> open = new ArrayList<>();
        for (Entry entry : before.entries()) {
            Node known = picked.get(name(entry));
            if (entry.standing() == Standing.QUEUED && (known == null || !context.avoids(known))) {
                open.add(entry);
            }
        }
        // All of them were tried: the best is tried again.
        Entry head = open.isEmpty() ? before.entries().getFirst() : open.getFirst();
        if (!name(head).equals(node.toString())) {
            throw broken(HEAD, node + " was picked before " + head);
        }
        for (Entry entry : open) {
            if (entry.requests() == 0
                    && !hadTheirTurn.contains(name(entry))
                    && head.requests() > 0) {
                throw broken(NEWCOMER, node + " was picked instead of the newcomer " + entry);
            }
        }
    }

    private static String name(Entry entry) {
        return entry.endpoint() + "@" + entry.epoch();
    }

    private BrokenPromise broken(String promise, String seen) {
        return new BrokenPromise(promise, cluster.queue().nowNanos(), seen);
    }
}
