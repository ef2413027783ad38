package io.evenkeel.it.lab;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** For something that comes about. */
public final class Wait {
    public interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    private Wait() {}

    /** Asks every 20 ms; an error after these seconds. */
    public static void until(String what, int seconds, Condition condition)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!condition.holds()) {
            if (System.nanoTime() > deadline) {
                throw new IOException("not within " + seconds + " s: " + what);
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }
}
