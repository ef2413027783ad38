package io.evenkeel.kernel.balancing;

import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Runs a property over many seeds; a failure names the seed, {@code -Dseed=N} runs that one alone.
 */
final class Seeds {
    private static final long FIRST = 20_260_101;

    private Seeds() {}

    static void each(int runs, Consumer<SplittableRandom> property) {
        Long only = Long.getLong("seed");
        long first = only == null ? FIRST : only;
        for (long seed = first; seed < first + (only == null ? runs : 1); seed++) {
            try {
                property.accept(new SplittableRandom(seed));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + " (-Dseed=" + seed + "): " + e, e);
            }
        }
    }
}
