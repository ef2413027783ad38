package io.evenkeel.bench.pick;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * How long a line of memory takes from one thread's core to another's, by passing one to and fro.
 */
final class CoreDistance {
    private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

    /** In the middle of the array, so that nothing else lies in its line. */
    private static final int AT = 32;

    private static final int PASSES = 4_000;

    private final long[] words = new long[2 * AT];
    private final long[] reached = new long[2];

    /**
     * To be called by both threads at once.
     *
     * @param thread 0 or 1
     * @return nanoseconds for one way
     */
    double measure(int thread) {
        long from = reached[thread];
        long began = System.nanoTime();
        for (long i = from; i < from + PASSES; i += 2) {
            await(i + thread);
            WORD.setRelease(words, AT, i + thread + 1);
        }
        await(from + PASSES);
        reached[thread] = from + PASSES;
        return (System.nanoTime() - began) / (double) PASSES;
    }

    private void await(long value) {
        while ((long) WORD.getAcquire(words, AT) < value) {
            Thread.onSpinWait();
        }
    }
}
