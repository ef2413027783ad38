package io.evenkeel.gateway;

import io.evenkeel.kernel.balancing.Node;
import io.evenkeel.model.HealthCheck;

/** Whom health checks are for; called under the {@link ServiceTable}'s lock. */
interface HealthWatch {
    /** Checks this endpoint from now on, by these settings. */
    void check(ServiceState service, EndpointState endpoint, HealthCheck how);

    /** No longer. */
    void forget(ServiceState service, Node node);
}
