package io.evenkeel.gateway.proxy;

import io.evenkeel.kernel.routing.RequestView;
import org.jspecify.annotations.Nullable;

/**
 * Which service a request is for, and what its route does to it: one immutable snapshot of routes
 * and services, read by every loop through one volatile. A lookup allocates nothing and may run on
 * any thread.
 */
@FunctionalInterface
public interface Directory {
    /**
     * Where a request goes.
     *
     * @param namesService whether the source may name the service in the header {@code
     *     Evenkeel-Service}
     * @return null if no route and no service matches
     */
    @Nullable Destination find(RequestView request, boolean namesService);
}
