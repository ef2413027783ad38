package io.evenkeel.bench;

import io.evenkeel.app.demo.Launched;
import io.evenkeel.app.demo.LoadClient;
import io.evenkeel.app.demo.LoadTotals;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * How long a dead backend may still be picked, under load: its process killed, and its process
 * stopped so that the link only falls silent; by turns one with an address and one behind a tunnel.
 * Taken from the gateway's own queue by the API; the largest of all rounds is the figure.
 */
public final class Eviction {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private Eviction() {}

    public static void main(String[] arguments) throws Exception {
        Effort effort = Effort.of(arguments);
        int rounds = effort.rounds * 4;
        List<Double> killed = new ArrayList<>();
        List<Double> killedTunnelled = new ArrayList<>();
        List<Double> dying = new ArrayList<>();
        List<Double> silent = new ArrayList<>();
        LoadTotals totals = new LoadTotals();
        try (Fleet fleet = Fleet.start()) {
            fleet.backend("stay-1", "shop");
            fleet.backend("stay-2", "shop");
            try (LoadClient _ =
                    LoadClient.start(
                            fleet.ready.address("http"),
                            LoadClient.Request.get("shop.example", "/"),
                            8,
                            Duration.ofMillis(2),
                            totals)) {
                for (int round = 0; round < rounds; round++) {
                    Launched victim = fleet.backend("kill-" + round, "shop", reached(round));
                    awaitPickable(fleet, "kill-" + round, true);
                    Closing closing = Closing.of(fleet.address("kill-" + round));
                    long begun = System.nanoTime();
                    victim.kill();
                    double took = awaitPickable(fleet, "kill-" + round, false) - begun / 1e6;
                    (isTunnelled(round) ? killedTunnelled : killed).add(took);
                    dying.add((closing.at() - begun) / 1e6);
                }
                for (int round = 0; round < 2 * effort.rounds; round++) {
                    Launched victim = fleet.backend("stop-" + round, "shop", reached(round));
                    awaitPickable(fleet, "stop-" + round, true);
                    long begun = System.nanoTime();
                    victim.signal("STOP");
                    silent.add(awaitPickable(fleet, "stop-" + round, false) - begun / 1e6);
                    victim.kill();
                }
            }
        }
        double worst = Math.max(largest(killed), largest(killedTunnelled));
        System.out.printf(
                Locale.ROOT,
                "%d requests answered, %d lost; killed: addressed median %.1f ms, largest %.1f ms of %d,"
                        + " tunnelled median %.1f ms, largest %.1f ms of %d; silent: median %.0f ms of %d%n",
                totals.answered(),
                totals.lost(),
                Figures.median(killed),
                largest(killed),
                killed.size(),
                Figures.median(killedTunnelled),
                largest(killedTunnelled),
                killedTunnelled.size(),
                Figures.median(silent),
                silent.size());
        System.out.printf(
                Locale.ROOT,
                "of a kill, the kernel took until it closed the process's connections: median %.1f ms, largest %.1f ms%n",
                Figures.median(dying),
                largest(dying));
        Figures.print("eviction_killed_ms", worst, "ms");
        Figures.print("eviction_silent_ms", largest(silent), "ms");
    }

    private static boolean isTunnelled(int round) {
        return round % 2 == 1;
    }

    private static String[] reached(int round) {
        return isTunnelled(round) ? new String[] {"--tunnelled"} : new String[0];
    }

    private static double largest(List<Double> of) {
        return of.stream().max(Double::compare).orElseThrow();
    }

    /** A connection that sees when its peer's process is gone. */
    private record Closing(CompletableFuture<Long> closed) {
        static Closing of(InetSocketAddress address) throws IOException {
            Socket socket = new Socket(address.getAddress(), address.getPort());
            CompletableFuture<Long> closed = new CompletableFuture<>();
            Thread.ofVirtual()
                    .start(() -> {
                        try (socket) {
                            socket.getInputStream().read();
                        } catch (IOException reset) {
                            // gone as well
                        }
                        closed.complete(System.nanoTime());
                    });
            return new Closing(closed);
        }

        long at() throws Exception {
            return closed.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Returns the time (ms of the monotonic clock) at which the endpoint was first seen so. */
    private static double awaitPickable(Fleet fleet, String workload, boolean wanted)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < deadline) {
            boolean pickable =
                    fleet.api.read("/v1/services/shop/queue").at("entries").items().stream()
                            .filter(entry -> entry.at("endpoint").text().startsWith(workload))
                            .anyMatch(entry -> !entry.at("standing").text().equals("out"));
            if (pickable == wanted) {
                return System.nanoTime() / 1e6;
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
        throw new IOException(
                workload + ": not " + (wanted ? "" : "un") + "pickable within " + LIMIT);
    }
}
