package io.evenkeel.simulation.cluster;

import io.evenkeel.gateway.link.LinkObserver;
import io.evenkeel.gateway.proxy.UpstreamService;
import io.evenkeel.kernel.image.ImagePublisher;
import io.evenkeel.kernel.registry.Admission;

/**
 * The joints between the parts of a gateway, each passed on as it is. Tests of the checkers
 * override one of them: that is where a fault is planted.
 */
public class Joints {
    /** Between links and registry. */
    public Admission admission(Admission registry) {
        return registry;
    }

    /** Between links and services. */
    public LinkObserver links(LinkObserver services) {
        return services;
    }

    /** Between registry and services. */
    public ImagePublisher images(ImagePublisher services) {
        return services;
    }

    /** Between proxy and services. */
    public UpstreamService service(UpstreamService service) {
        return service;
    }
}
