package io.evenkeel.simulation.cast;

import io.evenkeel.simulation.time.EventQueue;
import io.evenkeel.simulation.time.Seed;
import java.util.List;
import java.util.function.LongUnaryOperator;
import java.util.random.RandomGenerator;

/**
 * Open-loop load: requests come at their rate whether or not earlier ones were answered, from a
 * client drawn at random.
 */
public final class Load {
    private final EventQueue queue;
    private final RandomGenerator random;
    private final List<SimClient> clients;
    private final String service;
    private final boolean poisson;
    private final LongUnaryOperator ratePerSecond;
    private final long untilNanos;

    /**
     * @param service the host that is asked for
     * @param poisson whether arrivals are a Poisson process; else evenly spaced
     * @param ratePerSecond the rate at a time in nanoseconds; 0 = none for now
     * @param untilNanos when the last request comes at the latest
     */
    public Load(
            EventQueue queue,
            RandomGenerator random,
            List<SimClient> clients,
            String service,
            boolean poisson,
            LongUnaryOperator ratePerSecond,
            long untilNanos) {
        this.queue = queue;
        this.random = random;
        this.clients = clients;
        this.service = service;
        this.poisson = poisson;
        this.ratePerSecond = ratePerSecond;
        this.untilNanos = untilNanos;
    }

    /** Begins. */
    public void start() {
        plan();
    }

    private void plan() {
        long rate = ratePerSecond.applyAsLong(queue.nowNanos());
        if (rate <= 0) {
            queue.after(10_000_000L, this::plan);
            return;
        }
        long mean = 1_000_000_000L / rate;
        long next = queue.nowNanos() + (poisson ? Seed.exponential(random, mean) : mean);
        if (next <= untilNanos) {
            queue.at(next, this::ask);
        }
    }

    private void ask() {
        clients.get(random.nextInt(clients.size())).get(service);
        plan();
    }

    /**
     * Closed-loop load: a user asks, waits for the answer, thinks, and asks again. Call with every
     * answer of the user's client.
     *
     * @param thinkNanos mean of an exponentially distributed pause; 0 = none
     */
    public static void closedLoop(
            EventQueue queue,
            RandomGenerator random,
            SimClient user,
            String service,
            long thinkNanos,
            long untilNanos) {
        long pause = thinkNanos == 0 ? 0 : Seed.exponential(random, thinkNanos);
        if (queue.nowNanos() + pause <= untilNanos) {
            queue.after(pause, () -> user.get(service));
        }
    }
}
