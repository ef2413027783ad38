package io.evenkeel.simulation.control;

import io.evenkeel.kernel.store.StoreState;
import io.evenkeel.kernel.store.Unknown;
import io.evenkeel.simulation.time.EventQueue;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * One process's way to the store: calls take time, get lost on the way there or back, or are
 * carried out long after their caller has given them up.
 */
public final class StoreWay {
    private static final long MILLI = 1_000_000L;

    /** How long a caller waits. */
    static final long DEADLINE_NANOS = 1_000 * MILLI;

    private final EventQueue queue;
    private final RandomGenerator random;
    private final StoreState store;

    private boolean lostThere;
    private boolean lostBack;
    private boolean slow;

    /** A way that works. */
    public StoreWay(EventQueue queue, RandomGenerator random, StoreState store) {
        this.queue = queue;
        this.random = random;
        this.store = store;
    }

    /** Loses what is sent in these directions from now on. */
    public void lose(boolean there, boolean back) {
        lostThere = there;
        lostBack = back;
    }

    /** Whether calls take up to seconds. */
    public void slow(boolean value) {
        slow = value;
    }

    /** Whether nothing comes back. */
    public boolean lostBack() {
        return lostBack;
    }

    /**
     * Calls the store; {@code reply} comes once, {@link Unknown} if nothing is known in time.
     *
     * @param unknown the answer when nobody knows
     */
    public <T> void call(Function<StoreState, T> operation, T unknown, Consumer<T> reply) {
        boolean[] answered = {false};
        queue.after(
                DEADLINE_NANOS,
                () -> {
                    if (!answered[0]) {
                        answered[0] = true;
                        reply.accept(unknown);
                    }
                });
        if (lostThere) {
            return;
        }
        queue.after(
                transit(),
                () -> {
                    T outcome = operation.apply(store);
                    if (lostBack) {
                        return;
                    }
                    queue.after(
                            transit(),
                            () -> {
                                if (!answered[0]) {
                                    answered[0] = true;
                                    reply.accept(outcome);
                                }
                            });
                });
    }

    /** How long one direction takes. */
    public long transit() {
        long usual = MILLI / 5 + (long) (random.nextDouble() * MILLI);
        return slow ? usual + (long) (random.nextDouble() * 6_000 * MILLI) : usual;
    }
}
