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

    /** Looks that are left out at the beginning: it starts with no load at all. */
    private static final int WARM_UP_LOOKS = 100;

    /** What a gateway knows of the others' requests. */
    public enum Knowledge {
        /** Nothing. */
        OWN,
        /** What endpoints report. */
        REPORTS,
        /** All, at every moment: each request goes where the fewest are, as by one gateway. */
        ALL
    }

    /**
     * What is run.
     *
     * @param gateways 1 or more
     * @param knowledge of gateways about each other
     * @param report how often each endpoint reports what it has in flight
     * @param service mean time of a request, exponential
     * @param strange requests that every fourth endpoint has of somebody else all the time, which
     *     take a worker each
     */
    public record Setup(
            int gateways, Knowledge knowledge, Duration report, Duration service, int strange) {}

    /**
     * What came of a run.
     *
     * @param waitedPercent requests that found all workers of their endpoint busy
     * @param p99Nanos from the pick to the reply
     * @param outstandingSkew requests at the busiest endpoint over the mean, over all gateways, as
     *     the mean of two looks in the time of a request
     * @param skewP99 the same, exceeded by a hundredth of the looks
     * @param spreadP99 requests at the busiest endpoint less those at the idlest, exceeded by a
     *     hundredth of the looks
     */
    public record Result(
            double waitedPercent,
            long p99Nanos,
            double outstandingSkew,
            double skewP99,
            int spreadP99) {}

    private record Request(int gateway, int endpoint, long begun, long service) {}

    private final EventQueue time = new EventQueue();
    private final RandomGenerator arrivals;
    private final RandomGenerator services;
    private final RandomGenerator spread;
    private final RandomGenerator offsets;
    private final List<ServiceQueue> queues = new ArrayList<>();
    private final List<Node[]> nodes = new ArrayList<>();
    private final List<ArrayDeque<Request>> waiting = new ArrayList<>();
    private final int[] present = new int[ENDPOINTS];
    private final PickContext context;
    private final Setup setup;
    private final long reportNanos;
    private final List<Double> skews = new ArrayList<>();
    private final List<Integer> spreads = new ArrayList<>();
    private long[] latencies = new long[1 << 16];
    private int done;
    private int waited;
    private int looks;
    private int turn;

    private Herding(Setup setup, Seed seed) {
        this.setup = setup;
        arrivals = seed.generator("arrivals");
        services = seed.generator("services");
        spread = seed.generator("spread");
        offsets = seed.generator("offsets");
        context = new PickContext(seed.generator("picks"));
        reportNanos = setup.report.toNanos();
        for (int e = 0; e < ENDPOINTS; e += 4) {
            present[e] = setup.strange;
        }
        for (int g = 0; g < setup.gateways; g++) {
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
     * Runs it. One seed gives the same requests at the same moments, each of the same length,
     * whatever gateways know and however many there are.
     *
     * @param length of virtual time
     */
    public static Result run(Setup setup, Duration length, Seed seed) {
        return new Herding(setup, seed).run(length.toNanos());
    }

    private Result run(long length) {
        time.at(0, this::arrival);
        time.every(TICK_NANOS, this::tick);
        time.every(setup.service.toNanos() / 2, this::look);
        if (setup.knowledge == Knowledge.REPORTS) {
            for (int e = 0; e < ENDPOINTS; e++) {
                int endpoint = e;
                time.at(
                        offsets.nextLong(reportNanos),
                        () -> {
                            report(endpoint);
                            time.every(reportNanos, () -> report(endpoint));
                        });
            }
        }
        time.runUntil(length);
        Arrays.sort(latencies, 0, done);
        skews.sort(null);
        spreads.sort(null);
        int rank = skews.size() * 99 / 100;
        return new Result(
                100.0 * waited / done,
                latencies[done * 99 / 100],
                skews.stream().mapToDouble(Double::doubleValue).average().orElse(0),
                skews.get(rank),
                spreads.get(rank));
    }

    private void arrival() {
        int gateway = spread.nextInt(setup.gateways);
        long service = Seed.exponential(services, setup.service.toNanos());
        int endpoint = setup.knowledge == Knowledge.ALL ? idlest() : picked(gateway);
        if (endpoint >= 0) {
            Request request = new Request(gateway, endpoint, time.nowNanos(), service);
            if (present[endpoint]++ < WORKERS) {
                work(request);
            } else {
                waited++;
                waiting.get(endpoint).add(request);
            }
        }
        long mean = setup.service.toNanos() * 100 / UTILISATION_PERCENT / ENDPOINTS / WORKERS;
        time.after(Seed.exponential(arrivals, mean), this::arrival);
    }

    private int picked(int gateway) {
        context.reset();
        return queues.get(gateway).acquire(context) instanceof Node node
                ? Arrays.asList(nodes.get(gateway)).indexOf(node)
                : -1;
    }

    private int idlest() {
        // Begins one further each time, so that ties go round.
        int first = turn++ % ENDPOINTS;
        int best = first;
        for (int i = 1; i < ENDPOINTS; i++) {
            int next = (first + i) % ENDPOINTS;
            best = present[next] < present[best] ? next : best;
        }
        return best;
    }

    private void work(Request request) {
        time.after(request.service, () -> done(request));
    }

    private void done(Request request) {
        long latency = time.nowNanos() - request.begun;
        if (setup.knowledge != Knowledge.ALL) {
            Node node = nodes.get(request.gateway)[request.endpoint];
            queues.get(request.gateway).release(node, Outcome.SUCCESS, latency);
        }
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
    }

    private void look() {
        int most = 0;
        int least = Integer.MAX_VALUE;
        int sum = 0;
        for (int count : present) {
            most = Math.max(most, count);
            least = Math.min(least, count);
            sum += count;
        }
        if (looks++ >= WARM_UP_LOOKS && sum > 0) {
            skews.add((double) most * ENDPOINTS / sum);
            spreads.add(most - least);
        }
    }
}
