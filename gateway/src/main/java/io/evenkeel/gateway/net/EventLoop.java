package io.evenkeel.gateway.net;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all transports' loops have in common: the thread and its turns. One turn: wait, events,
 * tasks of other threads, timers, work at the turn's end. Events come before timers, so that after
 * a pause of the whole process what the peers sent meanwhile is heard before their silence is
 * judged.
 */
public abstract class EventLoop implements NetLoop, AutoCloseable {
    /** Tasks of other threads that may wait. */
    public static final int TASK_LIMIT = 8192;

    /** The longest wait. A loop that wakes now and then knows how long it was kept from running. */
    private static final long WAIT_LIMIT_NANOS = 200_000_000L;

    private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);

    private final Thread thread;
    private final ArrayBlockingQueue<Runnable> tasks = new ArrayBlockingQueue<>(TASK_LIMIT);
    private final AtomicBoolean wakeupPending = new AtomicBoolean();
    private final ArrayDeque<Runnable> deferred = new ArrayDeque<>();
    private final List<Runnable> turnEnd = new ArrayList<>();
    private final LoopStats stats = new LoopStats();
    private final TimerWheel wheel;
    private volatile boolean stopping;

    private long nowNanos;
    private long attendedNanos;
    private long waitBeganNanos;
    private long waitPlannedNanos;
    private boolean inTurn;

    /**
     * A loop that isn't started. Listeners may be added before {@link #start}.
     *
     * @param name the thread's name
     */
    @SuppressWarnings("this-escape") // to a thread that only start() starts
    protected EventLoop(String name) {
        nowNanos = System.nanoTime();
        waitBeganNanos = nowNanos;
        wheel = new TimerWheel(nowNanos);
        thread = Thread.ofPlatform().name(name).daemon(true).unstarted(this::run);
    }

    /**
     * Waits for events and calls their handlers, {@link #beginTurn} before the first.
     *
     * @param waitNanos how long at most; 0 to look only
     */
    protected abstract void poll(long waitNanos) throws IOException;

    /** Ends a {@link #poll} that waits, or the next one if none does. Any thread. */
    protected abstract void wake();

    /** Closes all connections and listeners without a call to their handlers. Idempotent. */
    protected abstract void release();

    /** Starts the loop's thread. */
    public final void start() {
        thread.start();
    }

    /** The loop's thread: for measurements. */
    public final Thread thread() {
        return thread;
    }

    /**
     * Ends the loop: connections and listeners are closed without a call to their handlers. Waits
     * for the thread for ten seconds at most. Any thread but the loop's own; idempotent.
     */
    @Override
    public final void close() {
        stopping = true;
        try {
            if (thread.getState() == Thread.State.NEW) {
                end();
            } else {
                wake();
                thread.join(TimeUnit.SECONDS.toMillis(10));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public final long nanos() {
        return nowNanos;
    }

    @Override
    public final long attendedNanos() {
        return attendedNanos;
    }

    @Override
    public final boolean execute(Runnable task) {
        if (stopping || !tasks.offer(task)) {
            return false;
        }
        if (stopping && tasks.remove(task)) {
            // The loop may have looked for the last time.
            return false;
        }
        // The loop itself looks at its tasks before it waits.
        if (!thread.equals(Thread.currentThread()) && wakeupPending.compareAndSet(false, true)) {
            wake();
        }
        return true;
    }

    @Override
    public final void schedule(Timer timer, long deadlineNanos) {
        wheel.schedule(timer, deadlineNanos);
    }

    @Override
    public final void cancel(Timer timer) {
        wheel.cancel(timer);
    }

    @Override
    public final void atTurnEnd(Runnable work) {
        turnEnd.add(work);
    }

    @Override
    public final LoopStats stats() {
        return stats;
    }

    /** For the transport: runs a callback later in this turn or early in the next one. */
    public final void defer(Runnable callback) {
        deferred.add(callback);
    }

    private void run() {
        waitBeganNanos = System.nanoTime();
        while (!stopping) {
            turn();
        }
        end();
    }

    private void end() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            if (task instanceof Arrival arrival) {
                arrival.turnedAway();
            }
        }
        release();
    }

    private void turn() {
        long wait = Math.min(WAIT_LIMIT_NANOS, wheel.nextDeadlineNanos() - waitBeganNanos);
        boolean look = wait <= 0 || !tasks.isEmpty() || !deferred.isEmpty();
        waitPlannedNanos = look ? 0 : wait;
        inTurn = false;
        try {
            poll(waitPlannedNanos);
        } catch (IOException e) {
            LOG.error("waiting for events failed; the loop goes on", e);
        }
        beginTurn();
        wakeupPending.set(false);
        runDeferred();
        runTasks();
        wheel.advance(nowNanos);
        for (int i = 0; i < turnEnd.size(); i++) {
            guarded(turnEnd.get(i));
        }
        endTurn();
    }

    /** For the transport: events were found; the clock is read. */
    protected final void beginTurn() {
        if (inTurn) {
            return;
        }
        inTurn = true;
        nowNanos = System.nanoTime();
        long waited = nowNanos - waitBeganNanos;
        long late = waited - waitPlannedNanos;
        if (late > LoopStats.PUNCTUAL_NANOS) {
            stats.lost(late);
            waited -= late;
        }
        attendedNanos += waited;
    }

    private void endTurn() {
        waitBeganNanos = System.nanoTime();
        long took = waitBeganNanos - nowNanos;
        stats.turn(took);
        if (took > LoopStats.PUNCTUAL_NANOS) {
            stats.lost(took - LoopStats.PUNCTUAL_NANOS);
            took = LoopStats.PUNCTUAL_NANOS;
        }
        attendedNanos += took;
    }

    private void runDeferred() {
        // Only those there now: a callback may defer another one.
        for (int n = deferred.size(); n > 0; n--) {
            Runnable callback = deferred.poll();
            if (callback != null) {
                guarded(callback);
            }
        }
    }

    private void runTasks() {
        for (int n = tasks.size(); n > 0; n--) {
            Runnable task = tasks.poll();
            if (task == null) {
                return;
            }
            guarded(task);
        }
    }

    private static void guarded(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | StackOverflowError | AssertionError e) {
            broken(e);
        }
    }

    /** A handler threw, which none may: one connection is lost, not the loop. */
    protected static void broken(Throwable e) {
        LOG.error("a handler broke its contract by throwing; its work is given up", e);
    }
}
