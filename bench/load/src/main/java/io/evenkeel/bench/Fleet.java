package io.evenkeel.bench;

import io.evenkeel.app.ReadyFile;
import io.evenkeel.app.demo.ApiClient;
import io.evenkeel.app.demo.Launched;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** A standalone gateway and sample backends, as processes. */
final class Fleet implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    final ReadyFile ready;
    final ApiClient api;
    private final Path folder;
    private final Launched standalone;
    private final List<Launched> backends = new ArrayList<>();
    private final SortedMap<String, String> addresses = new TreeMap<>();

    private Fleet(Path folder, Launched standalone, ReadyFile ready) {
        this.folder = folder;
        this.standalone = standalone;
        this.ready = ready;
        this.api = new ApiClient(ready.addresses().getOrDefault("admin", ""));
    }

    static Fleet start() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("evenkeel-bench");
        Launched standalone =
                Launched.start(
                        "standalone",
                        folder,
                        List.of(
                                "standalone",
                                "--http=127.0.0.1:0",
                                "--link=127.0.0.1:0",
                                "--admin=127.0.0.1:0",
                                "--data-dir=" + folder.resolve("data")));
        return new Fleet(folder, standalone, standalone.awaitReady(START_LIMIT));
    }

    /** Starts a process of sample backends and waits until all of them are registered. */
    Launched backend(String name, String service, String... options)
            throws IOException, InterruptedException {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "sample-backend",
                                "--gateway=" + ready.addresses().get("link"),
                                "--service=" + service,
                                "--id-prefix=" + name));
        arguments.addAll(Arrays.asList(options));
        Launched backend = Launched.start(name, folder, arguments);
        backends.add(backend);
        addresses.putAll(backend.awaitReady(START_LIMIT).addresses());
        return backend;
    }

    /** Where a sample backend listens, by its endpoint. */
    InetSocketAddress address(String endpoint) {
        return new ReadyFile(0, addresses).address(endpoint);
    }

    @Override
    public void close() {
        backends.forEach(Launched::close);
        standalone.close();
        api.close();
    }
}
