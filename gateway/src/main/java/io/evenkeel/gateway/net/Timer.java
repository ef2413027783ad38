package io.evenkeel.gateway.net;

/**
 * A deadline and what to do then; made once and armed again and again by {@link NetLoop#schedule}.
 * It carries its own links, so that arming allocates nothing. Used on its loop's thread only.
 */
public final class Timer {
    /** What a timer does when its deadline has passed. */
    @FunctionalInterface
    public interface Action {
        /**
         * Called once per arming; {@code nowNanos} is the loop's clock, not before the deadline.
         */
        void fire(long nowNanos);
    }

    final Action action;
    long deadlineNanos;

    /** Where the wheel holds it; negative when it isn't armed. */
    int slot = -1;

    Timer previous = this;
    Timer next = this;

    /** A timer that isn't armed. */
    public Timer(Action action) {
        this.action = action;
    }

    /** Whether it will fire. */
    public boolean isArmed() {
        return slot >= 0;
    }

    /** When it fires, in the loop's nanoseconds; meaningless unless armed. */
    public long deadlineNanos() {
        return deadlineNanos;
    }
}
