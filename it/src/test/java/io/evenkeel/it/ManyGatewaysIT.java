package io.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.app.ReadyFile;
import io.evenkeel.app.demo.Launched;
import io.evenkeel.store.etcd.EtcdProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A9 with real processes: gateways on one etcd, and backends that are told of the first only. How
 * evenly several balance is held against one, which knows all of its requests.
 */
@Tag("X")
@Timeout(240)
class ManyGatewaysIT {
    private static final int BACKENDS = 20;
    private static final int MEAN_MILLIS = 200;

    /** Requests under way at a time over all backends, as in the simulator: 5.6 each. */
    private static final int UNDER_WAY = 112;

    /** Until the slow starts of newcomers are over: they are no skew of several gateways. */
    private static final Duration WARM_UP = Duration.ofSeconds(11);

    private static final Duration LOOK = Duration.ofSeconds(8);

    @TempDir private Path folder = Path.of("");
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final List<ReadyFile> gateways = new ArrayList<>();
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void end() throws Exception {
        client.shutdownNow();
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
    }

    private <T extends AutoCloseable> T keep(T one) {
        opened.add(one);
        return one;
    }

    /** The skew of what backends work on: the busiest over the mean, in the mean and at p99. */
    private record Skew(double mean, double p99, int requests) {}

    /** Starts gateways until there are so many. */
    private void gateways(int count, EtcdProcess etcd) throws Exception {
        List<Launched> begun = new ArrayList<>();
        for (int i = gateways.size(); i < count; i++) {
            begun.add(
                    keep(
                            Launched.start(
                                    "gw-" + i,
                                    folder,
                                    List.of(
                                            "gateway",
                                            "--id=gw-" + i,
                                            "--etcd=" + etcd.endpoint(),
                                            "--http=127.0.0.1:0",
                                            "--link=127.0.0.1:0",
                                            "--admin=127.0.0.1:0",
                                            "--data-dir=" + folder.resolve("copy-" + i)))));
        }
        for (Launched one : begun) {
            gateways.add(one.awaitReady(Duration.ofSeconds(60)));
        }
    }

    private static String address(ReadyFile gateway, String listener) {
        return gateway.addresses().getOrDefault(listener, "");
    }

    private int status(ReadyFile gateway) {
        try {
            return client.send(request(gateway, 0), BodyHandlers.discarding()).statusCode();
        } catch (IOException notYet) {
            return 0;
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private static HttpRequest request(ReadyFile gateway, int millis) {
        return HttpRequest.newBuilder(
                        URI.create("http://" + address(gateway, "http") + "/" + millis))
                .timeout(Duration.ofSeconds(20))
                .header("Evenkeel-Service", "shop")
                .build();
    }

    /**
     * The same requests at the same moments whatever the number of gateways, as far as they can.
     */
    private Skew load(CountingBackends backends) throws Exception {
        Random arrivals = new Random(1);
        Random lengths = new Random(2);
        Random spread = new Random(3);
        AtomicInteger failed = new AtomicInteger();
        int asked = 0;
        List<Double> skews = new ArrayList<>();
        long begun = System.nanoTime();
        long next = begun;
        long look = begun + WARM_UP.toNanos();
        long end = look + LOOK.toNanos();
        double meanGap = MEAN_MILLIS * 1e6 / UNDER_WAY;
        while (System.nanoTime() < end) {
            long now = System.nanoTime();
            if (now >= next) {
                int millis = (int) (-MEAN_MILLIS * Math.log(1 - lengths.nextDouble()));
                ReadyFile to = gateways.get(spread.nextInt(gateways.size()));
                asked++;
                CompletableFuture<?> ignored =
                        client.sendAsync(
                                        request(to, Math.min(millis, 2_000)),
                                        BodyHandlers.discarding())
                                .whenComplete((reply, error) -> failed.addAndGet(failure(reply)));
                next += (long) (-meanGap * Math.log(1 - arrivals.nextDouble()));
            } else if (now >= look) {
                int[] working = backends.working();
                int sum = Arrays.stream(working).sum();
                int most = Arrays.stream(working).max().orElse(0);
                if (sum > 0) {
                    skews.add((double) most * BACKENDS / sum);
                }
                look += 10_000_000L;
            } else {
                LockSupport.parkNanos(Math.min(next, look) - now);
            }
        }
        Site.await(
                "all are answered",
                Duration.ofSeconds(20),
                () -> Arrays.stream(backends.working()).sum() == 0);
        assertThat(failed).hasValue(0);
        skews.sort(null);
        return new Skew(
                skews.stream().mapToDouble(Double::doubleValue).average().orElse(0),
                skews.get(skews.size() * 99 / 100),
                asked);
    }

    private static int failure(HttpResponse<Void> reply) {
        return reply == null || reply.statusCode() != 204 ? 1 : 0;
    }

    private Skew skew(int count, CountingBackends backends) throws Exception {
        Site.await(
                "every backend is linked with " + count,
                Duration.ofSeconds(60),
                () -> backends.linkedWith(count));
        for (ReadyFile gateway : gateways) {
            Site.await("it serves", Duration.ofSeconds(20), () -> status(gateway) == 204);
        }
        Skew skew = load(backends);
        System.out.printf(
                Locale.ROOT,
                "skew of %d: mean %.2f, p99 %.2f (%d requests)%n",
                count,
                skew.mean,
                skew.p99,
                skew.requests);
        return skew;
    }

    @Test
    void severalGatewaysBalanceNearlyAsEvenlyAsOneAndBackendsLearnOfThemAll() throws Exception {
        EtcdProcess etcd = keep(EtcdProcess.start(folder.resolve("etcd")));
        gateways(1, etcd);
        List<Skew> seen = new ArrayList<>();
        try (CountingBackends backends =
                new CountingBackends(BACKENDS, "shop", address(gateways.getFirst(), "link"))) {
            for (int count : List.of(1, 2, 4, 8)) {
                gateways(count, etcd);
                seen.add(skew(count, backends));
            }
        }
        // Against one that knows all, as in the simulator (HerdingTest), with room for a machine
        // that all these processes share.
        double[] mean = {1, 1.15, 1.3, 1.4};
        double[] p99 = {1, 1.3, 1.45, 1.6};
        Skew one = seen.getFirst();
        for (int i = 1; i < seen.size(); i++) {
            assertThat(seen.get(i).mean).isLessThan(mean[i] * one.mean);
            assertThat(seen.get(i).p99).isLessThan(p99[i] * one.p99);
        }
    }
}
