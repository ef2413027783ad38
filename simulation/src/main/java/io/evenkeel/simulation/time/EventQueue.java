package io.evenkeel.simulation.time;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The virtual clock and everything that is still to happen. Events run one by one, ordered by time
 * and then by the order in which they were put in, so that a run is a function of its seed alone.
 *
 * <p>Time is in nanoseconds from the start of the run and stands still while an event runs. Not
 * thread-safe: a simulation has one thread.
 */
public final class EventQueue {
    private final PriorityQueue<Event> events = new PriorityQueue<>(1024);
    private final List<Runnable> checks = new ArrayList<>();
    private long nowNanos;
    private long sequence;
    private long executed;

    /** The present, in nanoseconds from the start. */
    public long nowNanos() {
        return nowNanos;
    }

    /** Events run so far. */
    public long executed() {
        return executed;
    }

    /**
     * Plans an event.
     *
     * @param timeNanos when; a time in the past means now, after what is already planned for now
     */
    public Event at(long timeNanos, Runnable action) {
        Event event = new Event(Math.max(timeNanos, nowNanos), sequence++, action);
        events.add(event);
        return event;
    }

    /** Plans an event after a delay of zero or more nanoseconds. */
    public Event after(long delayNanos, Runnable action) {
        return at(nowNanos + delayNanos, action);
    }

    /** Plans an event now and again after every interval, for as long as the queue is run. */
    public void every(long intervalNanos, Runnable action) {
        after(
                intervalNanos,
                () -> {
                    action.run();
                    every(intervalNanos, action);
                });
    }

    /** Adds a check that runs after every event, in the order of the calls of this method. */
    public void afterEach(Runnable check) {
        checks.add(check);
    }

    /**
     * Runs the next event and the checks.
     *
     * @return false if there is none
     */
    public boolean step() {
        Event event = next();
        if (event == null) {
            return false;
        }
        events.poll();
        nowNanos = event.timeNanos;
        executed++;
        event.action.run();
        for (int i = 0; i < checks.size(); i++) {
            checks.get(i).run();
        }
        return true;
    }

    /** Runs everything planned up to and including a time; the clock then shows that time. */
    public void runUntil(long timeNanos) {
        for (Event event = next(); event != null && event.timeNanos <= timeNanos; event = next()) {
            step();
        }
        nowNanos = Math.max(nowNanos, timeNanos);
    }

    /** Runs everything planned within a duration from now. */
    public void runFor(long durationNanos) {
        runUntil(nowNanos + durationNanos);
    }

    private @Nullable Event next() {
        Event event = events.peek();
        while (event != null && event.cancelled) {
            events.poll();
            event = events.peek();
        }
        return event;
    }

    /** Something planned. */
    public static final class Event implements Comparable<Event> {
        private final long timeNanos;
        private final long sequence;
        private final Runnable action;
        private boolean cancelled;

        private Event(long timeNanos, long sequence, Runnable action) {
            this.timeNanos = timeNanos;
            this.sequence = sequence;
            this.action = action;
        }

        /** When it runs, in nanoseconds from the start. */
        public long timeNanos() {
            return timeNanos;
        }

        /** It will not run; no effect if it has. */
        public void cancel() {
            cancelled = true;
        }

        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(timeNanos, other.timeNanos);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(sequence);
        }
    }
}
