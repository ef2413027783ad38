package io.evenkeel.gateway.net;

/**
 * Timers hashed by deadline into a wheel of slots (Varghese and Lauck 1987, scheme 6), made lazy: a
 * deadline that moves further away only changes a field, and the timer is put where it belongs when
 * its old slot comes round. That is what nearly every timer of a proxy does at every byte.
 *
 * <p>Pure: time comes in with every call. Not thread-safe. No call allocates. Scheduling is O(1);
 * {@link #advance} costs the slots passed (one bit scan for 64 empty ones) and the timers in them.
 */
public final class TimerWheel {
    private static final int TICK_BITS = 23;

    /** The width of a slot, in nanoseconds (about 8.4 ms): a timer is late by less than this. */
    public static final long TICK_NANOS = 1L << TICK_BITS;

    private static final int SLOTS = 512;
    private static final int MASK = SLOTS - 1;

    /** A timer that waits in the list of those whose slot is being fired. */
    private static final int FIRING = SLOTS;

    private final Timer[] slots = new Timer[SLOTS];
    private final Timer firing = sentinel();

    /** A bit per slot; one may be set for an empty slot, never clear for another. */
    private final long[] occupied = new long[SLOTS / Long.SIZE];

    private final long originNanos;
    private long tick;
    private int size;

    /** A wheel that begins to turn at the time given. */
    public TimerWheel(long nowNanos) {
        originNanos = nowNanos;
        for (int i = 0; i < SLOTS; i++) {
            slots[i] = sentinel();
        }
    }

    /** Timers armed. */
    public int size() {
        return size;
    }

    /** Arms a timer or moves it. A deadline in the past fires at the next {@link #advance}. */
    public void schedule(Timer timer, long deadlineNanos) {
        timer.deadlineNanos = deadlineNanos;
        long dueTick = dueTick(deadlineNanos);
        if (timer.slot >= 0) {
            if (timer.slot != FIRING && tick + ((timer.slot - tick) & MASK) <= dueTick) {
                return;
            }
            unlink(timer);
        }
        link(timer, dueTick);
    }

    /** Disarms a timer. */
    public void cancel(Timer timer) {
        if (timer.slot >= 0) {
            unlink(timer);
        }
    }

    /** Fires every timer whose deadline is not after now. An action may schedule and cancel. */
    public void advance(long nowNanos) {
        long target = (nowNanos - originNanos) >> TICK_BITS;
        // After a long pause one whole turn of the wheel visits every slot.
        tick = Math.max(tick, target - SLOTS);
        while (true) {
            fireSlot((int) (tick & MASK), nowNanos);
            if (tick >= target) {
                return;
            }
            tick = nextOccupied(tick + 1, target);
        }
    }

    /**
     * When {@link #advance} should be called next at the latest, in nanoseconds; {@code
     * Long.MAX_VALUE} when nothing is armed. May be too early for timers that moved, never too
     * late.
     */
    public long nextDeadlineNanos() {
        if (size == 0) {
            return Long.MAX_VALUE;
        }
        // A slot is due when its tick is over, so that no timer of it would fire early.
        return originNanos + ((nextOccupied(tick, tick + SLOTS) + 1) << TICK_BITS);
    }

    private long dueTick(long deadlineNanos) {
        return Math.max(tick, (deadlineNanos - originNanos) >> TICK_BITS);
    }

    private void fireSlot(int slot, long nowNanos) {
        Timer head = slots[slot];
        occupied[slot >> 6] &= ~(1L << slot);
        if (head.next == head) {
            return;
        }
        // Moved to a list of their own first: an action may arm timers in this very slot.
        for (Timer t = head.next; t != head; t = t.next) {
            t.slot = FIRING;
        }
        firing.next = head.next;
        firing.previous = head.previous;
        firing.next.previous = firing;
        firing.previous.next = firing;
        head.next = head;
        head.previous = head;
        while (firing.next != firing) {
            Timer timer = firing.next;
            unlink(timer);
            if (timer.deadlineNanos - nowNanos > 0) {
                link(timer, dueTick(timer.deadlineNanos));
            } else {
                timer.action.fire(nowNanos);
            }
        }
    }

    private void link(Timer timer, long dueTick) {
        int slot = (int) (dueTick & MASK);
        Timer head = slots[slot];
        timer.slot = slot;
        timer.next = head;
        timer.previous = head.previous;
        head.previous.next = timer;
        head.previous = timer;
        occupied[slot >> 6] |= 1L << slot;
        size++;
    }

    private void unlink(Timer timer) {
        timer.previous.next = timer.next;
        timer.next.previous = timer.previous;
        timer.next = timer;
        timer.previous = timer;
        timer.slot = -1;
        size--;
    }

    /** The first tick from {@code from} on whose slot may hold timers, or {@code limit}. */
    private long nextOccupied(long from, long limit) {
        long t = from;
        while (t < limit) {
            int slot = (int) (t & MASK);
            long bits = occupied[slot >> 6] >>> slot;
            if (bits != 0) {
                return Math.min(limit, t + Long.numberOfTrailingZeros(bits));
            }
            t += Long.SIZE - (slot & (Long.SIZE - 1));
        }
        return limit;
    }

    private static Timer sentinel() {
        return new Timer(now -> {});
    }
}
