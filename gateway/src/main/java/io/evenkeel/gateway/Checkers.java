package io.evenkeel.gateway;

import io.evenkeel.gateway.check.CheckTarget;
import io.evenkeel.gateway.check.HealthChecker;
import io.evenkeel.kernel.balancing.Node;
import io.evenkeel.kernel.eligibility.HealthState;
import io.evenkeel.model.HealthCheck;
import java.util.List;

/** Spreads the endpoints to check over the loops: each is checked by one, always the same. */
final class Checkers implements HealthWatch {
    /** Told what a check found. */
    interface Verdicts {
        void health(ServiceState service, Node node, HealthState state);
    }

    private final List<HealthChecker> checkers;
    private final Verdicts verdicts;

    Checkers(List<HealthChecker> checkers, Verdicts verdicts) {
        this.checkers = checkers;
        this.verdicts = verdicts;
    }

    @Override
    public void check(ServiceState service, EndpointState endpoint, HealthCheck how) {
        Node node = endpoint.node;
        of(node).check(
                        new CheckTarget(
                                id(service, node),
                                CheckTarget.settings(how),
                                how.expectedStatuses(),
                                endpoint.image.spec().address().toString(),
                                () -> service.address(node),
                                state -> verdicts.health(service, node, state)));
    }

    @Override
    public void forget(ServiceState service, Node node) {
        of(node).forget(id(service, node));
    }

    private HealthChecker of(Node node) {
        return checkers.get(Math.floorMod(node.id().hashCode(), checkers.size()));
    }

    private static String id(ServiceState service, Node node) {
        return service.key() + "/" + node;
    }
}
