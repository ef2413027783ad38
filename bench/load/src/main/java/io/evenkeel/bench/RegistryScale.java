package io.evenkeel.bench;

import io.evenkeel.kernel.store.Store;
import io.evenkeel.store.embedded.EmbeddedConfig;
import io.evenkeel.store.embedded.EmbeddedStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * 100,000 endpoints: how long a process that has just started takes to load their image from an
 * embedded store and from etcd, the heap that it takes, and how long changes take to a gateway
 * while 500 are written each second.
 */
public final class RegistryScale {
    private RegistryScale() {}

    public static void main(String[] arguments) throws Exception {
        Effort effort = Effort.of(arguments);
        int endpoints = effort == Effort.SMOKE ? 2_000 : 100_000;
        int seconds = effort == Effort.SMOKE ? 2 : effort == Effort.QUICK ? 10 : 60;
        Path folder = Files.createTempDirectory("evenkeel-scale");
        System.out.printf(
                "%d endpoints with presence and status; data on %s%n",
                endpoints, Files.getFileStore(folder));
        try {
            Map<String, Double> embedded = embedded(effort, folder.resolve("embedded"), endpoints);
            try (Etcd etcd = Etcd.start(folder.resolve("etcd"))) {
                try (Store store = Etcd.client(etcd.address)) {
                    ScaleRecords.fill(store, endpoints);
                }
                Map<String, Double> loaded =
                        rounds(effort, "load", "etcd", etcd.address, "" + endpoints);
                Map<String, Double> changes =
                        probe("changes", "etcd", etcd.address, "" + endpoints, "" + seconds);
                System.out.printf(
                        Locale.ROOT,
                        "embedded: %.2f s, of which opening the store %.2f s%n"
                                + "%.0f changes a second for %d s: image p50 %.1f ms, p99 %.1f ms,"
                                + " largest %.1f ms; gateway's table p50 %.1f ms, p99 %.1f ms,"
                                + " largest %.1f ms%n",
                        figure(embedded, "load_s"),
                        figure(embedded, "open_s"),
                        figure(changes, "rate"),
                        seconds,
                        figure(changes, "image_p50_ms"),
                        figure(changes, "image_p99_ms"),
                        figure(changes, "image_max_ms"),
                        figure(changes, "table_p50_ms"),
                        figure(changes, "table_p99_ms"),
                        figure(changes, "table_max_ms"));
                Figures.print("load_seconds_embedded", figure(embedded, "load_s"), "s");
                Figures.print("load_seconds_etcd", figure(loaded, "load_s"), "s");
                Figures.print("bytes_per_endpoint", figure(loaded, "bytes"), "bytes");
                Figures.print("propagation_p99_ms", figure(changes, "table_p99_ms"), "ms");
            }
        } finally {
            delete(folder);
        }
    }

    private static double figure(Map<String, Double> figures, String name) {
        return figures.getOrDefault(name, Double.NaN);
    }

    private static Map<String, Double> embedded(Effort effort, Path folder, int endpoints)
            throws IOException, InterruptedException {
        try (Store store = EmbeddedStore.open(EmbeddedConfig.at(folder))) {
            ScaleRecords.fill(store, endpoints);
        }
        return rounds(effort, "load", "embedded", folder.toString(), "" + endpoints);
    }

    /** The medians of several processes. */
    private static Map<String, Double> rounds(Effort effort, String... arguments)
            throws IOException, InterruptedException {
        Map<String, List<Double>> all = new TreeMap<>();
        for (int round = 0; round < effort.rounds; round++) {
            probe(arguments)
                    .forEach((name, value) ->
                            all.computeIfAbsent(name, k -> new ArrayList<>()).add(value));
        }
        Map<String, Double> medians = new TreeMap<>();
        all.forEach((name, values) -> medians.put(name, Figures.median(values)));
        System.out.println(String.join(" ", arguments) + ": " + all);
        return medians;
    }

    /** A process with the product's flags. */
    private static Map<String, Double> probe(String... arguments)
            throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xms64m",
                                "-Xmx4g",
                                "-XX:+UseSerialGC",
                                "-XX:+UseCompactObjectHeaders",
                                "--sun-misc-unsafe-memory-access=allow",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                ScaleProbe.class.getName()));
        command.addAll(List.of(arguments));
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        Map<String, Double> figures = new TreeMap<>();
        try (InputStream out = process.getInputStream()) {
            new String(out.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.split(" ", -1))
                    .filter(words -> words.length == 2)
                    .forEach(words -> figures.put(words[0], Double.valueOf(words[1])));
        }
        if (process.waitFor() != 0 || figures.isEmpty()) {
            throw new IOException(command + " ended with " + process.exitValue());
        }
        return figures;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
