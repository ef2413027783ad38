package io.evenkeel.kernel.registry;

import io.evenkeel.kernel.decision.DecisionRing;

/**
 * What the store remembers of an endpoint beside its record; read in one go, no earlier than the
 * image that it is used with. It may outlive the endpoint.
 *
 * @param replaced incarnations that must not come back
 * @param decisions about it so far
 * @param decisionsRevision revision of the ring's key, 0 if there is none
 */
public record EndpointPast(Incarnations replaced, DecisionRing decisions, long decisionsRevision) {
    /** Nothing. */
    public static final EndpointPast NONE =
            new EndpointPast(Incarnations.NONE, DecisionRing.EMPTY, 0);
}
