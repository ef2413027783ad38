package io.evenkeel.it;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;

/** What a process counts, as its API serves it. */
final class Metrics {
    /** Not the site's client of the API, whose answers wait while this process relays tunnels. */
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private Metrics() {}

    /** Samples of a metric, in order, whose labels hold this. */
    static List<Long> of(Site site, String name, String label) {
        try {
            URI metrics = URI.create("http://" + site.address("admin") + "/metrics");
            HttpRequest request = HttpRequest.newBuilder(metrics).build();
            return in(HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body(), name, label);
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
