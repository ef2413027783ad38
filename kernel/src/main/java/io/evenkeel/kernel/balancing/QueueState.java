package io.evenkeel.kernel.balancing;

import io.evenkeel.kernel.eligibility.Eligibility;
import io.evenkeel.kernel.eligibility.EligibilityInputs;
import io.evenkeel.kernel.health.Outcome;
import io.evenkeel.kernel.health.OutlierDetection;
import io.evenkeel.kernel.health.OutlierSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a queue is, without its lock: nodes, their order, and the guards that move them on and off
 * it. Every method is called with the lock held.
 */
final class QueueState {
    /** Every eighth success is a sample, so that most releases leave that memory alone. */
    private static final int LATENCY_SAMPLE = 7;

    final String service;
    private final Locality here;
    private final int loops;
    final NodeTable table = new NodeTable();
    final Fading fading = new Fading(table);
    final OutlierDetection outliers;
    private final Map<String, Node> byId = new LinkedHashMap<>();

    /** Nodes that are only ejected or suspected; in panic they are used. */
    private final LinkedHashSet<Node> benched = new LinkedHashSet<>();

    final EventLog events = new EventLog();
    private final RetryDetour detour = new RetryDetour(table);
    private final BoundPick sessions = new BoundPick(table);

    private final WeightCount weights = new WeightCount();
    BalancingSettings settings;
    Order order;
    private int parked;
    int eligible;
    boolean panic;
    long passedOver;
    long now = Long.MIN_VALUE;
    private long lastStep = Long.MIN_VALUE;

    QueueState(
            String service,
            BalancingSettings settings,
            OutlierSettings outliers,
            Locality here,
            int loops) {
        this.service = service;
        this.settings = settings;
        this.outliers = new OutlierDetection(outliers, service.hashCode());
        this.here = here;
        this.loops = loops;
        this.order = Order.of(settings.algorithm(), table, here);
    }

    Pick acquire(PickContext context) {
        context.passedOver = 0;
        context.panic = panic;
        if (context.isBound()) {
            int bound = sessions.slot(context, now);
            if (bound >= 0) {
                return acquireBound(bound, context);
            }
        }
        int slot = order.head(context);
        if (slot < 0) {
            return refusal();
        }
        if (context.triedCount() > 0) {
            slot = detour.head(order, slot, context);
        }
        if (context.passedOver > 0) {
            passedOver += context.passedOver;
        }
        int load = table.load(slot);
        context.picked(slot, load, order.rate(slot), table.outstanding(slot) + 1);
        table.raise(slot);
        order.picked(slot, load);
        if (table.isFull(slot)) {
            park(slot);
        }
        return table.node(slot);
    }

    /** The same with a node that need not be the head, nor in the order at all while it drains. */
    private Pick acquireBound(int slot, PickContext context) {
        boolean inOrder = table.isInOrder(slot);
        boolean head = inOrder && order.head(context) == slot;
        context.passedOver = head ? 0 : 1;
        passedOver += context.passedOver;
        int load = table.load(slot);
        context.picked(slot, load, table.rate(slot), table.outstanding(slot) + 1);
        table.raise(slot);
        if (head) {
            order.picked(slot, load);
        } else if (inOrder) {
            order.pickedPastHead(slot, load);
        }
        if (inOrder && table.isFull(slot)) {
            park(slot);
        }
        return table.node(slot);
    }

    boolean servesSessions(Node node) {
        return !node.details().left && sessions.servesDraining(node, now);
    }

    private void park(int slot) {
        order.park(slot);
        table.standing(slot, NodeTable.PARKED);
        parked++;
    }

    private Pick refusal() {
        if (byId.isEmpty()) {
            return Pick.NoEndpoints.NO_ENDPOINTS;
        }
        return parked > 0 ? Pick.OverLimit.OVER_LIMIT : Pick.NoneEligible.NONE_ELIGIBLE;
    }

    void release(int slot, Outcome outcome, long latencyNanos) {
        if (table.outstanding(slot) == 0) {
            throw new IllegalStateException(
                    "released more often than acquired: node " + slot + " of " + service);
        }
        int load = table.load(slot);
        table.lower(slot);
        if (table.isGone(slot)) {
            if (table.outstanding(slot) == 0) {
                table.free(slot);
            }
            return;
        }
        OutlierDetection.Reason reason = OutlierDetection.Reason.NONE;
        if (outcome.isFailure() || table.isMarked(slot)) {
            reason = outliers.record(slot, outcome, now);
            table.mark(slot, outliers.hasStreak(slot));
            if (outcome.isFailure()) {
                fading.failed(slot, now);
            }
        } else if ((table.completed(slot) & LATENCY_SAMPLE) == 0 && latencyNanos > 0) {
            smoothLatency(slot, latencyNanos);
        }
        int standing = table.standing(slot);
        if (standing >= NodeTable.IN) {
            order.moved(slot, load);
        } else if (standing == NodeTable.PARKED) {
            unparkIfRoom(slot);
        }
        if (reason != OutlierDetection.Reason.NONE) {
            ejected(table.node(slot), reason);
        }
    }

    private void smoothLatency(int slot, long latencyNanos) {
        int sample = Math.clamp(latencyNanos / 1000, 1, Integer.MAX_VALUE / 16);
        int smooth = table.latencyMicros(slot);
        table.latencyMicros(
                slot, smooth == 0 ? sample : Math.max(1, smooth + (sample - smooth) / 8));
    }

    private void unparkIfRoom(int slot) {
        if (!table.isFull(slot)) {
            parked--;
            order.unpark(slot);
        }
    }

    Node put(EndpointSettings next, EligibilityInputs inputs, long nowNanos) {
        Node old = byId.get(next.id());
        if (old != null && old.epoch() == next.epoch()) {
            update(old, next);
            return old;
        }
        return join(next, inputs, nowNanos);
    }

    Node join(EndpointSettings next, EligibilityInputs inputs, long nowNanos) {
        now = Math.max(now, nowNanos);
        Node old = byId.get(next.id());
        if (old != null) {
            if (old.epoch() >= next.epoch()) {
                return old;
            }
            leave(old);
        }
        int slot = table.take();
        Node node = table.bear(slot);
        node.occupy(next, inputs, loops);
        table.cap(slot, capOf(next));
        table.rate(slot, LoadScore.rate(next.weight(), LoadScore.FULL_PERMILLE));
        fading.reset(slot);
        outliers.add(slot);
        byId.put(next.id(), node);
        sessions.joined(node);
        weigh(0, next.weight());
        order.joined(slot);
        judge(node, inputs.withEjected(false).withAtCapacity(false));
        return node;
    }

    void update(Node node, EndpointSettings next) {
        if (node.details().left || next.equals(node.details().settings)) {
            return;
        }
        if (!next.id().equals(node.id()) || next.epoch() != node.epoch()) {
            throw new IllegalArgumentException(next + " (expected: settings of " + node + ")");
        }
        int slot = node.slot;
        EndpointSettings old = node.details().settings;
        boolean moves = !next.locality().equals(old.locality());
        boolean inOrder = table.isInOrder(slot);
        if (moves) {
            if (inOrder) {
                order.exit(slot);
                table.standing(slot, NodeTable.OFF);
            }
            order.departed(slot);
        }
        node.details().settings = next;
        if (moves) {
            order.joined(slot);
            if (inOrder) {
                order.enter(slot, false);
            }
        }
        weigh(old.weight(), next.weight());
        rate(slot);
        if (next.weight() != old.weight()) {
            order.reweighed();
        }
        cap(slot, capOf(next));
    }

    void leave(Node node) {
        if (node.details().left) {
            return;
        }
        int slot = node.slot;
        takeOff(slot);
        node.details().left = true;
        table.gone(slot);
        byId.remove(node.id(), node);
        sessions.left(node);
        benched.remove(node);
        if (node.details().eligible) {
            eligible--;
        }
        fading.forget(slot);
        outliers.remove(slot);
        order.departed(slot);
        weigh(node.details().settings.weight(), 0);
        if (table.outstanding(slot) == 0) {
            table.free(slot);
        }
        reconsiderPanic();
    }

    int outstanding(Node node) {
        return table.nodeOrNull(node.slot) == node ? table.outstanding(node.slot) : 0;
    }

    @Nullable Node node(String id) {
        return byId.get(id);
    }

    List<Node> nodes() {
        return new ArrayList<>(byId.values());
    }

    /** Takes inputs into account: the only place where eligibility turns into a place. */
    void judge(Node node, EligibilityInputs inputs) {
        if (node.details().left) {
            return;
        }
        node.details().inputs = inputs;
        Eligibility eligibility = Eligibility.of(inputs);
        boolean was = node.details().eligible;
        node.details().eligible = eligibility.isEligible();
        eligible += (node.details().eligible ? 1 : 0) - (was ? 1 : 0);
        boolean bench = !node.details().eligible && eligibility.isUsableInPanic();
        if (bench) {
            benched.add(node);
        } else {
            benched.remove(node);
        }
        node.details().benched = bench;
        if (node.details().eligible && !was && settings.slowStart().isPositive()) {
            fading.startSlowly(node.slot, now);
            rate(node.slot);
        }
        place(node);
        reconsiderPanic();
    }

    private void place(Node node) {
        boolean wanted = node.details().eligible || (panic && node.details().benched);
        int slot = node.slot;
        if (!wanted) {
            takeOff(slot);
        } else if (table.standing(slot) == NodeTable.OFF) {
            if (table.isFull(slot)) {
                table.standing(slot, NodeTable.PARKED);
                parked++;
            } else {
                order.enter(slot, node.details().newcomer);
            }
            node.details().newcomer = false;
        }
    }

    private void takeOff(int slot) {
        if (table.standing(slot) == NodeTable.PARKED) {
            parked--;
        } else if (table.isInOrder(slot)) {
            order.exit(slot);
        }
        table.standing(slot, NodeTable.OFF);
    }

    private void reconsiderPanic() {
        int endpoints = eligible + benched.size();
        boolean next =
                endpoints > 0
                        && (long) eligible * 100
                                < (long) settings.panicThresholdPercent() * endpoints;
        if (next == panic) {
            return;
        }
        panic = next;
        for (Node node : benched) {
            place(node);
        }
        events.add(
                next
                        ? new QueueEvent.PanicBegan(now, eligible, endpoints)
                        : new QueueEvent.PanicEnded(now, eligible, endpoints));
    }

    void report(Node node, int inFlight, long intervalNanos, long nowNanos) {
        if (!node.details().left) {
            now = Math.max(now, nowNanos);
            int load = table.load(node.slot);
            fading.reported(node.slot, inFlight, byId.size(), intervalNanos, now);
            if (table.isInOrder(node.slot)) {
                order.moved(node.slot, load);
            }
        }
    }

    void settings(BalancingSettings next, OutlierSettings nextOutliers) {
        outliers.settings(nextOutliers);
        BalancingSettings old = settings;
        settings = next;
        if (next.algorithm() != old.algorithm()) {
            reorder();
        }
        for (Node node : byId.values()) {
            cap(node.slot, capOf(node.details().settings));
            rate(node.slot);
        }
        reconsiderPanic();
    }

    /** The nodes in the order go into a new one, head first. */
    private void reorder() {
        int[] in = order.ranking(Integer.MAX_VALUE);
        order = Order.of(settings.algorithm(), table, here);
        order.referenceWeight(weights.reference());
        for (Node node : byId.values()) {
            order.joined(node.slot);
        }
        for (int slot : in) {
            order.enter(slot, false);
        }
    }

    /** Starts a tick; returns how many nodes have something to fade. */
    int beginTick(long nowNanos) {
        now = Math.max(now, nowNanos);
        outliers.tick(
                now,
                table::completed,
                new OutlierDetection.Changes() {
                    @Override
                    public void ejected(int host, OutlierDetection.Reason reason, long untilNanos) {
                        QueueState.this.ejected(table.node(host), reason);
                    }

                    @Override
                    public void returned(int host) {
                        Node node = table.node(host);
                        judge(node, node.details().inputs.withEjected(false));
                        events.add(new QueueEvent.Returned(now, node.id()));
                    }
                });
        long step = Math.floorDiv(now, LoadScore.STEP_NANOS);
        if (step == lastStep) {
            return 0;
        }
        lastStep = step;
        return fading.count();
    }

    /** Advances the fading nodes at indexes below {@code from}; returns where to go on. */
    int advance(int from, int batch) {
        int next = Math.min(from, fading.count());
        for (int i = 0; i < batch && next > 0; i++) {
            int slot = fading.at(--next);
            Node node = table.node(slot);
            int rate = table.rate(slot);
            int load = table.load(slot);
            fading.advance(slot, node.details().settings.weight(), settings, now);
            if (table.isInOrder(slot)) {
                order.moved(slot, load);
                if (table.rate(slot) != rate) {
                    order.rated(slot);
                }
            }
        }
        return next;
    }

    Order.@Nullable Rebuild rebuild() {
        return order.rebuild();
    }

    private void ejected(Node node, OutlierDetection.Reason reason) {
        judge(node, node.details().inputs.withEjected(true));
        events.add(
                new QueueEvent.Ejected(now, node.id(), reason, outliers.returnsAtNanos(node.slot)));
    }

    private int capOf(EndpointSettings endpoint) {
        return endpoint.cap() > 0 ? endpoint.cap() : settings.maxOutstandingPerEndpoint();
    }

    private void cap(int slot, int cap) {
        table.cap(slot, cap);
        if (table.standing(slot) == NodeTable.PARKED) {
            unparkIfRoom(slot);
        } else if (table.isInOrder(slot) && table.isFull(slot)) {
            park(slot);
        }
    }

    /** Weight × slow-start factor as of now. */
    private void rate(int slot) {
        int factor = fading.factorPermille(slot, settings, now);
        int rate = LoadScore.rate(table.node(slot).settings().weight(), factor);
        if (rate != table.rate(slot)) {
            table.rate(slot, rate);
            if (table.isInOrder(slot)) {
                order.rated(slot);
            }
        }
    }

    private void weigh(int from, int to) {
        if (weights.change(from, to)) {
            order.referenceWeight(weights.reference());
        }
    }
}
