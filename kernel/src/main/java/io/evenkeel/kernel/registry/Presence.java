package io.evenkeel.kernel.registry;

import io.evenkeel.model.EndpointKey;

/**
 * Port by which a gateway says which endpoints it can reach now. Written in batches under the
 * gateway's one lease. Thread-safe, never blocks; the last word about an endpoint wins.
 */
public interface Presence {
    /** The gateway holds a link (or an answered check) of this epoch of the endpoint. */
    void present(EndpointKey endpoint, long epoch);

    /** It no longer does. Ignored if the gateway has since reported a newer epoch present. */
    void absent(EndpointKey endpoint, long epoch);

    /** It no longer does, as the endpoint gave its link up for others. */
    void released(EndpointKey endpoint, long epoch);
}
