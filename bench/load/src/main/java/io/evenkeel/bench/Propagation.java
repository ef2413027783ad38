package io.evenkeel.bench;

import io.evenkeel.app.demo.LoadClient;
import io.evenkeel.app.demo.LoadTotals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * From the acceptance of a registration to the first request that the newcomer serves, among 10,000
 * endpoints; with {@code --gateways N} to the first of every one of N gateways on one etcd.
 */
public final class Propagation {
    private static final int PER_PROCESS = 2_500;

    private Propagation() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length >= 2 && arguments[0].equals("--gateways")) {
            PropagationOverGateways.run(
                    Integer.parseInt(arguments[1]),
                    Effort.of(Arrays.copyOfRange(arguments, 2, arguments.length)));
            return;
        }
        Effort effort = Effort.of(arguments);
        int endpoints = effort == Effort.SMOKE ? 1_000 : 10_000;
        int newcomers = effort == Effort.SMOKE ? 20 : effort == Effort.QUICK ? 150 : 500;
        List<Double> millis = new ArrayList<>();
        LoadTotals totals = new LoadTotals();
        long begun;
        try (Fleet fleet = Fleet.start()) {
            int each = Math.min(PER_PROCESS, endpoints);
            for (int host = 0; host * each < endpoints; host++) {
                fleet.backend("host-" + host, "shop", "--count=" + each);
            }
            begun = System.nanoTime();
            try (LoadClient _ =
                    LoadClient.start(
                            fleet.ready.address("http"),
                            LoadClient.Request.get("shop.example", "/"),
                            8,
                            Duration.ofMillis(10),
                            totals)) {
                for (int i = 0; i < newcomers; i++) {
                    try (Newcomer newcomer =
                            new Newcomer(
                                    fleet.ready.addresses().getOrDefault("link", ""),
                                    "shop",
                                    "newcomer-" + i)) {
                        millis.add(newcomer.firstRequestMillis(Duration.ofSeconds(10)));
                    }
                }
            }
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        Collections.sort(millis);
        double p99 = millis.get((int) Math.ceil(millis.size() * 0.99) - 1);
        System.out.printf(
                Locale.ROOT,
                "%d endpoints, %d newcomers, %.0f requests/s, %d lost; median %.1f ms, largest %.1f ms%n",
                endpoints,
                newcomers,
                totals.answered() / seconds,
                totals.lost(),
                Figures.median(millis),
                millis.getLast());
        Figures.print("propagation_p99_ms", p99, "ms");
    }
}
