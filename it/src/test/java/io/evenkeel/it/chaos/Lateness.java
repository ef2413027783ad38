package io.evenkeel.it.chaos;

import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * How late this machine is: a thread that asks to sleep 20 ms, and how much longer it slept.
 * Promises in seconds are made for machines that run. Thread-safe.
 */
final class Lateness implements AutoCloseable {
    private static final long NOTED_MILLIS = 100;

    private final TreeMap<Long, Long> late = new TreeMap<>();
    private final Thread thread =
            Thread.ofPlatform().daemon().name("lateness").unstarted(this::run);

    Lateness() {
        thread.start();
    }

    private void run() {
        try {
            while (true) {
                long begun = System.nanoTime();
                TimeUnit.MILLISECONDS.sleep(20);
                long millis = (System.nanoTime() - begun) / 1_000_000 - 20;
                if (millis >= NOTED_MILLIS) {
                    synchronized (late) {
                        late.put(System.currentTimeMillis(), millis);
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** In this time, all together. */
    long millis(long begin, long end) {
        synchronized (late) {
            return late.subMap(begin, true, end + 1, true).values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
        }
    }

    /** The greatest. */
    long worstMillis() {
        synchronized (late) {
            return late.values().stream().mapToLong(Long::longValue).max().orElse(0);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    @Override
    public String toString() {
        synchronized (late) {
            return late.size()
                    + " times later than "
                    + NOTED_MILLIS
                    + " ms, at worst "
                    + worstMillis()
                    + " ms";
        }
    }
}
