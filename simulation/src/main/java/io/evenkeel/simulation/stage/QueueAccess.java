package io.evenkeel.simulation.stage;

import io.evenkeel.kernel.balancing.EndpointSettings;
import io.evenkeel.kernel.balancing.Node;
import io.evenkeel.kernel.balancing.Pick;
import io.evenkeel.kernel.balancing.PickContext;
import io.evenkeel.kernel.balancing.ServiceQueue;
import io.evenkeel.kernel.eligibility.EligibilityInputs;
import io.evenkeel.kernel.eligibility.HealthState;
import io.evenkeel.kernel.eligibility.Presence;
import io.evenkeel.kernel.health.Outcome;
import io.evenkeel.model.AdminState;

/**
 * Every call that the stage makes to a service's queue, passed on as it is. Tests of the checkers
 * override one of them: that is where a fault is planted.
 */
public class QueueAccess {
    private final ServiceQueue queue;

    /** Access to this queue. */
    public QueueAccess(ServiceQueue queue) {
        this.queue = queue;
    }

    /** The queue, for snapshots and events. */
    public final ServiceQueue queue() {
        return queue;
    }

    /** {@link ServiceQueue#acquire}. */
    public Pick acquire(PickContext context) {
        return queue.acquire(context);
    }

    /** {@link ServiceQueue#release}. */
    public void release(Node node, int index, Outcome outcome, long latencyNanos) {
        queue.release(index, outcome, latencyNanos);
    }

    /** {@link ServiceQueue#put}. */
    public Node put(EndpointSettings settings, EligibilityInputs inputs, long nowNanos) {
        return queue.put(settings, inputs, nowNanos);
    }

    /** {@link ServiceQueue#leave}. */
    public void leave(Node node) {
        queue.leave(node);
    }

    /** {@link ServiceQueue#admin}. */
    public void admin(Node node, AdminState value) {
        queue.admin(node, value);
    }

    /** {@link ServiceQueue#health}. */
    public void health(Node node, HealthState value) {
        queue.health(node, value);
    }

    /** {@link ServiceQueue#presence}. */
    public void presence(Node node, Presence value) {
        queue.presence(node, value);
    }

    /** {@link ServiceQueue#draining}. */
    public void draining(Node node, boolean value) {
        queue.draining(node, value);
    }

    /** {@link ServiceQueue#tick}. */
    public void tick(long nowNanos) {
        queue.tick(nowNanos);
    }
}
