package io.evenkeel.it.host;

import io.evenkeel.it.lab.Guest;
import io.evenkeel.it.lab.Machine;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Asks a guest again and again, and keeps the longest time between two answers. */
final class Gaps implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 500;

    private final AtomicLong longestNanos = new AtomicLong();
    private final AtomicLong answers = new AtomicLong();
    private final Thread thread;
    private volatile boolean closed;

    private Gaps(Guest guest, Machine from) {
        thread =
                from.thread(() -> {
                    long last = System.nanoTime();
                    while (!closed) {
                        boolean answered =
                                guest.fetch("/", TIMEOUT_MILLIS).equals("hello " + guest.name());
                        long now = System.nanoTime();
                        // One that is not over yet counts too.
                        longestNanos.accumulateAndGet(now - last, Math::max);
                        if (answered) {
                            last = now;
                            answers.incrementAndGet();
                        }
                        pause();
                    }
                });
    }

    /** Begins now, with a guest that answers. */
    static Gaps of(Guest guest, Machine from) {
        Gaps gaps = new Gaps(guest, from);
        gaps.thread.start();
        return gaps;
    }

    private void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(20);
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    long longestMillis() {
        return TimeUnit.NANOSECONDS.toMillis(longestNanos.get());
    }

    long answers() {
        return answers.get();
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
