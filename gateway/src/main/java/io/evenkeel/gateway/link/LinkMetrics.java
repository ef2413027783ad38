package io.evenkeel.gateway.link;

import io.evenkeel.kernel.observe.MetricFamily;
import io.evenkeel.wire.link.LinkError;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Counts of the link side as metrics; documented in docs/reference/metrics.md. Stateless. */
final class LinkMetrics {
    private LinkMetrics() {}

    static List<MetricFamily> of(LinkStats stats) {
        List<MetricFamily.Sample> registrations = new ArrayList<>();
        registrations.add(sample("outcome", "accepted", stats.accepted()));
        stats.refused()
                .forEach((error, n) -> {
                    if (refuses(error)) {
                        registrations.add(sample("outcome", error.code(), n));
                    }
                });
        List<MetricFamily.Sample> closed = new ArrayList<>();
        stats.closed()
                .forEach((loss, n) ->
                        closed.add(sample("reason", loss.name().toLowerCase(Locale.ROOT), n)));
        return List.of(
                gauge("evenkeel_links", "Links of backends open now.", stats.links()),
                gauge(
                        "evenkeel_link_endpoints",
                        "Endpoints that hold a link now.",
                        stats.endpoints()),
                gauge(
                        "evenkeel_link_handshakes",
                        "Connections on the link port that are not admitted yet.",
                        stats.handshakes()),
                counter(
                        "evenkeel_link_registrations",
                        "Registrations answered, by outcome.",
                        registrations),
                counter("evenkeel_link_closed", "Links ended, by reason.", closed),
                counter(
                        "evenkeel_link_drains",
                        "Drains begun over a link, by who asked.",
                        List.of(
                                sample("by", "backend", stats.backendDrains()),
                                sample("by", "operator", stats.operatorDrains()))));
    }

    /** Whether a registration can meet with it: silence and bad lines come only behind one. */
    private static boolean refuses(LinkError error) {
        return error != LinkError.SILENT && error != LinkError.PROTOCOL;
    }

    private static MetricFamily gauge(String name, String help, long value) {
        return new MetricFamily(
                name,
                MetricFamily.Type.GAUGE,
                help,
                "",
                List.of(new MetricFamily.Value(List.of(), value)));
    }

    private static MetricFamily counter(
            String name, String help, List<MetricFamily.Sample> samples) {
        return new MetricFamily(name, MetricFamily.Type.COUNTER, help, "", samples);
    }

    private static MetricFamily.Sample sample(String label, String value, long count) {
        return new MetricFamily.Value(List.of(new MetricFamily.Label(label, value)), count);
    }
}
