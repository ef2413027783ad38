package io.evenkeel.simulation.fault;

import io.evenkeel.gateway.proxy.CircuitLimits;
import io.evenkeel.gateway.proxy.ServicePolicy;
import io.evenkeel.gateway.proxy.SessionPolicy;
import io.evenkeel.kernel.balancing.Algorithm;
import io.evenkeel.kernel.balancing.BalancingSettings;
import io.evenkeel.kernel.health.OutlierSettings;
import io.evenkeel.simulation.net.NetworkOptions;
import io.evenkeel.simulation.time.Seed;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * What a random run is made of.
 *
 * @param seconds how long faults happen
 * @param endpoints members at the start
 * @param mostEndpoints members at any time
 * @param clients clients
 * @param requestsPerSecond arrivals, a Poisson process
 * @param faultsPerSecond faults, a Poisson process
 * @param mostBodyBytes largest body, either way
 * @param clientTimeoutNanos when clients give up
 * @param network how the network behaves
 * @param balancing how the queue balances
 * @param outliers when it ejects
 * @param policy time limits and retries
 */
public record FaultOptions(
        int seconds,
        int endpoints,
        int mostEndpoints,
        int clients,
        int requestsPerSecond,
        int faultsPerSecond,
        int mostBodyBytes,
        long clientTimeoutNanos,
        NetworkOptions network,
        BalancingSettings balancing,
        OutlierSettings outliers,
        ServicePolicy policy) {
    private static final long MILLI = 1_000_000L;

    /** Options drawn from the seed; half of the runs use the least loaded queue. */
    public static FaultOptions drawn(Seed seed, int seconds) {
        RandomGenerator random = seed.generator("options");
        Algorithm[] algorithms = Algorithm.values();
        Algorithm algorithm =
                random.nextBoolean()
                        ? Algorithm.LEAST_LOAD
                        : algorithms[random.nextInt(algorithms.length)];
        boolean torn = random.nextBoolean();
        return new FaultOptions(
                seconds,
                1 + random.nextInt(6),
                8 + random.nextInt(5),
                2 + random.nextInt(5),
                50 + random.nextInt(150),
                2 + random.nextInt(20),
                torn ? 8_000 : 100_000,
                (500 + random.nextInt(4000)) * MILLI,
                torn ? NetworkOptions.TORN : NetworkOptions.QUIET,
                new BalancingSettings(
                        algorithm,
                        Duration.ofMillis(random.nextInt(3) * 500L),
                        10,
                        random.nextBoolean() ? 1 + random.nextInt(6) : 1024,
                        random.nextInt(3) * 25),
                random.nextBoolean() ? OutlierSettings.OFF : quickOutliers(),
                new ServicePolicy(
                        300 * MILLI,
                        2000 * MILLI,
                        random.nextBoolean() ? 0 : 700 * MILLI,
                        1500 * MILLI,
                        (200 + random.nextInt(3000)) * MILLI,
                        1 + random.nextInt(16),
                        random.nextInt(4),
                        0,
                        SessionPolicy.NONE,
                        0,
                        CircuitLimits.NONE));
    }

    /** Ejections short enough for many in a run. */
    private static OutlierSettings quickOutliers() {
        return new OutlierSettings(
                new OutlierSettings.Rows(3, 3, 5),
                false,
                Duration.ofSeconds(1),
                Duration.ofMillis(500),
                Duration.ofSeconds(3),
                50,
                true,
                new OutlierSettings.SuccessRate(3, 10, 1900),
                OutlierSettings.DEFAULT.failurePercentage(),
                OutlierSettings.Enforcing.DEFAULT);
    }
}
