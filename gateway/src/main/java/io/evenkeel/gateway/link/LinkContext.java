package io.evenkeel.gateway.link;

import io.evenkeel.gateway.tunnel.Tunnels;

/**
 * What all links of a gateway share, over all its loops.
 *
 * @param table which endpoints hold a link
 * @param tunnels the tunnels that stand, as requests see them
 * @param places the loops that the tunnels of an endpoint are on
 */
record LinkContext(
        LinkSettings settings,
        LinkPorts ports,
        LinkCounters counters,
        LinkTable table,
        Tunnels tunnels,
        TunnelPlaces places) {}
