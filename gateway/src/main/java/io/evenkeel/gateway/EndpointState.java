package io.evenkeel.gateway;

import io.evenkeel.kernel.balancing.Node;
import io.evenkeel.kernel.eligibility.EligibilityInputs;
import io.evenkeel.kernel.eligibility.HealthState;
import io.evenkeel.kernel.eligibility.Presence;
import io.evenkeel.kernel.image.EndpointImage;
import io.evenkeel.model.AdminState;

/**
 * One incarnation of an endpoint at this gateway, with the inputs of its eligibility that this
 * gateway finds out itself. Guarded by the {@link ServiceTable}.
 */
final class EndpointState {
    final Node node;
    EndpointImage image;
    AdminState admin;
    HealthState health;
    Presence presence;
    boolean draining;
    Reach reach;

    EndpointState(Node node, EndpointImage image, EligibilityInputs inputs, Reach reach) {
        this.node = node;
        this.reach = reach;
        this.image = image;
        admin = inputs.admin();
        health = inputs.health();
        presence = inputs.presence();
        draining = inputs.draining();
    }
}
