package io.evenkeel.gateway.observe;

import io.evenkeel.kernel.observe.GatewayView;
import io.evenkeel.kernel.observe.MetricFamily;
import io.evenkeel.kernel.observe.RequestLookup;
import io.evenkeel.kernel.observe.ServiceTraffic;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * The view of a gateway put together from what its loops noted. Thread-safe; costs the caller,
 * never a loop.
 */
public abstract class ObservedGateway implements GatewayView {
    private final RequestIds ids;
    private final List<LoopObserver> loops;
    private final LongSupplier wallNanos;

    /**
     * @param ids the gateway's ids
     * @param loops observers of all loops, in the order of their numbers
     * @param wallNanos nanoseconds since 1970, now
     */
    protected ObservedGateway(RequestIds ids, List<LoopObserver> loops, LongSupplier wallNanos) {
        this.ids = ids;
        this.loops = List.copyOf(loops);
        this.wallNanos = wallNanos;
    }

    @Override
    public RequestLookup requestRecord(String id) {
        long now = wallNanos.getAsLong();
        if (ids.own(id) && RequestIds.loop(id) < loops.size()) {
            return loops.get(RequestIds.loop(id)).records().find(id, RequestIds.sequence(id), now);
        }
        RequestLookup best = new RequestLookup.Unknown(id);
        for (LoopObserver loop : loops) {
            if (loop.records().findForeign(id, now) instanceof RequestLookup.Held found
                    && (!(best instanceof RequestLookup.Held held)
                            || found.record().started().isAfter(held.record().started()))) {
                best = found;
            }
        }
        return best;
    }

    /** Returns the totals of every service, by tenant and name. */
    private SortedMap<String, SortedMap<String, ServiceTotals>> totals() {
        SortedMap<String, SortedMap<String, ServiceTotals>> totals = new TreeMap<>();
        for (LoopObserver loop : loops) {
            loop.services()
                    .forEach((tenant, services) ->
                            services.forEach((name, meter) ->
                                    totals.computeIfAbsent(tenant, _ -> new TreeMap<>())
                                            .computeIfAbsent(
                                                    name, n -> new ServiceTotals(tenant, n))
                                            .add(meter)));
        }
        return totals;
    }

    private List<ServiceTotals> services(
            SortedMap<String, SortedMap<String, ServiceTotals>> totals) {
        List<ServiceTotals> all = new ArrayList<>();
        totals.values().forEach(services -> all.addAll(services.values()));
        return all;
    }

    @Override
    public List<ServiceTraffic> services() {
        return services(totals()).stream().map(ServiceTotals::traffic).toList();
    }

    @Override
    public List<MetricFamily> metrics(int mostEndpoints) {
        List<MetricFamily> families = TrafficMetrics.of(services(totals()), mostEndpoints);
        families.addAll(TrafficMetrics.ofLoops(loops));
        families.addAll(moreMetrics());
        return families;
    }

    /** Returns metrics of other parts of the gateway: connections, loops, pools. Any thread. */
    protected abstract List<MetricFamily> moreMetrics();
}
