package io.evenkeel.it;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;

/** What a site counts, as its API serves it. */
final class Metrics {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private Metrics() {}

    /** Samples of a metric, in order, whose labels hold this. */
    static List<Long> of(Site site, String name, String label) {
        return at(site.address("admin"), name, label);
    }

    /** The same of a process whose API answers there; those without labels too. */
    static List<Long> at(String admin, String name, String label) {
        URI metrics = URI.create("http://" + admin + "/metrics");
        try {
            return HTTP.send(
                            HttpRequest.newBuilder(metrics).build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body()
                    .lines()
                    .filter(line ->
                            (line.startsWith(name + "{") || line.startsWith(name + " "))
                                    && line.contains(label))
                    .map(line ->
                            (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .toList();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
