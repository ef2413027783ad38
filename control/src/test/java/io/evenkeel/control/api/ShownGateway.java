package io.evenkeel.control.api;

import io.evenkeel.kernel.balancing.Algorithm;
import io.evenkeel.kernel.balancing.BackendReport;
import io.evenkeel.kernel.balancing.QueueEvent;
import io.evenkeel.kernel.balancing.QueueSnapshot;
import io.evenkeel.kernel.eligibility.Eligibility;
import io.evenkeel.kernel.health.OutlierDetection;
import io.evenkeel.kernel.observe.GatewayView;
import io.evenkeel.kernel.observe.MetricFamily;
import io.evenkeel.kernel.observe.RequestLookup;
import io.evenkeel.kernel.observe.RequestRecord;
import io.evenkeel.kernel.observe.ServiceEvent;
import io.evenkeel.kernel.observe.ServiceTraffic;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A gateway that shows one service, {@code web}, with two endpoints, and one request. */
final class ShownGateway implements GatewayView {
    static final String ID = "0a1b2c3d-00-00000001";

    @Override
    public RequestLookup requestRecord(String id) {
        return switch (id) {
            case ID ->
                    new RequestLookup.Held(
                            new RequestRecord(
                                    ID,
                                    "",
                                    0,
                                    Instant.ofEpochMilli(1_700_000_000_123L),
                                    "127.0.0.1:5555",
                                    "GET",
                                    "web.example/cart",
                                    "default",
                                    "web",
                                    "vm-1.8080",
                                    7,
                                    1,
                                    0,
                                    0,
                                    false,
                                    200,
                                    "nobody",
                                    "done",
                                    "complete",
                                    0,
                                    1_000,
                                    10,
                                    12,
                                    20,
                                    800,
                                    900));
            case "running" -> new RequestLookup.Running(id);
            case "old" -> new RequestLookup.NoLongerHeld(id);
            default -> new RequestLookup.Unknown(id);
        };
    }

    @Override
    public Optional<QueueSnapshot> queue(String tenant, String service) {
        return service.equals("web")
                ? Optional.of(
                        new QueueSnapshot(
                                "web",
                                Algorithm.LEAST_LOAD,
                                false,
                                1,
                                0,
                                List.of(
                                        entry(
                                                "vm-1.8080",
                                                QueueSnapshot.Standing.QUEUED,
                                                Eligibility.Eligible.ELIGIBLE),
                                        entry(
                                                "vm-2.8080",
                                                QueueSnapshot.Standing.OUT,
                                                new Eligibility.NotEligible(
                                                        List.of(
                                                                Eligibility.Reason.UNHEALTHY,
                                                                Eligibility.Reason.EJECTED))))))
                : Optional.empty();
    }

    @Override
    public List<ServiceEvent> events(String tenant, String service) {
        return service.equals("web")
                ? List.of(
                        new ServiceEvent(2_000, new QueueEvent.PanicEnded(2, 2, 2)),
                        new ServiceEvent(1_500, new QueueEvent.Returned(1, "vm-2.8080")),
                        new ServiceEvent(1_000, new QueueEvent.PanicBegan(1, 1, 2)),
                        new ServiceEvent(
                                1_000,
                                new QueueEvent.Ejected(
                                        1_000_000,
                                        "vm-2.8080",
                                        OutlierDetection.Reason.CONSECUTIVE_5XX,
                                        501_000_000)))
                : List.of();
    }

    @Override
    public List<ServiceTraffic> services() {
        return List.of();
    }

    @Override
    public List<MetricFamily> metrics(int mostEndpoints) {
        List<MetricFamily.Label> labels =
                List.of(
                        new MetricFamily.Label("tenant", "default"),
                        new MetricFamily.Label("service", "web"));
        return List.of(
                new MetricFamily(
                        "evenkeel_requests",
                        MetricFamily.Type.COUNTER,
                        "Requests ended.",
                        "",
                        List.of(new MetricFamily.Value(labels, 5))),
                new MetricFamily(
                        "evenkeel_request_duration_seconds",
                        MetricFamily.Type.HISTOGRAM,
                        "Time from the first byte of a request to the last of its reply.",
                        "seconds",
                        List.of(
                                new MetricFamily.Distribution(
                                        labels, List.of(0.001, 0.01), List.of(1L, 3L, 5L), 0.5))));
    }

    private static QueueSnapshot.Entry entry(
            String id, QueueSnapshot.Standing standing, Eligibility eligibility) {
        return new QueueSnapshot.Entry(
                id,
                7,
                standing,
                3,
                2,
                1,
                0,
                1,
                100,
                1_024,
                eligibility,
                0,
                42,
                1_500,
                new BackendReport(3, 12, 7.5));
    }
}
