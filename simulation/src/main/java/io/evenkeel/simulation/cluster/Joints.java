package io.evenkeel.simulation.cluster;

import io.evenkeel.gateway.link.LinkObserver;
import io.evenkeel.gateway.proxy.UpstreamService;
import io.evenkeel.kernel.image.ImagePublisher;
import io.evenkeel.kernel.registry.Admission;
import io.evenkeel.simulation.control.ControlJoints;
import io.evenkeel.simulation.registry.SimImages;

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

    /** Between the store and the images of a gateway. */
    public SimImages.Passage passage() {
        return SimImages.Passage.SOUND;
    }

    /** Where a leader's writes meet the store. */
    public ControlJoints controls() {
        return ControlJoints.SOUND;
    }

    /** Between proxy and services. */
    public UpstreamService service(UpstreamService service) {
        return service;
    }
}
