package io.evenkeel.host.driver;

import java.util.concurrent.TimeUnit;

/**
 * How often a driver may be started: {@value #BURST} times at once and then every two seconds; and
 * after it has failed by itself not before 100 ms, doubled with each failure in succession, at most
 * ten seconds. Pure; guarded by its owner.
 */
final class StartBudget {
    static final int BURST = 5;
    private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long LEAST_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long MOST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(10);

    private int faults;
    private long faultAtNanos;

    /** The time at which all starts but one would have been earned again. */
    private long fullAtNanos;

    private boolean begun;

    /** Nanoseconds until it may be started; 0: now. */
    long waitNanos(long nowNanos) {
        long wait = 0;
        if (begun) {
            wait = fullAtNanos - (BURST - 1) * EVERY_NANOS - nowNanos;
        }
        if (faults > 0) {
            long pause = LEAST_WAIT_NANOS << Math.min(faults - 1, 10);
            wait = Math.max(wait, faultAtNanos + Math.min(pause, MOST_WAIT_NANOS) - nowNanos);
        }
        return Math.max(0, wait);
    }

    /** It is started. */
    void started(long nowNanos) {
        long from = begun && fullAtNanos - nowNanos > 0 ? fullAtNanos : nowNanos;
        fullAtNanos = from + EVERY_NANOS;
        begun = true;
    }

    /** It ended by itself, or made no sense. */
    void failed(long nowNanos) {
        faults++;
        faultAtNanos = nowNanos;
    }

    /** It has answered. */
    void answered() {
        faults = 0;
    }

    /** How often it has failed without an answer between. */
    int failures() {
        return faults;
    }
}
