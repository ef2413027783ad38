package io.evenkeel.gateway.observe;

import io.evenkeel.kernel.observe.ServiceTraffic;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The meters of one service on all loops, added up at one moment. */
final class ServiceTotals {
    private final String tenant;
    private final String service;
    private final long[] reasons = new long[TerminationReason.count()];
    private final long[] statusClasses = new long[6];
    private final long[] mirrors = new long[MirrorOutcome.count()];
    private final long[] latencies = new long[LatencyHistogram.BUCKETS];
    private final SortedMap<String, EndpointTotals> endpoints = new TreeMap<>();
    private long active;
    private long pending;
    private long ended;
    private long retries;
    private long requestBytes;
    private long responseBytes;
    private long latencySumMicros;

    ServiceTotals(String tenant, String service) {
        this.tenant = tenant;
        this.service = service;
    }

    private static final class EndpointTotals {
        private long active;
        private long ended;
        private long failed;
        private long micros;
    }

    void add(ServiceMeter meter) {
        active += meter.active();
        pending += meter.pending();
        ended += meter.ended();
        retries += meter.retries();
        requestBytes += meter.requestBytes();
        responseBytes += meter.responseBytes();
        for (int i = 0; i < reasons.length; i++) {
            reasons[i] += meter.reason(TerminationReason.of(i));
        }
        for (int i = 0; i < statusClasses.length; i++) {
            statusClasses[i] += meter.statusClass(i);
        }
        for (int i = 0; i < mirrors.length; i++) {
            mirrors[i] += meter.mirrors(MirrorOutcome.of(i));
        }
        meter.latency().addTo(latencies);
        latencySumMicros += meter.latency().sumMicros();
        meter.endpoints()
                .forEach((id, endpoint) -> {
                    EndpointTotals sum = endpoints.computeIfAbsent(id, _ -> new EndpointTotals());
                    sum.active += endpoint.active();
                    sum.ended += endpoint.ended();
                    sum.failed += endpoint.failed();
                    sum.micros += endpoint.micros();
                });
    }

    ServiceTraffic traffic() {
        List<ServiceTraffic.ReasonCount> counts = new ArrayList<>();
        long failed = 0;
        for (int i = 0; i < reasons.length; i++) {
            TerminationReason reason = TerminationReason.of(i);
            if (reasons[i] > 0) {
                counts.add(new ServiceTraffic.ReasonCount(reason.label(), reasons[i]));
            }
            failed += reason.failure() ? reasons[i] : 0;
        }
        return new ServiceTraffic(
                tenant,
                service,
                active,
                ended,
                failed,
                retries,
                requestBytes,
                responseBytes,
                LatencyHistogram.quantile(latencies, 0.5),
                LatencyHistogram.quantile(latencies, 0.99),
                counts,
                endpointTraffic());
    }

    List<ServiceTraffic.EndpointTraffic> endpointTraffic() {
        List<ServiceTraffic.EndpointTraffic> all = new ArrayList<>(endpoints.size());
        endpoints.forEach((id, sum) ->
                all.add(
                        new ServiceTraffic.EndpointTraffic(
                                id, sum.active, sum.ended, sum.failed, sum.micros)));
        return all;
    }

    String tenant() {
        return tenant;
    }

    String service() {
        return service;
    }

    long active() {
        return active;
    }

    long pending() {
        return pending;
    }

    long retries() {
        return retries;
    }

    long requestBytes() {
        return requestBytes;
    }

    long responseBytes() {
        return responseBytes;
    }

    long reason(TerminationReason reason) {
        return reasons[reason.index()];
    }

    long mirrors(MirrorOutcome outcome) {
        return mirrors[outcome.index()];
    }

    long statusClass(int hundreds) {
        return statusClasses[hundreds];
    }

    long[] latencies() {
        return latencies;
    }

    long latencySumMicros() {
        return latencySumMicros;
    }

    int endpointCount() {
        return endpoints.size();
    }
}
