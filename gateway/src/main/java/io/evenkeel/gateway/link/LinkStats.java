package io.evenkeel.gateway.link;

import io.evenkeel.wire.link.LinkError;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * Counts of the link side; the first four are of now, the rest since start.
 *
 * @param endpoints endpoints that hold a link
 * @param links links, at least one for each endpoint
 * @param furtherTunnels tunnels that are open besides the links they belong to
 * @param handshakes connections that are not admitted yet, or are being refused
 * @param accepted registrations that became a link
 * @param refused registrations refused, by reason; every reason is a key
 * @param closed links ended, by reason; every reason is a key
 * @param backendDrains drains that backends asked for
 * @param operatorDrains drains that backends were told of
 */
public record LinkStats(
        int endpoints,
        int links,
        int furtherTunnels,
        int handshakes,
        long accepted,
        Map<LinkError, Long> refused,
        Map<LinkLoss, Long> closed,
        long backendDrains,
        long operatorDrains) {
    /** Copies the maps. */
    public LinkStats {
        refused = Collections.unmodifiableMap(new EnumMap<>(refused));
        closed = Collections.unmodifiableMap(new EnumMap<>(closed));
    }
}
