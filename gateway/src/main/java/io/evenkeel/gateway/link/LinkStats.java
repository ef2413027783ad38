package io.evenkeel.gateway.link;

/**
 * Counts of the link side; the first three are of now, the rest since start.
 *
 * @param endpoints endpoints that hold a link
 * @param links links, at least one for each endpoint
 * @param handshakes connections that are not admitted yet, or are being refused
 * @param busy connections refused because there were too many
 * @param left links ended by a goodbye
 * @param lost links that ended or broke without one
 * @param silent links cut for a missed heartbeat
 * @param replaced links cut for a newer incarnation
 * @param cut links cut for another reason
 */
public record LinkStats(
        int endpoints,
        int links,
        int handshakes,
        long busy,
        long left,
        long lost,
        long silent,
        long replaced,
        long cut) {}
