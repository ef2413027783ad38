package io.evenkeel.simulation.herding;

import io.evenkeel.kernel.balancing.BalancingSettings;
import io.evenkeel.kernel.balancing.EndpointSettings;
import io.evenkeel.kernel.balancing.Locality;
import io.evenkeel.kernel.balancing.Node;
import io.evenkeel.kernel.balancing.PickContext;
import io.evenkeel.kernel.balancing.ServiceQueue;
import io.evenkeel.kernel.eligibility.EligibilityInputs;
import io.evenkeel.kernel.health.Outcome;
import io.evenkeel.kernel.health.OutlierSettings;
import io.evenkeel.simulation.time.EventQueue;
import io.evenkeel.simulation.time.Seed;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Several gateways in front of the same endpoints, each with a least-load queue of its own that
 * knows only its own requests, and what the endpoints report to all: do they run after the same
 * endpoint together (A9)? The queues are the product's; requests and endpoints are events of
 * virtual time.
 */
public final class Herding {
    /** How busy the endpoints are, all workers together. */
    public static final int UTILISATION_PERCENT = 70;

    public static final int ENDPOINTS = 20;
    public static final int WORKERS = 8;
    public static final Duration SERVICE = Duration.ofMillis(20);

    private static final long TICK_NANOS = 10_000_000L;

    /**
     * What came of a run.
     *
     * @param waitedPercent requests that found all workers of their endpoint busy
     * @param p99Nanos from the pick to the reply
     * @param outstandingSkew requests at the busiest endpoint over the mean, over all gateways, as
     *     the mean of looks every 10 ms
     */
    public record Result(double waitedPercent, long p99Nanos, double outstandingSkew) {}

    private record Request(int gateway, int endpoint, long begun) {}

    private final EventQueue time = new EventQueue();
    private final RandomGenerator arrivals;
    private final RandomGenerator services;
    private final RandomGenerator spread;
    private final List<ServiceQueue> queues = new ArrayList<>();
    private final List<Node[]> nodes = new ArrayList<>();
    private final List<ArrayDeque<Request>> waiting = new ArrayList<>();
    private final int[] present = new int[ENDPOINTS];
    private final PickContext context;
    private final long reportNanos;
    private long[] latencies = new long[1 << 16];
    private int done;
    private int waited;
    private double skews;
    private int looks;

    private Herding(int gateways, Duration report, Seed seed) {
        arrivals = seed.generator("arrivals");
        services = seed.generator("services");
        spread = seed.generator("spread");
        context = new PickContext(seed.generator("picks"));
        reportNanos = report.toNanos();
        for (int g = 0; g < gateways; g++) {
            ServiceQueue queue =
                    new ServiceQueue(
                            "s",
                            BalancingSettings.DEFAULT.withSlowStart(Duration.ZERO),
                            OutlierSettings.DEFAULT,
                            Locality.UNKNOWN,
                            1);
            Node[] own = new Node[ENDPOINTS];
            for (int e = 0; e < ENDPOINTS; e++) {
                own[e] = queue.join(EndpointSettings.of("e" + e, 1), EligibilityInputs.NEWCOMER, 0);
            }
            queues.add(queue);
            nodes.add(own);
        }
        for (int e = 0; e < ENDPOINTS; e++) {
            waiting.add(new ArrayDeque<>());
        }
    }

    /**
     * Runs it.
     *
     * @param gateways 1 or more
     * @param report how often each endpoint reports what it has in flight; zero: never
     * @param length of virtual time
     */
    public static Result run(int gateways, Duration report, Duration length, Seed seed) {
        return new Herding(gateways, report, seed).run(length.toNanos());
    }

    private Result run(long length) {
        time.at(0, this::arrival);
        time.every(TICK_NANOS, this::tick);
        if (reportNanos > 0) {
            for (int e = 0; e < ENDPOINTS; e++) {
                int endpoint = e;
                time.at(
                        spread.nextLong(reportNanos),
                        () -> {
                            report(endpoint);
                            time.every(reportNanos, () -> report(endpoint));
                        });
            }
        }
        time.runUntil(length);
        Arrays.sort(latencies, 0, done);
        return new Result(100.0 * waited / done, latencies[done * 99 / 100], skews / looks);
    }

    private void arrival() {
        int gateway = spread.nextInt(queues.size());
        context.reset();
        if (queues.get(gateway).acquire(context) instanceof Node picked) {
            int endpoint = Arrays.asList(nodes.get(gateway)).indexOf(picked);
            Request request = new Request(gateway, endpoint, time.nowNanos());
            if (present[endpoint]++ < WORKERS) {
                work(request);
            } else {
                waited++;
                waiting.get(endpoint).add(request);
            }
        }
        long mean = SERVICE.toNanos() * 100 / UTILISATION_PERCENT / ENDPOINTS / WORKERS;
        time.after(Seed.exponential(arrivals, mean), this::arrival);
    }

    private void work(Request request) {
        time.after(Seed.exponential(services, SERVICE.toNanos()), () -> done(request));
    }

    private void done(Request request) {
        long latency = time.nowNanos() - request.begun;
        Node node = nodes.get(request.gateway)[request.endpoint];
        queues.get(request.gateway).release(node, Outcome.SUCCESS, latency);
        present[request.endpoint]--;
        Request next = waiting.get(request.endpoint).poll();
        if (next != null) {
            work(next);
        }
        if (done == latencies.length) {
            latencies = Arrays.copyOf(latencies, 2 * done);
        }
        latencies[done++] = latency;
    }

    private void report(int endpoint) {
        for (int g = 0; g < queues.size(); g++) {
            queues.get(g)
                    .report(
                            nodes.get(g)[endpoint],
                            present[endpoint],
                            reportNanos,
                            time.nowNanos());
        }
    }

    private void tick() {
        queues.forEach(queue -> queue.tick(time.nowNanos()));
        int most = 0;
        int sum = 0;
        for (int count : present) {
            most = Math.max(most, count);
            sum += count;
        }
        if (sum > 0) {
            skews += (double) most * ENDPOINTS / sum;
            looks++;
        }
    }
}
