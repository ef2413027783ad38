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

    /** From a commit to the queue, also over a new reading. */
    private static final long IMAGE_NANOS = 100 * MILLI;

    /** From a broken connection to the queue; {@code LinkRunTest} holds the exact 50 ms. */
    private static final long BROKEN_NANOS = 150 * MILLI;

    /** From the last mark of others to the queue, beside the image's own way. */
    private static final long SLACK_NANOS = 500 * MILLI;

    private final Cluster cluster;
    private final GatewaySlot slot;
    private final GatewayRun gateway;
    private final Map<String, Node> picked = new HashMap<>();
    private final Set<String> queuedOnce = new TreeSet<>();

    /** Taken out before their first request: they have had their turn. */
    private final Set<String> hadTheirTurn = new TreeSet<>();

    PickPromises(Cluster cluster, GatewaySlot slot, GatewayRun gateway) {
        this.cluster = cluster;
        this.slot = slot;
        this.gateway = gateway;
    }

    @Override
    public void picked(Node node, PickContext context, QueueSnapshot before) {
        picked.put(node.toString(), node);
        eligible(node);
        trusted(node, context);
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
                } else if (queuedOnce.contains(name) || entry.factorPercent() < 100) {
                    // Slow start has begun: it came and went in one turn.
                    hadTheirTurn.add(name);
                }
            }
        }
    }

    private void eligible(Node node) {
        StoreFacts.Admitted admitted = cluster.facts().admitted(node.id(), node.epoch());
        if (admitted == null) {
            throw broken(ELIGIBLE, node + " was never admitted");
        }
        heard(admitted.endedAt(slot), IMAGE_NANOS, node, "its record is gone");
        heard(
                cluster.facts().takenOutSince(node.id(), slot),
                IMAGE_NANOS,
                node,
                "its operator has taken it out");
        if (gateway.links().isDraining(node.id(), node.epoch())) {
            throw broken(ELIGIBLE, node + " has said that it is leaving");
        }
        Instance instance = cluster.instance(admitted.incarnation);
        if (gateway.links().isPresent(node.id(), node.epoch())) {
            older(instance.brokenSince(slot), BROKEN_NANOS, node, "its connections are broken");
            older(mute(instance), muteNanos(), node, "nothing was heard of it");
        } else if (!gateway.isInGrace(node.id(), node.epoch())) {
            unlinked(node);
        }
        if (cluster.options().gateways() == 1) {
            // Of several gateways nobody knows whose check it was that a backend passed.
            if (instance.backend.goodChecks() == instance.checksBefore[slot.index]) {
                throw broken(ELIGIBLE, node + " has passed no check of this gateway");
            }
            older(instance.sickSince(slot), cluster.sickNanos(), node, "it fails its checks");
        }
    }

    /** C11: from the suspicion on, and unless too few are left. */
    private void trusted(Node node, PickContext context) {
        if (!context.panic()) {
            heard(
                    cluster.facts().suspects().since(node.id(), slot),
                    IMAGE_NANOS,
                    node,
                    "its host is suspected");
        }
    }

    /** It holds no link here: others have to reach it, or have done so until a moment ago. */
    private void unlinked(Node node) {
        if (gateway.links().hasFailed(node.id(), node.epoch())) {
            throw broken(ELIGIBLE, node + " held a link here that failed");
        }
        MarkFacts marks = cluster.facts().marks();
        if (marks.markedElsewhere(node.id(), node.epoch(), slot)
                || gateway.links()
                        .wasReleased(node.id(), node.epoch(), graceNanos() + SLACK_NANOS)) {
            return;
        }
        MarkFacts.Unmarked gone = marks.unmarked(node.id(), node.epoch(), slot);
        if (gone != null) {
            // Over a gap one gateway that died is enough, whoever took a mark away.
            long grace = gone.orphaned() || slot.hasReadSince(gone.at()) ? graceNanos() : 0;
            heard(
                    gone.at(),
                    grace + SLACK_NANOS,
                    node,
                    gone.orphaned()
                            ? "those who reached it are gone"
                            : "nobody reaches it any more");
        } else if (!gateway.links().wasPresent(node.id(), node.epoch())) {
            throw broken(ELIGIBLE, node + " is linked nowhere");
        }
    }

    private long graceNanos() {
        return cluster.options().times().grace().toNanos();
    }

    /** From the last sign of life to the queue (A6), and a turn. */
    private long muteNanos() {
        return (cluster.options().times().missedMillis() + 600) * MILLI;
    }

    /** Since when its silence counts. */
    private long mute(Instance instance) {
        long since = instance.muteSince(slot);
        return since == Instance.NEVER
                ? since
                : Math.max(since, gateway.links().answeredAt(instance.incarnation));
    }

    private void older(long since, long bound, Node node, String what) {
        late(since == Instance.NEVER ? 0 : slot.since(since), bound, node, what);
    }

    private void heard(long since, long bound, Node node, String what) {
        late(since == Instance.NEVER ? 0 : slot.heardSince(since), bound, node, what);
    }

    private void late(long nanos, long bound, Node node, String what) {
        if (nanos > bound) {
            throw broken(
                    ELIGIBLE, node + " at " + slot + ": " + what + " for " + nanos / MILLI + " ms");
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
        if (cluster.options().gateways() > 1) {
            // Whether one has had its turn depends on what others made it report.
            return;
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
