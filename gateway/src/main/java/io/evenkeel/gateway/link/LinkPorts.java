package io.evenkeel.gateway.link;

import io.evenkeel.kernel.registry.Admission;
import io.evenkeel.kernel.registry.Presence;
import java.util.List;
import java.util.function.Supplier;

/**
 * What the link side stands on.
 *
 * @param admission who may be an endpoint
 * @param presence where this gateway publishes which endpoints it reaches
 * @param observer the data plane
 * @param peers link addresses of all gateways, this one's first; read by any loop
 */
public record LinkPorts(
        Admission admission,
        Presence presence,
        LinkObserver observer,
        Supplier<List<String>> peers) {}
