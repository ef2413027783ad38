package io.evenkeel.gateway;

import io.evenkeel.kernel.balancing.Node;
import io.evenkeel.model.HealthCheck;

/** Checks nobody. */
final class NoChecks implements ServiceTable.HealthWatch {
    @Override
    public void check(ServiceState service, EndpointState endpoint, HealthCheck how) {}

    @Override
    public void forget(ServiceState service, Node node) {}
}
