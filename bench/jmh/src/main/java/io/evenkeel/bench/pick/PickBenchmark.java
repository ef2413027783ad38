package io.evenkeel.bench.pick;

import io.evenkeel.kernel.balancing.Algorithm;
import io.evenkeel.kernel.balancing.BalancingSettings;
import io.evenkeel.kernel.balancing.EndpointSettings;
import io.evenkeel.kernel.balancing.Locality;
import io.evenkeel.kernel.balancing.Node;
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

/**
 * One operation is a release and an acquire. Requests are kept in flight, half as many again as
 * there are endpoints, and one of them, drawn at random, ends in each operation; so nodes lie all
 * over the queue, and memory is touched as under real load. The null baseline does the same with a
 * plain array in place of the queue.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PickBenchmark {
    /** Time between two picks of a loop that proxies 2 µs a request: far less than it takes. */
    private static final long WORK_NANOS = 2_000;

    /** What the threads share. */
    @State(Scope.Benchmark)
    public static class Shared {
        @Param({"10", "1000", "100000"})
        int endpoints;

        ServiceQueue queue = queue(0);

        @Setup
        public void fill() {
            queue = queue(endpoints);
        }

        private static ServiceQueue queue(int endpoints) {
            BalancingSettings settings =
                    BalancingSettings.DEFAULT
                            .with(Algorithm.LEAST_LOAD)
                            .withSlowStart(Duration.ZERO);
            ServiceQueue queue =
                    new ServiceQueue(
                            "bench", settings, OutlierSettings.DEFAULT, Locality.UNKNOWN, 2);
            for (int i = 0; i < endpoints; i++) {
                queue.join(EndpointSettings.of("e" + i, 1), EligibilityInputs.NEWCOMER, 0);
            }
            return queue;
        }
    }

    /** What a thread has in flight. */
    @State(Scope.Thread)
    public static class Loop {
        final PickContext context = new PickContext(new SplittableRandom(1));
        Node[] inFlight = new Node[0];
        int mask;
        long seed = 1;

        @Setup
        public void fill(Shared shared, org.openjdk.jmh.infra.ThreadParams threads) {
            int wanted = Math.max(64, shared.endpoints * 3 / 2) / threads.getThreadCount();
            mask = Integer.highestOneBit(wanted) - 1;
            inFlight = new Node[mask + 1];
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

        Node acquire(Shared shared) {
            context.reset();
            if (shared.queue.acquire(context) instanceof Node node) {
                return node;
            }
            throw new IllegalStateException("the queue gave no node");
        }

        Node exchange(Shared shared) {
            int at = any();
            shared.queue.release(inFlight[at], Outcome.SUCCESS, 1_000_000);
            Node node = acquire(shared);
            inFlight[at] = node;
            return node;
        }

        /** The baseline: another request's node, in place of the queue's. */
        Node exchangeNothing() {
            int at = any();
            Node node = inFlight[mask - at];
            inFlight[at] = node;
            return node;
        }

        void work() {
            long end = System.nanoTime() + WORK_NANOS;
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
        }
    }

    @Benchmark
    public Node alone(Shared shared, Loop loop) {
        return loop.exchange(shared);
    }

    @Benchmark
    public Node aloneNull(Shared shared, Loop loop) {
        return loop.exchangeNothing();
    }

    @Benchmark
    @Threads(2)
    public Node shared(Shared shared, Loop loop) {
        loop.work();
        return loop.exchange(shared);
    }

    @Benchmark
    @Threads(2)
    public Node sharedNull(Shared shared, Loop loop) {
        loop.work();
        return loop.exchangeNothing();
    }

    @Benchmark
    @Threads(2)
    public Node tight(Shared shared, Loop loop) {
        return loop.exchange(shared);
    }
}
