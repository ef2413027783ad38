package io.evenkeel.gateway.net.nio;

import io.evenkeel.gateway.net.Acceptor;
import io.evenkeel.gateway.net.Connection;
import io.evenkeel.gateway.net.ConnectionHandler;
import io.evenkeel.gateway.net.ListenOptions;
import io.evenkeel.gateway.net.ListenResult;
import io.evenkeel.gateway.net.LoopStats;
import io.evenkeel.gateway.net.NetLoop;
import io.evenkeel.gateway.net.Timer;
import io.evenkeel.gateway.net.TimerWheel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An event loop over a {@link Selector}. One turn: wait, events, tasks of other threads, timers,
 * work at the turn's end. Events come before timers, so that after a pause of the whole process
 * what the peers sent meanwhile is heard before their silence is judged.
 *
 * <p>A steady turn allocates nothing: the selector hands its keys to a consumer instead of a set.
 */
public final class NioLoop implements NetLoop, AutoCloseable {
    /** Tasks of other threads that may wait. */
    public static final int TASK_LIMIT = 8192;

    /** The longest wait. A loop that wakes now and then knows how long it was kept from running. */
    private static final long WAIT_LIMIT_NANOS = 200_000_000L;

    private static final Logger LOG = LoggerFactory.getLogger(NioLoop.class);

    private final Thread thread;
    private final Selector selector;
    private final ArrayBlockingQueue<Runnable> tasks = new ArrayBlockingQueue<>(TASK_LIMIT);
    private final AtomicBoolean wakeupPending = new AtomicBoolean();
    private final ArrayDeque<Runnable> deferred = new ArrayDeque<>();
    private final List<Runnable> turnEnd = new ArrayList<>();
    private final LoopStats stats = new LoopStats();
    private final Consumer<SelectionKey> dispatch = this::dispatch;
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
     * @throws UncheckedIOException if the system has no selector to give (descriptors used up)
     */
    public NioLoop(String name) {
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot open a selector; raise the limit on open files", e);
        }
        nowNanos = System.nanoTime();
        waitBeganNanos = nowNanos;
        wheel = new TimerWheel(nowNanos);
        thread = Thread.ofPlatform().name(name).daemon(true).unstarted(this::run);
    }

    /**
     * Why an address can't be listened on by us alone, with what to do; null if it can, or if its
     * port is 0. To be asked before several loops share a port: the kernel lets another process of
     * the same user join them without a word.
     */
    public static @Nullable String listenProblem(InetSocketAddress address) {
        return NioListener.problem(address);
    }

    /** Starts the loop's thread. */
    public void start() {
        thread.start();
    }

    /** The loop's thread: for measurements. */
    public Thread thread() {
        return thread;
    }

    /**
     * Ends the loop: connections and listeners are closed without a call to their handlers. Waits
     * for the thread for ten seconds at most. Any thread but the loop's own; idempotent.
     */
    @Override
    public void close() {
        stopping = true;
        selector.wakeup();
        try {
            if (thread.getState() == Thread.State.NEW) {
                shutDown();
            } else {
                thread.join(TimeUnit.SECONDS.toMillis(10));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public long nanos() {
        return nowNanos;
    }

    @Override
    public long attendedNanos() {
        return attendedNanos;
    }

    @Override
    public ListenResult listen(
            InetSocketAddress address, ListenOptions options, Acceptor acceptor) {
        return NioListener.open(this, address, options, acceptor);
    }

    @Override
    public Connection connect(InetSocketAddress address, ConnectionHandler handler) {
        return NioConnection.connect(this, address, handler);
    }

    @Override
    public boolean execute(Runnable task) {
        if (stopping || !tasks.offer(task)) {
            return false;
        }
        if (wakeupPending.compareAndSet(false, true)) {
            selector.wakeup();
        }
        return true;
    }

    @Override
    public void schedule(Timer timer, long deadlineNanos) {
        wheel.schedule(timer, deadlineNanos);
    }

    @Override
    public void cancel(Timer timer) {
        wheel.cancel(timer);
    }

    @Override
    public void atTurnEnd(Runnable work) {
        turnEnd.add(work);
    }

    @Override
    public LoopStats stats() {
        return stats;
    }

    Selector selector() {
        return selector;
    }

    /** Runs a callback later in this turn or early in the next one. */
    void defer(Runnable callback) {
        deferred.add(callback);
    }

    private void run() {
        waitBeganNanos = System.nanoTime();
        while (!stopping) {
            turn();
        }
        shutDown();
    }

    private void turn() {
        long wait = Math.min(WAIT_LIMIT_NANOS, wheel.nextDeadlineNanos() - waitBeganNanos);
        boolean poll = wait <= 0 || !tasks.isEmpty() || !deferred.isEmpty();
        waitPlannedNanos = poll ? 0 : wait;
        inTurn = false;
        try {
            if (poll) {
                selector.selectNow(dispatch);
            } else {
                selector.select(dispatch, (wait + 999_999) / 1_000_000);
            }
        } catch (IOException e) {
            LOG.error("the selector failed; the loop goes on", e);
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

    private void beginTurn() {
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

    private void dispatch(SelectionKey key) {
        beginTurn();
        try {
            if (key.attachment() instanceof NioConnection connection) {
                connection.ready(key.readyOps());
            } else if (key.attachment() instanceof NioListener listener) {
                listener.ready();
            }
        } catch (RuntimeException | StackOverflowError | AssertionError e) {
            broken(e);
            if (key.attachment() instanceof NioConnection connection) {
                connection.reset();
            }
        }
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

    private void guarded(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | StackOverflowError | AssertionError e) {
            broken(e);
        }
    }

    /** A handler threw, which none may: one connection is lost, not the loop. */
    private static void broken(Throwable e) {
        LOG.error("a handler broke its contract by throwing; its work is given up", e);
    }

    private void shutDown() {
        if (!selector.isOpen()) {
            return;
        }
        for (SelectionKey key : List.copyOf(selector.keys())) {
            try {
                key.channel().close();
            } catch (IOException e) {
                LOG.debug("closing at the loop's end", e);
            }
        }
        try {
            selector.close();
        } catch (IOException e) {
            LOG.debug("closing the selector", e);
        }
        tasks.clear();
    }
}
