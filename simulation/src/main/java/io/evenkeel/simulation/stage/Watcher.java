package io.evenkeel.simulation.stage;

import io.evenkeel.kernel.balancing.Pick;
import io.evenkeel.kernel.balancing.PickContext;
import io.evenkeel.kernel.health.Outcome;

/**
 * Sees every operation on a service's queue. A checker is a watcher that holds one promise and
 * throws {@link io.evenkeel.simulation.invariant.BrokenPromise} when it is broken.
 */
public interface Watcher {
    /** About to acquire. */
    default void acquiring(SimService service, PickContext context) {}

    /** Acquired; the stage's own counts include it. */
    default void acquired(SimService service, PickContext context, Pick pick) {}

    /** Released; the stage's own counts don't include it any more. */
    default void released(SimService service, Member member, Outcome outcome) {}

    /** A member has joined. */
    default void joined(SimService service, Member member) {}

    /** What decides a member's eligibility has changed, or it has left. */
    default void changed(SimService service, Member member) {}

    /** Time has passed for the queue. */
    default void ticked(SimService service) {}

    /** An event of the simulation has run. */
    default void afterEvent(SimService service) {}

    /** The run is over: all clients have their answers or have given up, and time has passed. */
    default void atEnd(SimService service) {}
}
