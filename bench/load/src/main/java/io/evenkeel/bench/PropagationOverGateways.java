package io.evenkeel.bench;

import io.evenkeel.app.demo.LoadClient;
import io.evenkeel.app.demo.LoadTotals;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * From the acceptance of a registration by one gateway to the moment at which the newcomer has
 * served a request of every gateway on the same etcd, among 10,000 endpoints that are linked with
 * one of them each.
 */
final class PropagationOverGateways {
    private static final int PER_PROCESS = 2_500;

    private PropagationOverGateways() {}

    static void run(int gateways, Effort effort) throws Exception {
        int endpoints = effort == Effort.SMOKE ? 1_000 : 10_000;
        int newcomers = effort == Effort.SMOKE ? 20 : effort == Effort.QUICK ? 100 : 300;
        List<Double> millis = new ArrayList<>();
        LoadTotals totals = new LoadTotals();
        long begun;
        try (ClusterFleet fleet = ClusterFleet.start(gateways)) {
            int each = Math.min(PER_PROCESS, endpoints);
            for (int host = 0; host * each < endpoints; host++) {
                fleet.backend("host-" + host, "shop", "--count=" + each, "--most-gateways=1");
            }
            begun = System.nanoTime();
            List<LoadClient> clients = new ArrayList<>();
            try {
                for (int g = 0; g < gateways; g++) {
                    clients.add(client(fleet, g, totals));
                }
                for (int i = 0; i < newcomers; i++) {
                    try (Newcomer newcomer =
                            new Newcomer(fleet.link(), "shop", "newcomer-" + i, gateways)) {
                        millis.add(newcomer.firstRequestMillis(Duration.ofSeconds(20)));
                    }
                }
            } finally {
                clients.forEach(LoadClient::close);
            }
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        Collections.sort(millis);
        double p99 = millis.get((int) Math.ceil(millis.size() * 0.99) - 1);
        System.out.printf(
                Locale.ROOT,
                "%d gateways, %d endpoints, %d newcomers, %.0f requests/s, %d lost; median %.1f ms, largest %.1f ms%n",
                gateways,
                endpoints,
                newcomers,
                totals.answered() / seconds,
                totals.lost(),
                Figures.median(millis),
                millis.getLast());
        Figures.print("propagation_p99_ms", p99, "ms");
    }

    /** Its path says which gateway a request came by. */
    private static LoadClient client(ClusterFleet fleet, int gateway, LoadTotals totals)
            throws IOException {
        return LoadClient.start(
                fleet.gateways.get(gateway).address("http"),
                LoadClient.Request.get("shop.example", "/" + gateway),
                2,
                Duration.ofMillis(10),
                totals);
    }
}
