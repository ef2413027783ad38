package io.evenkeel.kernel.balancing;

import io.evenkeel.kernel.concurrent.SpinLock;
import io.evenkeel.kernel.eligibility.EligibilityInputs;
import io.evenkeel.kernel.eligibility.HealthState;
import io.evenkeel.kernel.eligibility.Presence;
import io.evenkeel.kernel.health.Outcome;
import io.evenkeel.kernel.health.OutlierSettings;
import io.evenkeel.model.AdminState;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The queue of one service at one gateway (requirements A2, A3, A8): the port between the data
 * plane and every balancing algorithm.
 *
 * <p><b>The pick is the head.</b> An acquire takes effect at one instant within its call (its
 * linearization point), and at that instant the node it returns stands at the head: with {@link
 * Algorithm#LEAST_LOAD} no node that may be picked has a lower score, and among equals it is the
 * one that came to that score first, newcomers before all. Guards change a node's load or take it
 * off the queue; the exceptions, a retry that avoids the nodes it has tried and a request whose
 * session is bound to an endpoint, are counted.
 *
 * <p><b>Concurrency.</b> Every method may be called from any thread. Loops share the queue under
 * one spin lock, held for tens of nanoseconds by a pick or a release and for O(1) or O(log n) by
 * everything else, except changes of algorithm or panic, which move every node they concern. A pick
 * and a release allocate nothing. Nothing here reads a clock: time comes in with {@link #tick},
 * which one thread calls every 10 to 100 ms.
 *
 * <p>A queue outlives the images of the cluster: nodes keep what is outstanding, reported and
 * ejected when settings change.
 */
public final class ServiceQueue {
    /** Nodes that a tick advances, or a snapshot copies, between two turns of the lock. */
    private static final int BATCH = 64;

    private final SpinLock lock = new SpinLock();
    private final QueueState state;

    /**
     * An empty queue.
     *
     * @param service its name, for display
     * @param settings how it balances
     * @param outliers when it ejects
     * @param here where this gateway runs
     * @param loops attachments that each node has room for
     */
    public ServiceQueue(
            String service,
            BalancingSettings settings,
            OutlierSettings outliers,
            Locality here,
            int loops) {
        this.state = new QueueState(service, settings, outliers, here, loops);
    }

    /** Its name. */
    public String service() {
        return state.service;
    }

    /**
     * Picks an endpoint; the caller owes a {@link #release} for a {@link Node}.
     *
     * @param context this loop's; holds what the request wants to avoid, and takes the pick's
     *     reasons
     */
    public Pick acquire(PickContext context) {
        lock.lock();
        try {
            return state.acquire(context);
        } finally {
            lock.unlock();
        }
    }

    /**
     * The request is over.
     *
     * @param index of the node as acquired; it may have left meanwhile, and its index is nobody
     *     else's until its last request is released
     * @param outcome what speaks for or against the endpoint
     * @param latencyNanos time to the reply's first byte; 0 or less if there was none
     */
    public void release(int index, Outcome outcome, long latencyNanos) {
        lock.lock();
        try {
            state.release(index, outcome, latencyNanos);
        } finally {
            lock.unlock();
        }
    }

    /** The same by the node; with very many endpoints, looking at it costs a cache miss. */
    public void release(Node node, Outcome outcome, long latencyNanos) {
        release(node.slot, outcome, latencyNanos);
    }

    /**
     * Adds an endpoint, or a newer incarnation of one, at the head. The older incarnation's node
     * leaves. An older epoch than the one present changes nothing.
     *
     * @param inputs what decides its eligibility from the start; ejection and capacity are ignored
     * @return the node of this id that is in the queue now
     */
    public Node join(EndpointSettings settings, EligibilityInputs inputs, long nowNanos) {
        lock.lock();
        try {
            return state.join(settings, inputs, nowNanos);
        } finally {
            lock.unlock();
        }
    }

    /** {@link #join} if it is new or newer, {@link #update} if it is the same incarnation. */
    public Node put(EndpointSettings settings, EligibilityInputs inputs, long nowNanos) {
        lock.lock();
        try {
            return state.put(settings, inputs, nowNanos);
        } finally {
            lock.unlock();
        }
    }

    /** Gives a node other settings (same id and epoch); what is outstanding stays. */
    public void update(Node node, EndpointSettings settings) {
        lock.lock();
        try {
            state.update(node, settings);
        } finally {
            lock.unlock();
        }
    }

    /** Takes a node out for good; requests running there are released as always. Idempotent. */
    public void leave(Node node) {
        lock.lock();
        try {
            state.leave(node);
        } finally {
            lock.unlock();
        }
    }

    /** Requests acquired at this node and not yet released; it may have left meanwhile. */
    public int outstanding(Node node) {
        lock.lock();
        try {
            return state.outstanding(node);
        } finally {
            lock.unlock();
        }
    }

    /** The node of this endpoint, or null if it has none. */
    public @Nullable Node node(String id) {
        lock.lock();
        try {
            return state.node(id);
        } finally {
            lock.unlock();
        }
    }

    /** All nodes in the order in which they joined. */
    public List<Node> nodes() {
        lock.lock();
        try {
            return state.nodes();
        } finally {
            lock.unlock();
        }
    }

    /** Admin state of the endpoint (the stricter of its own and its service's). */
    public void admin(Node node, AdminState value) {
        inputs(node, Input.ADMIN, value);
    }

    /** The active check's word. */
    public void health(Node node, HealthState value) {
        inputs(node, Input.HEALTH, value);
    }

    /** Whether this gateway can reach it. */
    public void presence(Node node, Presence value) {
        inputs(node, Input.PRESENCE, value);
    }

    /** It says that it is leaving, or was replaced. */
    public void draining(Node node, boolean value) {
        inputs(node, Input.DRAINING, value);
    }

    /** Its host is suspected dead, or cleared. */
    public void suspected(Node node, boolean value) {
        inputs(node, Input.SUSPECTED, value);
    }

    /** Share of its pool in a traffic split, 0 to 100 percent. */
    public void poolShare(Node node, int percent) {
        inputs(node, Input.POOL_SHARE, percent);
    }

    /**
     * How sessions name an endpoint ({@link PickContext#bind}): the same at every gateway, and kept
     * by all incarnations.
     */
    public static long endpointHash(String endpointId) {
        return BoundPick.endpointHash(endpointId);
    }

    /** Sessions bound to this node are served until then though it drains; the queue's time. */
    public void sessionsUntil(Node node, long nanos) {
        lock.lock();
        try {
            node.details().sessionsUntilNanos = nanos;
        } finally {
            lock.unlock();
        }
    }

    /** Whether this node drains and still serves the sessions bound to it. */
    public boolean servesSessions(Node node) {
        lock.lock();
        try {
            return state.servesSessions(node);
        } finally {
            lock.unlock();
        }
    }

    private enum Input {
        ADMIN,
        HEALTH,
        PRESENCE,
        DRAINING,
        SUSPECTED,
        POOL_SHARE
    }

    private void inputs(Node node, Input input, Object value) {
        lock.lock();
        try {
            EligibilityInputs now = node.details().inputs;
            EligibilityInputs next =
                    switch (input) {
                        case ADMIN -> now.withAdmin((AdminState) value);
                        case HEALTH -> now.withHealth((HealthState) value);
                        case PRESENCE -> now.withPresence((Presence) value);
                        case DRAINING -> now.withDraining((Boolean) value);
                        case SUSPECTED -> now.withSuspected((Boolean) value);
                        case POOL_SHARE -> now.withPoolSharePercent((Integer) value);
                    };
            if (!next.equals(now)) {
                state.judge(node, next);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * An endpoint's own report.
     *
     * @param inFlight requests it is working on, from all gateways
     * @param intervalNanos how often it reports
     */
    public void report(Node node, int inFlight, long intervalNanos, long nowNanos) {
        lock.lock();
        try {
            state.report(node, inFlight, intervalNanos, nowNanos);
        } finally {
            lock.unlock();
        }
    }

    /** Other settings from now on. A change of algorithm moves every node. */
    public void settings(BalancingSettings settings, OutlierSettings outliers) {
        lock.lock();
        try {
            state.settings(settings, outliers);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Lets time pass: fades reports and penalties, ends slow starts and ejections. Work is in
     * proportion to the nodes that have something to fade.
     */
    public void tick(long nowNanos) {
        Order.Rebuild rebuild;
        int next;
        lock.lock();
        try {
            next = state.beginTick(nowNanos);
            rebuild = state.rebuild();
        } finally {
            lock.unlock();
        }
        // From the end down: what a node's removal moves to its place has had its turn.
        while (next > 0) {
            lock.lock();
            try {
                next = state.advance(next, BATCH);
            } finally {
                lock.unlock();
            }
        }
        if (rebuild != null) {
            rebuild.run();
            lock.lock();
            try {
                rebuild.install();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Hands over what has happened since the last call (at most the last 256), oldest first. */
    public void events(Consumer<QueueEvent> to) {
        List<QueueEvent> taken;
        lock.lock();
        try {
            taken = state.events.take();
        } finally {
            lock.unlock();
        }
        taken.forEach(to);
    }

    /**
     * The queue as it stands: its first places at one instant, the rest in pieces. Memory in
     * proportion to its nodes.
     */
    public QueueSnapshot snapshot() {
        SnapshotBuilder builder;
        lock.lock();
        try {
            builder = new SnapshotBuilder(state);
        } finally {
            lock.unlock();
        }
        boolean more = true;
        while (more) {
            lock.lock();
            try {
                more = builder.copy(BATCH);
            } finally {
                lock.unlock();
            }
        }
        return builder.build();
    }
}
