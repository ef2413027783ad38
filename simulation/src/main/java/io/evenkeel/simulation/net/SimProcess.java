package io.evenkeel.simulation.net;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A program on a machine of its own: its loops run, stand still or are gone. What the kernel does
 * for it (accepting into a backlog, filling buffers, closing after its death) goes on without it.
 */
public final class SimProcess {
    private final SimNetwork network;
    private final String name;
    private final InetAddress address;
    private final int number;
    private final List<SimLoop> loops = new ArrayList<>();
    private final Set<SimConnection> connections = new LinkedHashSet<>();
    private final List<SimListener> listeners = new ArrayList<>();
    private final Set<Integer> cutFrom = new LinkedHashSet<>();
    private boolean paused;
    private boolean dead;
    private boolean lost;
    private int nextPort = 20_000;

    SimProcess(SimNetwork network, String name, InetAddress address, int number) {
        this.network = network;
        this.name = name;
        this.address = address;
        this.number = number;
    }

    /** A new loop of this process. */
    public SimLoop loop() {
        SimLoop loop = new SimLoop(network, this);
        loops.add(loop);
        return loop;
    }

    /** The name given, for logs. */
    public String name() {
        return name;
    }

    /** The machine's address. */
    public InetAddress address() {
        return address;
    }

    /** An address of this process with that port. */
    public InetSocketAddress at(int port) {
        return new InetSocketAddress(address, port);
    }

    /** Connections the process holds, accepted or made, not yet closed by it. */
    public int connectionCount() {
        return connections.size();
    }

    /** Whether its code runs: neither paused, dead nor lost. */
    public boolean isRunning() {
        return !paused && !dead && !lost;
    }

    /** SIGSTOP, or a garbage collector's pause: no loop turns; the kernel goes on. */
    public void pause() {
        paused = true;
    }

    /** SIGCONT: loops that missed something turn at once. */
    public void resume() {
        paused = false;
        for (SimLoop loop : loops) {
            loop.resumed();
        }
    }

    /** SIGKILL: the kernel closes what the process held; later connections are refused. */
    public void kill() {
        if (dead) {
            return;
        }
        dead = true;
        for (SimListener listener : List.copyOf(listeners)) {
            listener.close();
        }
        for (SimConnection connection : List.copyOf(connections)) {
            connection.close();
        }
    }

    /** Power cut: the machine is gone without a word to anybody. */
    public void lose() {
        lost = true;
    }

    /** Cuts the link to another process: what is sent waits. */
    public void cut(SimProcess other) {
        cutFrom.add(other.number);
        other.cutFrom.add(number);
    }

    /** Heals the link to another process. */
    public void heal(SimProcess other) {
        cutFrom.remove(other.number);
        other.cutFrom.remove(number);
        network.healed();
    }

    /** Whether it was killed. */
    public boolean isDead() {
        return dead;
    }

    boolean isLost() {
        return lost;
    }

    boolean isCutFrom(SimProcess other) {
        return cutFrom.contains(other.number);
    }

    int freePort(InetAddress at) {
        while (network.isBound(new InetSocketAddress(at, nextPort))) {
            nextPort++;
        }
        return nextPort++;
    }

    void add(SimConnection connection) {
        connections.add(connection);
    }

    void remove(SimConnection connection) {
        connections.remove(connection);
    }

    void add(SimListener listener) {
        listeners.add(listener);
    }

    void remove(SimListener listener) {
        listeners.remove(listener);
    }

    @Override
    public String toString() {
        return name;
    }
}
