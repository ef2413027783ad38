package io.evenkeel.bench.pick;

import io.evenkeel.kernel.balancing.PickContext;
import io.evenkeel.kernel.balancing.ServiceQueue;
import io.evenkeel.kernel.health.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What a release and a pick add when two threads share a queue and each works for two microseconds
 * between its picks, one before and one after a release. Both are means: each time the work is
 * between half as long and half as long again, because two threads of one and the same period fall
 * into step, and then meet at the lock at every turn or at none.
 *
 * <p>Short rounds with and without the queue take turns, and the differences of neighbours are
 * judged. With each round goes what a line of memory takes from one thread's core to the other's.
 * On a virtual machine that changes from second to second, as the host moves its processors about:
 * some 40 ns between cores that share a cache, 170 between cores that don't, when a single shared
 * counter costs more than the whole pick otherwise. So the two kinds of rounds are told apart.
 */
public final class ContendedPick {
    /** A line that takes longer comes from a core with another cache, in nanoseconds. */
    private static final double NEAR_NANOS = 100;

    /** About half a microsecond of arithmetic, as {@link Blackhole#consumeCPU} counts it. */
    private static final long HALF_MICROSECOND = 256;

    private static final int OPERATIONS = 5_000;
    private static final int WARMING_ROUNDS = 60;

    /**
     * What the rounds came to.
     *
     * @param nearNanos added by the queue, median of the rounds with near cores; NaN without any
     * @param nearRounds how many those were
     * @param farNanos the same with far cores
     * @param farRounds how many those were
     * @param lineNanos what a line took, median of all rounds
     */
    public record Result(
            double nearNanos, int nearRounds, double farNanos, int farRounds, double lineNanos) {}

    private final ServiceQueue queue;
    private final Worker[] workers = new Worker[2];
    private final CyclicBarrier turn = new CyclicBarrier(2);
    private final CoreDistance distance = new CoreDistance();

    private ContendedPick(int endpoints) {
        queue = PickBenchmark.queue(endpoints);
        for (int i = 0; i < workers.length; i++) {
            workers[i] = new Worker(endpoints, i);
        }
    }

    /** Runs so many rounds of about 50 ms with a queue of so many endpoints. */
    public static Result run(int endpoints, int rounds) {
        return new ContendedPick(endpoints).measure(rounds);
    }

    private Result measure(int rounds) {
        Thread other = Thread.ofPlatform().daemon(true).start(() -> workers[1].work(rounds));
        workers[0].work(rounds);
        try {
            other.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        List<Double> near = new ArrayList<>();
        List<Double> far = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            double added = (workers[0].added[i] + workers[1].added[i]) / 2;
            (workers[0].line[i] < NEAR_NANOS ? near : far).add(added);
        }
        double[] lines = workers[0].line.clone();
        Arrays.sort(lines);
        return new Result(median(near), near.size(), median(far), far.size(), lines[rounds / 2]);
    }

    private static double median(List<Double> values) {
        return values.isEmpty()
                ? Double.NaN
                : values.stream().sorted().toList().get(values.size() / 2);
    }

    private final class Worker {
        private final int number;
        private final PickContext context = new PickContext(new SplittableRandom(1));
        private final int[] inFlight;
        private final int mask;
        private long seed;
        private double[] added = new double[0];
        private double[] line = new double[0];

        Worker(int endpoints, int number) {
            this.number = number;
            mask = Integer.highestOneBit(Math.max(64, endpoints * 3 / 2) / 2) - 1;
            inFlight = new int[mask + 1];
            seed = 1L + number;
            for (int i = 0; i <= mask; i++) {
                inFlight[i] = acquire();
            }
        }

        void work(int rounds) {
            added = new double[rounds];
            line = new double[rounds];
            try {
                for (int round = -WARMING_ROUNDS; round < rounds; round++) {
                    turn.await();
                    double before = distance.measure(number);
                    turn.await();
                    double with = shared();
                    turn.await();
                    double without = without();
                    turn.await();
                    double after = distance.measure(number);
                    if (round >= 0) {
                        added[round] = with - without;
                        line[round] = Math.max(before, after);
                    }
                }
            } catch (InterruptedException | BrokenBarrierException e) {
                throw new IllegalStateException(e);
            }
        }

        private double shared() {
            long began = System.nanoTime();
            for (int i = 0; i < OPERATIONS; i++) {
                int at = any();
                queue.release(inFlight[at], Outcome.SUCCESS, 1_000_000);
                pause();
                inFlight[at] = acquire();
                pause();
            }
            return (System.nanoTime() - began) / (double) OPERATIONS;
        }

        private double without() {
            long began = System.nanoTime();
            for (int i = 0; i < OPERATIONS; i++) {
                int at = any();
                int index = inFlight[at];
                pause();
                inFlight[at] = index;
                pause();
            }
            return (System.nanoTime() - began) / (double) OPERATIONS;
        }

        private int any() {
            seed ^= seed << 13;
            seed ^= seed >>> 7;
            seed ^= seed << 17;
            return (int) (seed >>> 33) & mask;
        }

        private int acquire() {
            context.reset();
            queue.acquire(context);
            return context.index();
        }

        /** A microsecond on average. */
        private void pause() {
            seed += 0x9E3779B97F4A7C15L;
            Blackhole.consumeCPU(HALF_MICROSECOND + (seed >>> 40 & (2 * HALF_MICROSECOND - 1)));
        }
    }
}
