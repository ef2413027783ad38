package io.evenkeel.it;

import java.io.IOException;
import java.util.List;

/** What a process counts, as its API serves it. */
final class Metrics {
    private Metrics() {}

    /** Samples of a metric, in order, whose labels hold this. */
    static List<Long> of(Site site, String name, String label) {
        try {
            return in(site.api().send("GET", "/metrics", "").body(), name, label);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The same in what a process answered; those without labels too. */
    static List<Long> in(String metrics, String name, String label) {
        return metrics.lines()
                .filter(line ->
                        (line.startsWith(name + "{") || line.startsWith(name + " "))
                                && line.contains(label))
                .map(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .toList();
    }
}
