package io.evenkeel.gateway;

import io.evenkeel.gateway.proxy.Destination;
import io.evenkeel.gateway.proxy.Directory;
import io.evenkeel.kernel.routing.RequestView;
import io.evenkeel.kernel.routing.RouteTable;
import io.evenkeel.kernel.routing.RouteTarget;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One snapshot of routes and services. Immutable. */
final class RoutedDirectory implements Directory {
    static final RoutedDirectory EMPTY =
            new RoutedDirectory(RouteTable.empty(), List.of(), List.of(), List.of());

    private final RouteTable table;
    private final ServiceState[] byIndex;

    /** By the rule that matched, then by the service that the request named itself. */
    private final Destination[] byRule;

    private final Destination[] byName;

    /**
     * @param states beside the table's services, in their order
     * @param byRule beside the table's rules, in their order
     * @param byName of requests that name their service, beside the table's services
     */
    RoutedDirectory(
            RouteTable table,
            List<ServiceState> states,
            List<Destination> byRule,
            List<Destination> byName) {
        this.table = table;
        byIndex = states.toArray(ServiceState[]::new);
        this.byRule = byRule.toArray(Destination[]::new);
        this.byName = byName.toArray(Destination[]::new);
    }

    @Override
    public @Nullable Destination find(RequestView request, boolean namesService) {
        RouteTarget target = table.lookup(request, namesService);
        if (target == null) {
            return null;
        }
        return target.rule() < 0 ? byName[target.index()] : byRule[target.rule()];
    }

    /** Every service, in a stable order; for ticks. */
    ServiceState[] services() {
        return byIndex;
    }
}
