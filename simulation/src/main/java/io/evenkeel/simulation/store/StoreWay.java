package io.evenkeel.simulation.store;

import io.evenkeel.kernel.store.HistoryPart;
import io.evenkeel.kernel.store.StoreState;
import io.evenkeel.kernel.store.Unknown;
import io.evenkeel.kernel.store.WatchBatch;
import io.evenkeel.simulation.time.EventQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * One process's way to the store: calls take time, get lost on the way there or back, overtake each
 * other, or are carried out long after their caller has given them up. Watches keep their order,
 * lag, stand still while the way is cut, and end when the history that they need is gone.
 */
public final class StoreWay {
    private static final long MILLI = 1_000_000L;

    /** How long a caller waits. */
    public static final long DEADLINE_NANOS = 1_000 * MILLI;

    /** Revisions that a watch is told in one go. */
    private static final int PART = 1_000;

    private final EventQueue queue;
    private final RandomGenerator random;
    private final SimStore store;
    private final List<Stream> streams = new ArrayList<>();

    private boolean lostThere;
    private boolean lostBack;
    private boolean slow;
    private int doubtPermille;

    StoreWay(EventQueue queue, RandomGenerator random, SimStore store) {
        this.queue = queue;
        this.random = random;
        this.store = store;
    }

    /** Loses what is sent in these directions from now on. */
    public void lose(boolean there, boolean back) {
        lostThere = there;
        lostBack = back;
        changed();
    }

    /** Whether calls take up to seconds. */
    public void slow(boolean value) {
        slow = value;
    }

    /** Share of calls of which nothing is heard again; half of them were carried out. */
    public void doubt(int permille) {
        doubtPermille = permille;
    }

    /** Whether calls and watches go through, in usual time. */
    public boolean isWhole() {
        return !lostThere && !lostBack && !slow && !store.isStopped();
    }

    private boolean isCut() {
        return lostThere || lostBack || store.isStopped();
    }

    /** Whether what comes back is lost. */
    public boolean lostBack() {
        return lostBack;
    }

    /** The process is gone: nothing is to be told it any more. */
    public void end() {
        streams.clear();
        store.forget(this);
    }

    /**
     * Calls the store; {@code reply} comes once, {@link Unknown} if nothing is known in time.
     *
     * @param unknown the answer when nobody knows
     */
    public <T> void call(Function<StoreState, T> operation, T unknown, Consumer<T> reply) {
        boolean doubt = doubtPermille > 0 && random.nextInt(1000) < doubtPermille;
        if (lostThere || store.isStopped() || (doubt && random.nextBoolean())) {
            queue.after(DEADLINE_NANOS, () -> reply.accept(unknown));
            return;
        }
        boolean[] answered = {false};
        EventQueue.Event deadline =
                queue.after(
                        DEADLINE_NANOS,
                        () -> {
                            answered[0] = true;
                            reply.accept(unknown);
                        });
        queue.after(
                transit(),
                () -> {
                    if (store.isStopped()) {
                        return;
                    }
                    T outcome = store.apply(operation);
                    if (lostBack || doubt) {
                        return;
                    }
                    queue.after(
                            transit(),
                            () -> {
                                if (!answered[0]) {
                                    deadline.cancel();
                                    reply.accept(outcome);
                                }
                            });
                });
    }

    /**
     * Watches everything from this revision on, until {@code ended} is called: then everything is
     * to be read again.
     */
    public Stream watch(long fromRevision, Consumer<WatchBatch> batches, Runnable ended) {
        Stream stream = new Stream(fromRevision, batches, ended);
        streams.add(stream);
        stream.plan();
        return stream;
    }

    /** There is something new at the store, or the way is another one. */
    void changed() {
        for (int i = 0; i < streams.size(); i++) {
            streams.get(i).plan();
        }
    }

    /** How long one direction takes. */
    public long transit() {
        long usual = MILLI / 5 + (long) (random.nextDouble() * MILLI);
        return slow ? usual + (long) (random.nextDouble() * 6_000 * MILLI) : usual;
    }

    /** A watch under way. */
    public final class Stream {
        private final Consumer<WatchBatch> batches;
        private final Runnable ended;
        private final int history = store.history();
        private long next;
        private boolean planned;

        private Stream(long next, Consumer<WatchBatch> batches, Runnable ended) {
            this.next = next;
            this.batches = batches;
            this.ended = ended;
        }

        /** Goes on behind this revision, which was not delivered: a fault of ours, planted. */
        public void skip() {
            next++;
        }

        private boolean isBehind() {
            return history != store.history() || next <= store.state().revision();
        }

        private void plan() {
            if (!planned && isBehind() && !isCut()) {
                planned = true;
                queue.after(transit(), this::deliver);
            }
        }

        private void deliver() {
            planned = false;
            if (!streams.contains(this) || isCut()) {
                return;
            }
            HistoryPart part =
                    history == store.history()
                            ? store.state().history("", next, store.state().revision(), PART)
                            : null;
            if (part == null) {
                streams.remove(this);
                ended.run();
                return;
            }
            next = part.nextRevision();
            part.batches().forEach(batches);
            plan();
        }
    }
}
