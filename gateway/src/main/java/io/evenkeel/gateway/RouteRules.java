package io.evenkeel.gateway;

import io.evenkeel.kernel.image.RouteImage;
import io.evenkeel.kernel.routing.RouteRule;
import io.evenkeel.model.Metadata;
import io.evenkeel.model.ServiceKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** From routes as they are written to the rules of a route table. */
final class RouteRules {
    private RouteRules() {}

    static List<RouteRule> of(Collection<RouteImage> routes) {
        List<RouteRule> rules = new ArrayList<>(routes.size());
        for (RouteImage route : routes) {
            rules.add(rule(route));
        }
        return rules;
    }

    private static RouteRule rule(RouteImage route) {
        return new RouteRule(
                route.metadata().name(),
                route.spec().priority(),
                route.spec().match().hosts(),
                route.spec().match().pathPrefix(),
                route.spec().match().headers().stream()
                        .map(h -> new RouteRule.HeaderMatch(h.name(), h.value()))
                        .toList(),
                name(target(route)));
    }

    /** The service that gets a route's requests. */
    static ServiceKey target(RouteImage route) {
        return new ServiceKey(route.metadata().tenant(), route.spec().service());
    }

    /** How a request names a service: services of other tenants than the default by both. */
    static String name(ServiceKey key) {
        return key.tenant().equals(Metadata.DEFAULT_TENANT)
                ? key.name()
                : key.tenant() + "/" + key.name();
    }
}
