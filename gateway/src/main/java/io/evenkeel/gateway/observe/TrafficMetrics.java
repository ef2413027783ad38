package io.evenkeel.gateway.observe;

import io.evenkeel.kernel.observe.MetricFamily;
import io.evenkeel.kernel.observe.ServiceTraffic.EndpointTraffic;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Traffic counters as metrics; documented in docs/reference/metrics.md. Stateless. */
final class TrafficMetrics {
    /** Powers of two from 256 µs to 67 s: bounds that the fine histogram has too, so exact ones. */
    private static final int FIRST_POWER = 8;

    private static final int LAST_POWER = 26;

    private TrafficMetrics() {}

    /** Returns the families of services, and of endpoints while there are few enough. */
    static List<MetricFamily> of(List<ServiceTotals> services, int mostEndpoints) {
        List<MetricFamily> families = new ArrayList<>();
        families.add(requests(services));
        families.add(responses(services));
        families.add(
                simple(
                        "evenkeel_requests_active",
                        MetricFamily.Type.GAUGE,
                        "Requests being served now.",
                        services,
                        ServiceTotals::active));
        families.add(
                simple(
                        "evenkeel_requests_pending",
                        MetricFamily.Type.GAUGE,
                        "Requests waiting for a connection to an endpoint now.",
                        services,
                        ServiceTotals::pending));
        families.add(
                simple(
                        "evenkeel_retries",
                        MetricFamily.Type.COUNTER,
                        "Attempts beyond the first.",
                        services,
                        ServiceTotals::retries));
        families.add(
                simple(
                        "evenkeel_request_body_bytes",
                        MetricFamily.Type.COUNTER,
                        "Bytes of request bodies received.",
                        services,
                        ServiceTotals::requestBytes));
        families.add(
                simple(
                        "evenkeel_response_body_bytes",
                        MetricFamily.Type.COUNTER,
                        "Bytes of reply bodies sent.",
                        services,
                        ServiceTotals::responseBytes));
        families.add(mirrored(services));
        families.add(durations(services));
        int endpoints = services.stream().mapToInt(ServiceTotals::endpointCount).sum();
        if (endpoints <= mostEndpoints) {
            addEndpoints(services, families);
        }
        return families;
    }

    private static List<MetricFamily.Label> labels(ServiceTotals service) {
        return List.of(
                new MetricFamily.Label("tenant", service.tenant()),
                new MetricFamily.Label("service", service.service()));
    }

    private static List<MetricFamily.Label> with(
            List<MetricFamily.Label> labels, MetricFamily.Label... more) {
        List<MetricFamily.Label> all = new ArrayList<>(labels);
        all.addAll(List.of(more));
        return all;
    }

    private static List<MetricFamily.Label> labels(TerminationReason reason) {
        return List.of(
                new MetricFamily.Label("reason", reason.label()),
                new MetricFamily.Label("who", reason.who().label()),
                new MetricFamily.Label("phase", reason.phase().label()));
    }

    private static MetricFamily simple(
            String name,
            MetricFamily.Type type,
            String help,
            List<ServiceTotals> services,
            ToDoubleFunction<ServiceTotals> value) {
        List<MetricFamily.Sample> samples = new ArrayList<>(services.size());
        for (ServiceTotals service : services) {
            samples.add(new MetricFamily.Value(labels(service), value.applyAsDouble(service)));
        }
        return new MetricFamily(name, type, help, "", samples);
    }

    private static MetricFamily requests(List<ServiceTotals> services) {
        List<MetricFamily.Sample> samples = new ArrayList<>();
        for (ServiceTotals service : services) {
            for (int i = 0; i < TerminationReason.count(); i++) {
                TerminationReason reason = TerminationReason.of(i);
                long count = service.reason(reason);
                if (count > 0 || reason == TerminationReason.COMPLETE) {
                    List<MetricFamily.Label> all = new ArrayList<>(labels(service));
                    all.addAll(labels(reason));
                    samples.add(new MetricFamily.Value(all, count));
                }
            }
        }
        return new MetricFamily(
                "evenkeel_requests",
                MetricFamily.Type.COUNTER,
                "Requests ended, by service and termination reason.",
                "",
                samples);
    }

    private static MetricFamily responses(List<ServiceTotals> services) {
        List<MetricFamily.Sample> samples = new ArrayList<>();
        for (ServiceTotals service : services) {
            for (int hundreds = 1; hundreds <= 5; hundreds++) {
                samples.add(
                        new MetricFamily.Value(
                                with(
                                        labels(service),
                                        new MetricFamily.Label("status", hundreds + "xx")),
                                service.statusClass(hundreds)));
            }
        }
        return new MetricFamily(
                "evenkeel_responses",
                MetricFamily.Type.COUNTER,
                "Replies by class of status.",
                "",
                samples);
    }

    private static MetricFamily mirrored(List<ServiceTotals> services) {
        List<MetricFamily.Sample> samples = new ArrayList<>();
        for (ServiceTotals service : services) {
            for (int i = 0; i < MirrorOutcome.count(); i++) {
                MirrorOutcome outcome = MirrorOutcome.of(i);
                long count = service.mirrors(outcome);
                if (count > 0 || outcome == MirrorOutcome.ANSWERED) {
                    samples.add(
                            new MetricFamily.Value(
                                    with(
                                            labels(service),
                                            new MetricFamily.Label("outcome", outcome.label())),
                                    count));
                }
            }
        }
        return new MetricFamily(
                "evenkeel_mirrored_requests",
                MetricFamily.Type.COUNTER,
                "Copies of requests for a service that mirrors another.",
                "",
                samples);
    }

    private static MetricFamily durations(List<ServiceTotals> services) {
        List<Double> bounds = new ArrayList<>();
        for (int power = FIRST_POWER; power <= LAST_POWER; power++) {
            bounds.add(((1L << power) - 1) / 1e6);
        }
        List<MetricFamily.Sample> samples = new ArrayList<>(services.size());
        for (ServiceTotals service : services) {
            List<Long> cumulative = new ArrayList<>(bounds.size() + 1);
            long seen = 0;
            int bucket = 0;
            for (int power = FIRST_POWER; power <= LAST_POWER; power++) {
                int end = LatencyHistogram.index(1L << power);
                for (; bucket < end; bucket++) {
                    seen += service.latencies()[bucket];
                }
                cumulative.add(seen);
            }
            for (; bucket < service.latencies().length; bucket++) {
                seen += service.latencies()[bucket];
            }
            cumulative.add(seen);
            samples.add(
                    new MetricFamily.Distribution(
                            labels(service), bounds, cumulative, service.latencySumMicros() / 1e6));
        }
        return new MetricFamily(
                "evenkeel_request_duration_seconds",
                MetricFamily.Type.HISTOGRAM,
                "Time from a request's first byte to the last byte of its reply.",
                "seconds",
                samples);
    }

    private static void addEndpoints(List<ServiceTotals> services, List<MetricFamily> families) {
        families.add(
                endpoints(
                        "evenkeel_endpoint_requests",
                        MetricFamily.Type.COUNTER,
                        "Attempts ended at an endpoint.",
                        services,
                        EndpointTraffic::requests));
        families.add(
                endpoints(
                        "evenkeel_endpoint_failures",
                        MetricFamily.Type.COUNTER,
                        "Attempts failed at an endpoint.",
                        services,
                        EndpointTraffic::failed));
        families.add(
                endpoints(
                        "evenkeel_endpoint_requests_active",
                        MetricFamily.Type.GAUGE,
                        "Attempts running at an endpoint now.",
                        services,
                        EndpointTraffic::active));
        families.add(
                endpoints(
                        "evenkeel_endpoint_busy_seconds",
                        MetricFamily.Type.COUNTER,
                        "Time of all attempts at an endpoint together.",
                        services,
                        endpoint -> endpoint.microsSum() / 1e6));
    }

    private static MetricFamily endpoints(
            String name,
            MetricFamily.Type type,
            String help,
            List<ServiceTotals> services,
            ToDoubleFunction<EndpointTraffic> value) {
        List<MetricFamily.Sample> samples = new ArrayList<>();
        for (ServiceTotals service : services) {
            for (EndpointTraffic endpoint : service.endpointTraffic()) {
                samples.add(
                        new MetricFamily.Value(
                                with(
                                        labels(service),
                                        new MetricFamily.Label("endpoint", endpoint.endpoint())),
                                value.applyAsDouble(endpoint)));
            }
        }
        return new MetricFamily(name, type, help, "", samples);
    }

    /** Returns the families that count by loop and not by service. */
    static List<MetricFamily> ofLoops(List<LoopObserver> loops) {
        List<MetricFamily.Sample> terminations = new ArrayList<>();
        for (int i = 0; i < TerminationReason.count(); i++) {
            TerminationReason reason = TerminationReason.of(i);
            long count = 0;
            for (LoopObserver loop : loops) {
                count += loop.ended(reason);
            }
            terminations.add(new MetricFamily.Value(labels(reason), count));
        }
        List<MetricFamily.Sample> dropped = new ArrayList<>();
        for (LoopObserver loop : loops) {
            dropped.add(
                    new MetricFamily.Value(
                            List.of(new MetricFamily.Label("loop", Integer.toString(loop.loop()))),
                            loop.droppedLines()));
        }
        return List.of(
                new MetricFamily(
                        "evenkeel_terminations",
                        MetricFamily.Type.COUNTER,
                        "Requests ended, by termination reason, routed or not.",
                        "",
                        terminations),
                new MetricFamily(
                        "evenkeel_access_log_dropped",
                        MetricFamily.Type.COUNTER,
                        "Lines of the access log that found no room.",
                        "",
                        dropped));
    }
}
