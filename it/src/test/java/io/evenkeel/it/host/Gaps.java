package io.evenkeel.it.host;

import io.evenkeel.it.lab.Guest;
import io.evenkeel.it.lab.Machine;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Asks a guest every 50 ms, whether or not it has answered what it was asked before, and keeps the
 * longest time between two answers. A question that got lost with the machine's old place would
 * otherwise hide for its whole time-out that the machine answers again.
 */
final class Gaps implements AutoCloseable {
    private static final int EVERY_MILLIS = 50;
    private static final int LANES = 10;
    private static final int TIMEOUT_MILLIS = EVERY_MILLIS * LANES;

    private final Guest guest;
    private final List<Thread> lanes = new ArrayList<>();
    private final long begunNanos = System.nanoTime();
    private volatile boolean closed;
    // Under this.
    private long endNanos;
    private long lastNanos = begunNanos;
    private long longestNanos;
    private long answers;

    private Gaps(Guest guest, Machine from) {
        this.guest = guest;
        for (int i = 0; i < LANES; i++) {
            long offsetNanos = TimeUnit.MILLISECONDS.toNanos((long) i * EVERY_MILLIS);
            lanes.add(from.thread(() -> ask(begunNanos + offsetNanos)));
        }
    }

    /** Begins now, with a guest that answers. */
    static Gaps of(Guest guest, Machine from) {
        Gaps gaps = new Gaps(guest, from);
        gaps.lanes.forEach(Thread::start);
        return gaps;
    }

    private void ask(long firstNanos) {
        long nextNanos = firstNanos;
        while (!closed) {
            try {
                TimeUnit.NANOSECONDS.sleep(nextNanos - System.nanoTime());
            } catch (InterruptedException e) {
                return;
            }
            if (guest.fetch("/", TIMEOUT_MILLIS).equals("hello " + guest.name())) {
                answered(System.nanoTime());
            }
            // The next that is still to come: what was late is not made up for.
            long period = TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MILLIS);
            nextNanos += period * Math.max(1, (System.nanoTime() - nextNanos) / period + 1);
        }
    }

    private synchronized void answered(long nowNanos) {
        if (closed) {
            return;
        }
        longestNanos = Math.max(longestNanos, nowNanos - lastNanos);
        lastNanos = Math.max(lastNanos, nowNanos);
        answers++;
    }

    /** Until now, or until it was closed; one that was not over then counts too. */
    synchronized long longestMillis() {
        long until = closed ? endNanos : System.nanoTime();
        return TimeUnit.NANOSECONDS.toMillis(Math.max(longestNanos, until - lastNanos));
    }

    synchronized long answers() {
        return answers;
    }

    private synchronized void end() {
        if (!closed) {
            endNanos = System.nanoTime();
            closed = true;
        }
    }

    @Override
    public void close() {
        end();
        try {
            for (Thread lane : lanes) {
                lane.join(2_000);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
