package io.evenkeel.cli;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The time that a command waits for what it has asked for. */
final class Patience {
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final long end;

    /** Begins now. */
    Patience(Duration most) {
        end = System.nanoTime() + most.toNanos();
    }

    boolean isOver() {
        return System.nanoTime() - end >= 0;
    }

    /** Before the next look. */
    void pause() {
        try {
            long left = Math.max(0, end - System.nanoTime());
            TimeUnit.NANOSECONDS.sleep(Math.min(PAUSE.toNanos(), left));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new FailedException("interrupted");
        }
    }
}
