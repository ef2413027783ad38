package io.evenkeel.gateway;

import io.evenkeel.gateway.net.NetLoop;
import io.evenkeel.gateway.proxy.ProxyLoop;
import io.evenkeel.kernel.balancing.Node;
import io.evenkeel.kernel.eligibility.EligibilityInputs;
import io.evenkeel.kernel.eligibility.Presence;
import io.evenkeel.model.AdminState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one loop still has to do about nodes that get no more requests: close their idle
 * connections, also those that become idle later, and cut what runs beyond its time. A level, not
 * an edge: the loop compares at each of its ticks, so that nothing is forgotten when it has no room
 * for a task. A node is kept until none of the loop's requests runs there or it is back.
 *
 * <p>Told by any thread, does its work on the loop's.
 */
final class LeavingNodes {
    private static final long NEVER = Long.MAX_VALUE;

    /** When what still runs is cut, in the loop's time. Each telling makes another object of it. */
    private static final class Leave {
        final long cutNanos;

        Leave(long cutNanos) {
            this.cutNanos = cutNanos;
        }
    }

    private final NetLoop net;
    private final ProxyLoop proxy;

    /** Guarded by this, as is {@link #nudged}. */
    private final Map<Node, Leave> leaving = new LinkedHashMap<>();

    private boolean nudged;

    LeavingNodes(NetLoop net, ProxyLoop proxy) {
        this.net = net;
        this.proxy = proxy;
    }

    /** A node gets no requests for now. */
    void unused(Node node) {
        drains(node, NEVER);
    }

    /** A node gets no requests any more: what runs there at this time is to be cut. */
    void drains(Node node, long cutNanos) {
        synchronized (this) {
            leaving.merge(
                    node,
                    new Leave(cutNanos),
                    (was, is) -> new Leave(Math.min(was.cutNanos, is.cutNanos)));
        }
        nudge();
    }

    /** The loop is asked to look at once; if it is flooded, its next tick does. */
    private void nudge() {
        synchronized (this) {
            if (nudged) {
                return;
            }
            nudged = true;
        }
        if (!net.execute(this::nudged)) {
            synchronized (this) {
                nudged = false;
            }
        }
    }

    private void nudged() {
        synchronized (this) {
            nudged = false;
        }
        look(net.nanos());
    }

    /** Does what is to be done; with every tick of the loop, on its thread. */
    void look(long nowNanos) {
        List<Map.Entry<Node, Leave>> all;
        synchronized (this) {
            if (leaving.isEmpty()) {
                return;
            }
            all = new ArrayList<>(leaving.size());
            leaving.forEach((node, leave) -> all.add(Map.entry(node, leave)));
        }
        for (Map.Entry<Node, Leave> one : all) {
            Node node = one.getKey();
            if (isOut(node)) {
                if (one.getValue().cutNanos - nowNanos <= 0) {
                    proxy.cut(node);
                } else {
                    proxy.forget(node);
                }
            }
            if (!isOut(node) || !proxy.requestsAt(node)) {
                done(node, one.getValue());
            }
        }
    }

    /** Unless somebody has said it again meanwhile. */
    private synchronized void done(Node node, Leave seen) {
        leaving.remove(node, seen);
    }

    private static boolean isOut(Node node) {
        EligibilityInputs inputs = node.inputs();
        return node.isGone()
                || inputs.draining()
                || inputs.admin() != AdminState.READY
                || inputs.presence() == Presence.ABSENT;
    }
}
