package io.evenkeel.simulation.net;

import io.evenkeel.gateway.net.Acceptor;
import io.evenkeel.gateway.net.Connection;
import io.evenkeel.gateway.net.ConnectionHandler;
import io.evenkeel.gateway.net.ListenOptions;
import io.evenkeel.gateway.net.ListenResult;
import io.evenkeel.gateway.net.LoopStats;
import io.evenkeel.gateway.net.NetLoop;
import io.evenkeel.gateway.net.Timer;
import io.evenkeel.gateway.net.TimerWheel;
import io.evenkeel.simulation.time.EventQueue;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An event loop of a simulated process. One turn is one event of the queue: edges, new connections,
 * tasks, timers, work at the turn's end, in that order, as the real transports do. Between turns
 * time passes; within a turn it stands still.
 */
public final class SimLoop implements NetLoop {
    /** Tasks that may wait. */
    public static final int TASK_LIMIT = 8192;

    private final SimNetwork network;
    private final EventQueue queue;
    private final SimProcess process;
    private final TimerWheel wheel;
    private final LoopStats stats = new LoopStats();
    private final ArrayDeque<Runnable> edges = new ArrayDeque<>();
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final List<Runnable> turnEnd = new ArrayList<>();
    private EventQueue.@Nullable Event wake;
    private long lastTurnNanos;
    private long attendedNanos;
    private long missedSinceNanos = -1;
    private boolean inTurn;

    SimLoop(SimNetwork network, SimProcess process) {
        this.network = network;
        this.queue = network.queue();
        this.process = process;
        this.wheel = new TimerWheel(queue.nowNanos());
        this.lastTurnNanos = queue.nowNanos();
    }

    @Override
    public long nanos() {
        return queue.nowNanos();
    }

    @Override
    public long attendedNanos() {
        return inTurn || !process.isRunning()
                ? attendedNanos
                : attendedNanos + queue.nowNanos() - lastTurnNanos;
    }

    @Override
    public ListenResult listen(
            InetSocketAddress address, ListenOptions options, Acceptor acceptor) {
        InetSocketAddress bound = address;
        if (address.getPort() == 0) {
            bound =
                    new InetSocketAddress(
                            address.getAddress(), process.freePort(address.getAddress()));
        }
        SimListener listener = new SimListener(network, this, bound, options, acceptor);
        String problem = network.bind(listener, options.sharedPort());
        if (problem != null) {
            return new ListenResult.Refused(problem);
        }
        process.add(listener);
        return new ListenResult.Listening(listener);
    }

    @Override
    public Connection connect(InetSocketAddress address, ConnectionHandler handler) {
        SimConnection connection = SimConnection.connecting(network, this, address, handler);
        network.connect(connection);
        return connection;
    }

    /** A simulated process has one loop: there is no other. */
    @Override
    public boolean move(Connection connection, NetLoop to, Acceptor acceptor) {
        return false;
    }

    @Override
    public boolean execute(Runnable task) {
        if (process.isDead() || tasks.size() >= TASK_LIMIT) {
            return false;
        }
        tasks.add(task);
        wakeAt(queue.nowNanos());
        return true;
    }

    @Override
    public void schedule(Timer timer, long deadlineNanos) {
        wheel.schedule(timer, deadlineNanos);
        if (!inTurn) {
            planTimers();
        }
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

    SimProcess process() {
        return process;
    }

    /** Something happened to a connection: its handler is told in the next turn. */
    void edge(Runnable callback) {
        edges.add(callback);
        wakeAt(queue.nowNanos());
    }

    void acceptable(SimListener listener) {
        edge(listener::acceptAll);
    }

    /** The process runs again. */
    void resumed() {
        if (missedSinceNanos >= 0) {
            wakeAt(queue.nowNanos());
        }
    }

    private void wakeAt(long timeNanos) {
        EventQueue.Event planned = wake;
        if (planned != null) {
            if (planned.timeNanos() <= timeNanos) {
                return;
            }
            planned.cancel();
        }
        wake = queue.at(timeNanos, this::turn);
    }

    private void turn() {
        wake = null;
        if (!process.isRunning()) {
            if (missedSinceNanos < 0) {
                missedSinceNanos = queue.nowNanos();
            }
            return;
        }
        beginTurn();
        inTurn = true;
        // Only those there now: what a callback causes belongs to the next turn.
        for (int n = edges.size(); n > 0; n--) {
            edges.remove().run();
        }
        for (int n = tasks.size(); n > 0; n--) {
            tasks.remove().run();
        }
        wheel.advance(queue.nowNanos());
        for (int i = 0; i < turnEnd.size(); i++) {
            turnEnd.get(i).run();
        }
        inTurn = false;
        stats.turn(0);
        if (!edges.isEmpty() || !tasks.isEmpty()) {
            wakeAt(queue.nowNanos());
        }
        planTimers();
    }

    private void beginTurn() {
        long now = queue.nowNanos();
        long waited = now - lastTurnNanos;
        long late = missedSinceNanos < 0 ? 0 : now - missedSinceNanos;
        if (late > LoopStats.PUNCTUAL_NANOS) {
            stats.lost(late);
            waited -= late;
        }
        attendedNanos += waited;
        lastTurnNanos = now;
        missedSinceNanos = -1;
    }

    private void planTimers() {
        long next = wheel.nextDeadlineNanos();
        if (next != Long.MAX_VALUE) {
            wakeAt(next);
        }
    }
}
