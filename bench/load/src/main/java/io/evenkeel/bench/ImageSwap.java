package io.evenkeel.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/**
 * What a client feels while 100,000 endpoints are exchanged: requests at a steady rate to another
 * service, while the files that declare the endpoints are replaced by ones in which each has
 * changed.
 */
public final class ImageSwap {
    private static final int FILES = 10;
    private static final double RATE = 1_000;

    private ImageSwap() {}

    public static void main(String[] arguments) throws Exception {
        Effort effort = Effort.of(arguments);
        int endpoints = effort == Effort.SMOKE ? 5_000 : 100_000;
        Path folder = Files.createTempDirectory("evenkeel-swap");
        try (Peer upstream = Proxies.upstream("up", folder)) {
            Path resources = Files.createDirectories(folder.resolve("resources"));
            Files.writeString(resources.resolve("app.yaml"), upstream(upstream));
            write(resources, endpoints, 1);
            int admin = FreePort.take();
            long begun = System.nanoTime();
            try (Peer gateway = Proxies.evenkeel(folder, resources, admin)) {
                awaitWeight(admin, endpoints, 1);
                System.out.printf(
                        Locale.ROOT,
                        "%d endpoints in force after %.1f s, RSS %d MiB%n",
                        endpoints,
                        (System.nanoTime() - begun) / 1e9,
                        Memory.residentBytes(gateway.handle().pid()) >> 20);
                measure(effort, folder, resources, gateway, admin, endpoints);
            }
        }
    }

    private static void measure(
            Effort effort, Path folder, Path resources, Peer gateway, int admin, int endpoints)
            throws Exception {
        OpenLoop load = new OpenLoop(gateway.port, List.of("app.example"), "/small");
        OpenLoop.Latencies calm = load.run(RATE, 4, effort.length);
        List<Double> longest = new ArrayList<>();
        List<Double> took = new ArrayList<>();
        for (int round = 0; round < effort.rounds; round++) {
            int weight = 2 + round;
            Path next = Files.createDirectories(folder.resolve("next-" + round));
            write(next, endpoints, weight);
            Duration length = Duration.ofSeconds(effort == Effort.SMOKE ? 4 : 20);
            CompletableFuture<OpenLoop.Latencies> felt =
                    CompletableFuture.supplyAsync(() -> {
                        try {
                            return load.run(RATE, 4, length);
                        } catch (IOException | InterruptedException failed) {
                            throw new IllegalStateException(failed);
                        }
                    });
            Thread.sleep(1_000);
            long begun = System.nanoTime();
            for (int i = 0; i < FILES; i++) {
                Files.move(file(next, i), file(resources, i), StandardCopyOption.ATOMIC_MOVE);
            }
            awaitWeight(admin, endpoints, weight);
            took.add((System.nanoTime() - begun) / 1e9);
            OpenLoop.Latencies latencies = felt.get();
            if (latencies.errors() > 0) {
                throw new IOException(latencies.errors() + " requests failed");
            }
            longest.add(latencies.largestMillis());
            System.out.printf(
                    Locale.ROOT,
                    "round %d: in force after %.1f s; p99 %.1f ms, longest %.1f ms (calm: %.1f, %.1f)%n",
                    round,
                    took.getLast(),
                    latencies.millis(99),
                    latencies.largestMillis(),
                    calm.millis(99),
                    calm.largestMillis());
        }
        Figures.print("swap_s", Figures.median(took), "s");
        Figures.print("longest_wait_ms", Figures.median(longest), "ms");
    }

    private static Path file(Path folder, int number) {
        return folder.resolve("endpoints-" + number + ".yaml");
    }

    private static String upstream(Peer upstream) {
        return """
        apiVersion: evenkeel.io/v1
        kind: Endpoint
        metadata: {name: up}
        spec: {service: app, kind: process, address: "127.0.0.1:%d"}
        """
                .formatted(upstream.port);
    }

    private static void write(Path folder, int endpoints, int weight) throws IOException {
        int each = endpoints / FILES;
        for (int i = 0; i < FILES; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = i * each; n < (i + 1) * each; n++) {
                text.append(
                        """
                        ---
                        apiVersion: evenkeel.io/v1
                        kind: Endpoint
                        metadata: {name: e%d}
                        spec: {service: many, kind: process, weight: %d, address: "127.%d.%d.%d:9"}
                        """
                                .formatted(n, weight, 1 + n / 62_500, n / 250 % 250, 1 + n % 250));
            }
            Files.writeString(file(folder, i), text);
        }
    }

    /** Waits until the last endpoint of each file is known with this weight. */
    private static void awaitWeight(int admin, int endpoints, int weight) throws Exception {
        int each = endpoints / FILES;
        HttpClient http = HttpClient.newHttpClient();
        for (int i = 1; i <= FILES; i++) {
            URI uri = URI.create("http://127.0.0.1:" + admin + "/v1/endpoints/e" + (i * each - 1));
            HttpRequest request =
                    HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(60)).build();
            long deadline = System.nanoTime() + 180_000_000_000L;
            while (true) {
                String text = "";
                try {
                    text = http.send(request, BodyHandlers.ofString()).body();
                } catch (IOException early) {
                    text = early.toString();
                }
                if (text.replace(" ", "").contains("\"weight\":" + weight)) {
                    break;
                } else if (System.nanoTime() > deadline) {
                    throw new IOException("e" + (i * each - 1) + " did not change: " + text);
                }
                Thread.sleep(20);
            }
        }
    }
}
