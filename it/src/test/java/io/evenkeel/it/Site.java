package io.evenkeel.it;

import io.evenkeel.app.ReadyFile;
import io.evenkeel.app.demo.ApiClient;
import io.evenkeel.app.demo.Launched;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One `evenkeel standalone` as a process, with sample backends as processes, in a folder of its
 * own.
 */
public final class Site implements AutoCloseable {
    static final Duration START_LIMIT = Duration.ofSeconds(30);

    private static final Pattern REFUSED = Pattern.compile(" [45]\\d\\d ");

    final Path folder;
    private final List<Launched> backends = new ArrayList<>();
    private final List<String> options;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private Launched standalone;
    private ReadyFile ready;
    private ApiClient api;

    private Site(Path folder, List<String> options, Launched standalone, ReadyFile ready) {
        this.folder = folder;
        this.options = options;
        this.standalone = standalone;
        this.ready = ready;
        this.api = new ApiClient(ready.addresses().getOrDefault("admin", ""));
    }

    /** Starts a gateway on free ports with these extra options. */
    static Site start(String... options) throws IOException, InterruptedException {
        return start(List.of(), options);
    }

    /** The same in a process that may have no more open files than this. */
    static Site startLimited(int openFiles) throws IOException, InterruptedException {
        String limited = "ulimit -n " + openFiles + " && exec \"$0\" \"$@\"";
        return start(List.of("bash", "-c", limited));
    }

    /** The same by a command that goes before it: see {@link Launched}. */
    static Site start(List<String> before, String... options)
            throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("evenkeel-it");
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "standalone",
                                "--http=127.0.0.1:0",
                                "--link=127.0.0.1:0",
                                "--admin=127.0.0.1:0",
                                "--data-dir=" + folder.resolve("data"),
                                "--access-log=" + folder.resolve("access.log")));
        all.addAll(Arrays.asList(options));
        Launched standalone = Launched.start("standalone", folder, before, all);
        return new Site(folder, all, standalone, standalone.awaitReady(START_LIMIT));
    }

    /**
     * Starts it again after its end, on the same data and the same ports, so that clients and
     * backends find it.
     */
    void restart() throws IOException, InterruptedException {
        List<String> again = new ArrayList<>(options);
        ready.addresses().forEach((name, address) -> again.add("--" + name + "=" + address));
        again.removeIf(option -> option.endsWith("=127.0.0.1:0"));
        standalone = Launched.start("standalone", folder, again);
        ready = standalone.awaitReady(START_LIMIT);
        api.close();
        api = new ApiClient(address("admin"));
    }

    Launched standalone() {
        return standalone;
    }

    InetSocketAddress http() {
        return ready.address("http");
    }

    String address(String listener) {
        String address = ready.addresses().get(listener);
        if (address == null) {
            throw new IllegalArgumentException("no listener " + listener);
        }
        return address;
    }

    /** Starts a sample backend process; its name is its workload (with --count a prefix). */
    Launched backend(String name, String service, String... options) throws IOException {
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "sample-backend",
                                "--gateway=" + address("link"),
                                "--service=" + service,
                                "--id-prefix=" + name));
        all.addAll(Arrays.asList(options));
        Launched backend = Launched.start(name, folder, all);
        backends.add(backend);
        return backend;
    }

    /** What its access log says of the first requests that it refused. */
    String refusals() {
        try (Stream<String> lines = Files.lines(folder.resolve("access.log"))) {
            return lines.filter(line -> REFUSED.matcher(line).find())
                    .limit(5)
                    .collect(Collectors.joining("\n"));
        } catch (IOException unread) {
            return unread.toString();
        }
    }

    /** A client of its API, as it listens now. */
    ApiClient api() {
        return api;
    }

    /** A GET through the balancer. */
    HttpResponse<String> get(String host, String path) throws IOException, InterruptedException {
        // The client forbids setting Host; the header that names the service serves as well.
        return http.send(
                HttpRequest.newBuilder(URI.create("http://" + address("http") + path))
                        .timeout(Duration.ofSeconds(20))
                        .header("Evenkeel-Service", host)
                        .build(),
                BodyHandlers.ofString());
    }

    /** Waits for the first 200: a registration is admitted a moment before requests go there. */
    void awaitServing(String service) throws InterruptedException {
        await(
                service + " serves",
                START_LIMIT,
                () -> {
                    try {
                        return get(service, "/").statusCode() == 200;
                    } catch (IOException | InterruptedException notYet) {
                        return false;
                    }
                });
    }

    /** Runs an operator's command against this site; returns what it printed. */
    Output command(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Launched.launcher().toString()));
        command.addAll(Arrays.asList(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("EVENKEEL_API", "http://" + address("admin"));
        return Output.of(builder);
    }

    /** Waits for a condition, looking every 20 ms. */
    public static void await(String what, Duration limit, BooleanSupplier condition)
            throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + limit + ": " + what);
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    @Override
    public void close() {
        backends.forEach(Launched::close);
        standalone.close();
        api.close();
        http.shutdownNow();
    }
}
