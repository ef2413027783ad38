package io.evenkeel.bench.pick;

import io.evenkeel.kernel.balancing.Algorithm;
import io.evenkeel.kernel.balancing.BalancingSettings;
import io.evenkeel.kernel.balancing.EndpointSettings;
import io.evenkeel.kernel.balancing.Locality;
import io.evenkeel.kernel.balancing.PickContext;
import io.evenkeel.kernel.balancing.ServiceQueue;
import io.evenkeel.kernel.eligibility.EligibilityInputs;
import io.evenkeel.kernel.health.Outcome;
import io.evenkeel.kernel.health.OutlierSettings;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.infra.ThreadParams;

/**
 * One operation is a release and an acquire. Requests are kept in flight, half as many again as
 * there are endpoints, and one of them, drawn at random, ends in each operation; so nodes lie all
 * over the queue, and memory is touched as under real load. The null baseline does the same with a
 * plain array in place of the queue.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PickBenchmark {
    /** A queue of so many endpoints of equal weight. */
    static ServiceQueue queue(int endpoints) {
        BalancingSettings settings =
                BalancingSettings.DEFAULT.with(Algorithm.LEAST_LOAD).withSlowStart(Duration.ZERO);
        ServiceQueue queue =
                new ServiceQueue("bench", settings, OutlierSettings.DEFAULT, Locality.UNKNOWN, 2);
        for (int i = 0; i < endpoints; i++) {
            queue.join(EndpointSettings.of("e" + i, 1), EligibilityInputs.NEWCOMER, 0);
        }
        return queue;
    }

    /** What the threads share. */
    @State(Scope.Benchmark)
    public static class Shared {
        @Param({"10", "1000", "100000"})
        int endpoints;

        ServiceQueue queue = PickBenchmark.queue(0);

        @Setup
        public void fill() {
            queue = PickBenchmark.queue(endpoints);
        }
    }

    /** What a thread has in flight. */
    @State(Scope.Thread)
    public static class Loop {
        final PickContext context = new PickContext(new SplittableRandom(1));
        int[] inFlight = new int[0];
        int mask;
        long seed = 1;

        @Setup
        public void fill(Shared shared, ThreadParams threads) {
            int wanted = Math.max(64, shared.endpoints * 3 / 2) / threads.getThreadCount();
            mask = Integer.highestOneBit(wanted) - 1;
            inFlight = new int[mask + 1];
            seed = threads.getThreadIndex() * 0x9E3779B97F4A7C15L + 1;
            for (int i = 0; i <= mask; i++) {
                inFlight[i] = acquire(shared);
            }
        }

        int any() {
            seed ^= seed << 13;
            seed ^= seed >>> 7;
            seed ^= seed << 17;
            return (int) (seed >>> 33) & mask;
        }

        int acquire(Shared shared) {
            context.reset();
            shared.queue.acquire(context);
            return context.index();
        }

        void release(Shared shared, int index) {
            shared.queue.release(index, Outcome.SUCCESS, 1_000_000);
        }
    }

    @Benchmark
    public int alone(Shared shared, Loop loop) {
        int at = loop.any();
        loop.release(shared, loop.inFlight[at]);
        int index = loop.acquire(shared);
        loop.inFlight[at] = index;
        return index;
    }

    @Benchmark
    public int aloneNull(Shared shared, Loop loop) {
        int at = loop.any();
        int index = loop.inFlight[loop.mask - at];
        loop.inFlight[at] = index;
        return index;
    }

    @Benchmark
    @Threads(2)
    public int tight(Shared shared, Loop loop) {
        int at = loop.any();
        loop.release(shared, loop.inFlight[at]);
        int index = loop.acquire(shared);
        loop.inFlight[at] = index;
        return index;
    }
}
