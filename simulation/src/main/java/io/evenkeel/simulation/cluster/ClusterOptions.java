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
 * @param endpoints endpoints at the start
 * @param mostEndpoints endpoints at any time
 * @param clients clients
 * @param requestsPerSecond arrivals, a Poisson process
 * @param faultsPerSecond faults, a Poisson process
 * @param doubtPermille share of the store's txns whose outcome is unknown
 * @param clientTimeoutNanos when clients give up
 * @param network how the network behaves
 * @param policy the policy resource named default
 */
public record ClusterOptions(
        int seconds,
        int endpoints,
        int mostEndpoints,
        int clients,
        int requestsPerSecond,
        int faultsPerSecond,
        int doubtPermille,
        long clientTimeoutNanos,
        NetworkOptions network,
        PolicySpec policy) {
    private static final long MILLI = 1_000_000L;

    /** Options drawn from the seed. */
    public static ClusterOptions drawn(Seed seed, int seconds) {
        RandomGenerator random = seed.generator("options");
        return new ClusterOptions(
                seconds,
                1 + random.nextInt(6),
                8 + random.nextInt(4),
                2 + random.nextInt(4),
                50 + random.nextInt(150),
                1 + random.nextInt(8),
                random.nextInt(3) * 100,
                (500 + random.nextInt(4000)) * MILLI,
                random.nextInt(4) == 0 ? NetworkOptions.TORN : NetworkOptions.QUIET,
                policy(random));
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
