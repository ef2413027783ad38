package io.evenkeel.gateway;

import io.evenkeel.kernel.health.OutlierDetection;
import io.evenkeel.kernel.observe.MetricFamily;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What queues did to their endpoints, as metrics; documented in docs/reference/metrics.md. */
final class QueueMetrics {
    private QueueMetrics() {}

    static List<MetricFamily> of(ServiceState[] services) {
        List<MetricFamily.Sample> ejections = new ArrayList<>();
        List<MetricFamily.Sample> panics = new ArrayList<>();
        for (ServiceState service : services) {
            MetricFamily.Label tenant = new MetricFamily.Label("tenant", service.key().tenant());
            MetricFamily.Label name = new MetricFamily.Label("service", service.key().name());
            for (OutlierDetection.Reason reason : OutlierDetection.Reason.values()) {
                if (reason != OutlierDetection.Reason.NONE) {
                    ejections.add(
                            new MetricFamily.Value(
                                    List.of(
                                            tenant,
                                            name,
                                            new MetricFamily.Label("reason", word(reason))),
                                    service.events().ejections(reason)));
                }
            }
            panics.add(
                    new MetricFamily.Value(
                            List.of(tenant, name), service.events().panic() ? 1 : 0));
        }
        return List.of(
                new MetricFamily(
                        "evenkeel_ejections",
                        MetricFamily.Type.COUNTER,
                        "Endpoints that outlier detection took out.",
                        "",
                        ejections),
                new MetricFamily(
                        "evenkeel_panic",
                        MetricFamily.Type.GAUGE,
                        "1 while too few endpoints are eligible and opinions on health are ignored.",
                        "",
                        panics));
    }

    private static String word(OutlierDetection.Reason reason) {
        return reason.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
