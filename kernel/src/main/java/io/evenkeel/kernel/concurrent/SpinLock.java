package io.evenkeel.kernel.concurrent;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A lock that is held for some tens of nanoseconds, by few threads, never across a call out.
 * Test-and-test-and-set; a waiter spins, and after a while yields, because the holder may have lost
 * its processor. Not reentrant. The word has its cache lines to itself.
 */
public final class SpinLock extends SpinLockWord {
    private static final int SPINS_BEFORE_YIELD = 256;

    @SuppressWarnings("UnusedVariable") // padding behind the word
    private long q0, q1, q2, q3, q4, q5, q6, q7, q8, q9, q10, q11, q12, q13, q14, q15;

    /** Takes the lock, spinning until it is free. */
    public void lock() {
        if (!WORD.compareAndSet(this, 0, 1)) {
            await();
        }
    }

    /** Gives it back. */
    public void unlock() {
        WORD.setRelease(this, 0);
    }

    @SuppressWarnings("ThreadPriorityCheck") // yields so that a holder without a processor gets one
    private void await() {
        int spins = 0;
        do {
            while ((int) WORD.getOpaque(this) != 0) {
                if (++spins < SPINS_BEFORE_YIELD) {
                    Thread.onSpinWait();
                } else {
                    spins = 0;
                    Thread.yield();
                }
            }
        } while (!WORD.compareAndSet(this, 0, 1));
    }
}

/** Padding before the word: the JVM lays out a superclass's fields first. */
class SpinLockPadding {
    @SuppressWarnings("UnusedVariable")
    private long p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, p15;
}

/** The word. */
class SpinLockWord extends SpinLockPadding {
    static final VarHandle WORD;

    static {
        try {
            WORD = MethodHandles.lookup().findVarHandle(SpinLockWord.class, "word", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("UnusedVariable") // by the handle
    private int word;
}
