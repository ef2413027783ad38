package io.evenkeel.app.demo;

import io.evenkeel.app.ReadyFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The processes of the demo and the load on them. Not thread-safe, but {@link #close} may come from
 * any thread.
 */
final class DemoStage implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(20);
    private static final int CONNECTIONS = 16;

    private final Path folder;
    private final String service;
    private final SortedMap<String, Launched> backends =
            Collections.synchronizedSortedMap(new TreeMap<>());
    private final SortedMap<String, String> states = new TreeMap<>();
    private LoadTotals totals = new LoadTotals();
    private @Nullable Launched gateway;
    private @Nullable ReadyFile ready;
    private @Nullable LoadClient load;

    DemoStage(Path folder, String service) {
        this.folder = folder;
        this.service = service;
    }

    /** Starts the gateway, unless it runs from the round before, and the counts from zero. */
    void begin(DemoScreen screen) throws IOException, InterruptedException {
        totals = new LoadTotals();
        if (gateway == null) {
            Launched started =
                    Launched.start(
                            "standalone",
                            folder,
                            List.of(
                                    "standalone",
                                    "--http=127.0.0.1:0",
                                    "--link=127.0.0.1:0",
                                    "--admin=127.0.0.1:0",
                                    "--data-dir=" + folder.resolve("data"),
                                    "--access-log=" + folder.resolve("access.log")));
            gateway = started;
            ready = started.awaitReady(START_LIMIT);
            screen.say("Evenkeel runs, with nothing configured:");
            for (Map.Entry<String, String> listener : ready.addresses().entrySet()) {
                screen.say("  %-6s %s".formatted(listener.getKey(), listener.getValue()));
            }
            screen.say("Look for yourself meanwhile:");
            screen.say(
                    "  curl -H 'Host: shop.example' http://" + ready.addresses().get("http") + "/");
            screen.say("  evenkeel top shop --api http://" + ready.addresses().get("admin"));
        }
    }

    private ReadyFile listeners() {
        if (ready == null) {
            throw new IllegalStateException("the gateway was not started");
        }
        return ready;
    }

    /** Starts a backend: a process of its own that dials the gateway and registers. */
    void backend(String name, Duration delay) throws IOException {
        if (backends.containsKey(name)) {
            return;
        }
        backends.put(
                name,
                Launched.start(
                        name,
                        folder,
                        List.of(
                                "sample-backend",
                                "--gateway=" + listeners().addresses().get("link"),
                                "--service=" + service,
                                "--id-prefix=" + name,
                                "--delay=" + delay.toMillis() + "ms")));
        states.put(name, delay.toMillis() > 10 ? "slow (" + delay.toMillis() + " ms)" : "ready");
    }

    /** Waits until every backend says that it is registered. */
    void awaitBackends() throws IOException, InterruptedException {
        for (Launched backend : List.copyOf(backends.values())) {
            backend.awaitReady(START_LIMIT);
        }
    }

    void kill(String name) throws InterruptedException {
        Launched backend = backends.remove(name);
        if (backend != null) {
            backend.kill();
            states.put(name, "killed");
        }
    }

    void leave(String name) {
        Launched backend = backends.remove(name);
        if (backend != null) {
            backend.terminate();
            states.put(name, "left politely");
        }
    }

    void load() {
        load =
                LoadClient.start(
                        listeners().address("http"),
                        LoadClient.Request.get(service + ".example", "/"),
                        CONNECTIONS,
                        Duration.ofMillis(2),
                        totals);
    }

    /** Shows the cast for a while. */
    void watch(DemoScreen screen, Duration length) throws InterruptedException {
        SortedMap<String, Long> begun = totals.byBackend();
        SortedMap<String, Long> before = begun;
        long deadline = System.nanoTime() + length.toNanos();
        while (System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(500);
            SortedMap<String, Long> now = totals.byBackend();
            screen.look(states, DemoScene.difference(now, before), false);
            before = now;
        }
        screen.look(states, DemoScene.difference(totals.byBackend(), begun), true);
    }

    LoadTotals totals() {
        return totals;
    }

    /** Ends the load, and the backends of this round. */
    void end() {
        if (load != null) {
            load.close();
            load = null;
        }
        backends.values().forEach(Launched::close);
        backends.clear();
        states.clear();
    }

    @Override
    public void close() {
        end();
        if (gateway != null) {
            gateway.close();
        }
    }
}
