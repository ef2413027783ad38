package io.evenkeel.simulation.time;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * The one number that decides a run. Every part draws from a generator of its own, named, so that a
 * draw more in one part doesn't change the luck of the others.
 *
 * @param value any number; printed by whoever starts a run and accepted as {@code --seed}
 */
public record Seed(long value) {
    /** A generator for the part of that name: the same for the same seed and name, in any JVM. */
    public RandomGenerator generator(String part) {
        // FNV-1a, 64 bits: String.hashCode would do, but keeps only 32.
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < part.length(); i++) {
            hash = (hash ^ part.charAt(i)) * 0x100000001b3L;
        }
        return new SplittableRandom(value * 0x9e3779b97f4a7c15L ^ hash);
    }

    /** An exponentially distributed duration of that mean, in nanoseconds, at most 20 times it. */
    public static long exponential(RandomGenerator random, long meanNanos) {
        double u = 1.0 - random.nextDouble();
        return Math.min(20 * meanNanos, (long) (-StrictMath.log(u) * meanNanos));
    }
}
