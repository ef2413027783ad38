package io.evenkeel.gateway;

import io.evenkeel.gateway.proxy.Directory;
import io.evenkeel.gateway.proxy.UpstreamService;
import io.evenkeel.kernel.routing.RequestView;
import io.evenkeel.kernel.routing.RouteTable;
import io.evenkeel.kernel.routing.RouteTarget;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One snapshot of routes and services. Immutable. */
final class RoutedDirectory implements Directory {
    static final RoutedDirectory EMPTY = new RoutedDirectory(RouteTable.empty(), List.of());

    private final RouteTable table;
    private final ServiceState[] byIndex;

    /**
     * @param states beside the table's services, in their order
     */
    RoutedDirectory(RouteTable table, List<ServiceState> states) {
        this.table = table;
        byIndex = states.toArray(ServiceState[]::new);
    }

    @Override
    public @Nullable UpstreamService find(RequestView request, boolean namesService) {
        RouteTarget target = table.lookup(request, namesService);
        return target == null ? null : byIndex[target.index()];
    }

    /** Every service, in a stable order; for ticks. */
    ServiceState[] services() {
        return byIndex;
    }
}
