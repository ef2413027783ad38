package io.evenkeel.gateway.tunnel;

import io.evenkeel.gateway.net.Acceptor;
import io.evenkeel.gateway.net.Connection;
import io.evenkeel.gateway.net.ConnectionHandler;
import io.evenkeel.gateway.net.ListenOptions;
import io.evenkeel.gateway.net.ListenResult;
import io.evenkeel.gateway.net.LoopStats;
import io.evenkeel.gateway.net.NetLoop;
import io.evenkeel.gateway.net.Timer;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;

/** A loop without network whose tasks run when a test says so. */
final class HandLoop implements NetLoop {
    final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

    /** Whether it takes tasks. */
    boolean flooded;

    /** Set by {@link #schedule}. */
    int scheduled;

    /** Runs what was given to these loops until nothing is left. */
    static void run(HandLoop... loops) {
        boolean more = true;
        while (more) {
            more = false;
            for (HandLoop loop : loops) {
                Runnable task = loop.tasks.poll();
                if (task != null) {
                    more = true;
                    task.run();
                }
            }
        }
    }

    @Override
    public long nanos() {
        return 1;
    }

    @Override
    public long attendedNanos() {
        return 1;
    }

    @Override
    public ListenResult listen(InetSocketAddress address, ListenOptions options, Acceptor to) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Connection connect(InetSocketAddress address, ConnectionHandler handler) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean move(Connection connection, NetLoop to, Acceptor acceptor) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean execute(Runnable task) {
        return !flooded && tasks.add(task);
    }

    @Override
    public void schedule(Timer timer, long deadlineNanos) {
        scheduled++;
    }

    @Override
    public void cancel(Timer timer) {}

    @Override
    public void atTurnEnd(Runnable work) {}

    @Override
    public LoopStats stats() {
        return new LoopStats();
    }
}
