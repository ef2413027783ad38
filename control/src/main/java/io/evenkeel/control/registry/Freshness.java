package io.evenkeel.control.registry;

import io.evenkeel.kernel.observe.MetricFamily;
import java.time.Duration;
import java.util.List;

/**
 * How current an image is.
 *
 * @param origin who said what is in it
 * @param revision the store's revision that it shows, 0 before the first
 * @param age since the store last said something while its watch stood: a change, or that it is
 *     there; of a copy, since the store said so to whoever made it, by the wall clock. A store that
 *     answers while its watch is broken is found out about within nine seconds ({@code
 *     docs/internals/store.md}); until then the age may be too small by as much.
 */
public record Freshness(Origin origin, long revision, Duration age) {
    /** Who said it. */
    public enum Origin {
        /** Nobody: there is no image yet. */
        NONE,
        /** A local copy, while the store has not answered since the start. */
        COPY,
        /** The store. */
        STORE
    }

    /** As metrics; {@code docs/reference/metrics.md}. */
    public List<MetricFamily> metrics() {
        return List.of(
                gauge(
                        "evenkeel_image_age_seconds",
                        "Since the store last said something of the state that is served.",
                        "seconds",
                        age.toNanos() / 1e9),
                gauge(
                        "evenkeel_image_revision",
                        "The store's revision that is served.",
                        "",
                        (double) revision),
                gauge(
                        "evenkeel_image_from_copy",
                        "1 while a local copy is served, since the store has not answered yet.",
                        "",
                        origin == Origin.COPY ? 1 : 0));
    }

    private static MetricFamily gauge(String name, String help, String unit, double value) {
        return new MetricFamily(
                name,
                MetricFamily.Type.GAUGE,
                help,
                unit,
                List.of(new MetricFamily.Value(List.of(), value)));
    }
}
