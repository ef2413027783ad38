package io.evenkeel.simulation.cluster;

import io.evenkeel.model.Affinity;
import io.evenkeel.model.Balancing;
import io.evenkeel.model.CircuitBreakers;
import io.evenkeel.model.Headers;
import io.evenkeel.model.HealthCheck;
import io.evenkeel.model.LocalRateLimit;
import io.evenkeel.model.OutlierDetection;
import io.evenkeel.model.Percent;
import io.evenkeel.model.PolicySpec;
import io.evenkeel.model.RequestLimits;
import io.evenkeel.model.Retries;
import io.evenkeel.model.Timeouts;
import io.evenkeel.simulation.cast.SimBackend;
import io.evenkeel.simulation.net.NetworkOptions;
import io.evenkeel.simulation.time.Seed;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * What a run of the cluster is made of.
 *
 * @param seconds how long faults happen
 * @param gateways gateways
 * @param controls controls that stand for election
 * @param endpoints endpoints at the start
 * @param mostEndpoints endpoints at any time
 * @param mostLinks gateways that a backend links with
 * @param clients clients of each gateway
 * @param requestsPerMinute arrivals, a Poisson process
 * @param faultsPerMinute faults, a Poisson process
 * @param storeFaults whether ways to the store, and the store itself, fail too
 * @param doubtPermille share of the store's calls of which nothing is heard again
 * @param clientTimeoutNanos when clients give up
 * @param times of gateways and leases
 * @param network how the network behaves
 * @param policy the policy resource named default
 */
public record ClusterOptions(
        int seconds,
        int gateways,
        int controls,
        int endpoints,
        int mostEndpoints,
        int mostLinks,
        int clients,
        int requestsPerMinute,
        int faultsPerMinute,
        boolean storeFaults,
        int doubtPermille,
        long clientTimeoutNanos,
        Times times,
        NetworkOptions network,
        PolicySpec policy) {
    private static final long MILLI = 1_000_000L;

    /**
     * Times of gateways and leases.
     *
     * @param grace that endpoints have to dial
     * @param lease of a gateway's presence
     * @param absentFor after which an endpoint is forgotten
     * @param heartbeatMillis of links
     * @param missedMillis silence after which a gateway takes a backend for lost
     */
    public record Times(
            Duration grace,
            Duration lease,
            Duration absentFor,
            int heartbeatMillis,
            int missedMillis) {
        /** Shorter than the product's defaults, so that much ends within seconds. */
        static final Times SHORT =
                new Times(
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(6),
                        1_000,
                        2_500);

        /**
         * The product's defaults, but that links beat half as often and the absent are forgotten
         * within a run.
         */
        static final Times USUAL =
                new Times(
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(60),
                        2_000,
                        5_000);
    }

    /** One gateway with heavy traffic and faults, drawn from the seed. */
    public static ClusterOptions drawn(Seed seed, int seconds) {
        RandomGenerator random = seed.generator("options");
        return new ClusterOptions(
                seconds,
                1,
                1,
                1 + random.nextInt(6),
                8 + random.nextInt(4),
                8,
                2 + random.nextInt(4),
                60 * (50 + random.nextInt(150)),
                60 * (1 + random.nextInt(8)),
                false,
                random.nextInt(3) * 100,
                (500 + random.nextInt(4000)) * MILLI,
                Times.SHORT,
                random.nextInt(4) == 0 ? NetworkOptions.TORN : NetworkOptions.QUIET,
                policy(random));
    }

    /** Several gateways and controls with little traffic for a long time, drawn from the seed. */
    public static ClusterOptions wide(Seed seed, int seconds) {
        RandomGenerator random = seed.generator("options");
        return new ClusterOptions(
                seconds,
                3,
                2 + random.nextInt(2),
                2 + random.nextInt(3),
                5 + random.nextInt(2),
                random.nextInt(3) == 0 ? 1 + random.nextInt(2) : 8,
                1,
                30 + random.nextInt(60),
                6 + random.nextInt(18),
                true,
                random.nextInt(3) * 10,
                5_000 * MILLI,
                Times.USUAL,
                NetworkOptions.QUIET,
                plain());
    }

    /** Nobody is checked or ejected: what takes an endpoint out is its links and the store. */
    private static PolicySpec plain() {
        PolicySpec usual = PolicySpec.defaults();
        return new PolicySpec(
                usual.balancing(),
                usual.healthCheck(),
                noOutliers(),
                usual.retries(),
                usual.timeouts(),
                usual.affinity(),
                usual.requestLimits(),
                usual.circuitBreakers(),
                usual.localRateLimit(),
                usual.headers());
    }

    private static PolicySpec policy(RandomGenerator random) {
        return new PolicySpec(
                new Balancing(
                        Balancing.Algorithm.LEAST_LOAD,
                        Duration.ofMillis(random.nextInt(3) * 500L),
                        new Percent(10),
                        random.nextBoolean() ? 1 + random.nextInt(6) : 1024,
                        new Percent(0)),
                new HealthCheck(
                        HealthCheck.Type.HTTP,
                        SimBackend.CHECK_PATH,
                        Optional.empty(),
                        Duration.ofMillis(500),
                        Duration.ofMillis(200),
                        2,
                        2,
                        HealthCheck.defaults().expectedStatuses()),
                random.nextBoolean() ? noOutliers() : quickOutliers(),
                new Retries(
                        random.nextInt(4),
                        20,
                        10,
                        Duration.ofMillis(random.nextBoolean() ? 0 : 700)),
                new Timeouts(
                        Duration.ofMillis(300),
                        Duration.ofSeconds(2),
                        Duration.ofMillis(1500),
                        Duration.ofMillis(200 + random.nextInt(3000)),
                        Duration.ofSeconds(3)),
                Affinity.defaults(),
                RequestLimits.defaults(),
                CircuitBreakers.defaults(),
                LocalRateLimit.defaults(),
                Headers.defaults());
    }

    private static OutlierDetection noOutliers() {
        return outliers(0, 0);
    }

    /** Ejections short enough for many in a run. */
    private static OutlierDetection quickOutliers() {
        return outliers(3, 100);
    }

    private static OutlierDetection outliers(int row, int enforcing) {
        return new OutlierDetection(
                row,
                row,
                row,
                false,
                Duration.ofSeconds(1),
                Duration.ofMillis(500),
                Duration.ofSeconds(3),
                50,
                true,
                enforcing,
                enforcing,
                enforcing,
                enforcing,
                enforcing,
                0,
                0,
                3,
                10,
                1900,
                85,
                3,
                10);
    }
}
