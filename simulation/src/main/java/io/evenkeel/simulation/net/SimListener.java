package io.evenkeel.simulation.net;

import io.evenkeel.gateway.net.Acceptor;
import io.evenkeel.gateway.net.ListenOptions;
import io.evenkeel.gateway.net.Listener;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;

/** A bound address and the connections that wait to be accepted. */
final class SimListener implements Listener {
    private final SimNetwork network;
    private final SimLoop loop;
    private final InetSocketAddress local;
    private final ListenOptions options;
    private final Acceptor acceptor;
    private final ArrayDeque<SimConnection> backlog = new ArrayDeque<>();
    private boolean accepting = true;
    private boolean open = true;

    SimListener(
            SimNetwork network,
            SimLoop loop,
            InetSocketAddress local,
            ListenOptions options,
            Acceptor acceptor) {
        this.network = network;
        this.loop = loop;
        this.local = local;
        this.options = options;
        this.acceptor = acceptor;
    }

    @Override
    public InetSocketAddress local() {
        return local;
    }

    @Override
    public void accepting(boolean accepting) {
        this.accepting = accepting;
        if (accepting && !backlog.isEmpty()) {
            loop.acceptable(this);
        }
    }

    @Override
    public void close() {
        if (!open) {
            return;
        }
        open = false;
        network.unbind(this);
        process().remove(this);
        while (!backlog.isEmpty()) {
            backlog.remove().reset();
        }
    }

    SimProcess process() {
        return loop.process();
    }

    SimLoop loop() {
        return loop;
    }

    boolean isShared() {
        return options.sharedPort();
    }

    boolean isBacklogFull() {
        return backlog.size() >= options.backlog();
    }

    void offer(SimConnection connection) {
        backlog.add(connection);
        if (accepting) {
            loop.acceptable(this);
        }
    }

    /** On the loop's turn: hands over what waits. */
    void acceptAll() {
        while (open && accepting && !backlog.isEmpty()) {
            SimConnection connection = backlog.remove();
            loop.stats().acceptedOne();
            connection.accepted(acceptor);
        }
    }
}
