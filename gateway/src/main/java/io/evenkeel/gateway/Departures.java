package io.evenkeel.gateway;

import io.evenkeel.kernel.balancing.Node;

/** Whose requests and connections come to an end; called under the {@link ServiceTable}'s lock. */
interface Departures {
    /** Gets no requests for now: its idle connections are to go. */
    void unused(Node node);

    /**
     * Gets no requests any more: those that still run after this time are to be cut, unless it is
     * back.
     */
    void drains(Node node, long nanos);
}
