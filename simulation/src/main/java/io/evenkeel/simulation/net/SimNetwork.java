package io.evenkeel.simulation.net;

import io.evenkeel.gateway.net.NetFailure;
import io.evenkeel.simulation.time.EventQueue;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What joins the processes: addresses, listeners, and the links between them. Links are cut and
 * healed on command; packets of a cut link wait until it is healed or the network gives up.
 */
public final class SimNetwork {
    private final EventQueue queue;
    private final RandomGenerator random;
    private final NetworkOptions options;

    /** Who listens where; looked up only, never iterated. */
    private final Map<InetSocketAddress, List<SimListener>> listeners = new HashMap<>();

    private final List<SimProcess> processes = new ArrayList<>();
    private final List<Pipe> stalled = new ArrayList<>();
    private int nextEphemeralPort = 32_768;

    /** A network without processes. */
    public SimNetwork(EventQueue queue, RandomGenerator random, NetworkOptions options) {
        this.queue = queue;
        this.random = random;
        this.options = options;
    }

    /** Starts a process with an address of its own, 10.0.0.0/8 by the order of the calls. */
    public SimProcess process(String name) {
        int number = processes.size() + 1;
        byte[] address = {10, (byte) (number >> 16), (byte) (number >> 8), (byte) number};
        try {
            return process(name, InetAddress.getByAddress(address));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }

    /** Starts a process at the address of one that is dead: a restart on the same machine. */
    public SimProcess restarted(SimProcess dead) {
        return process(dead.name(), dead.address());
    }

    private SimProcess process(String name, InetAddress address) {
        SimProcess process = new SimProcess(this, name, address, processes.size() + 1);
        processes.add(process);
        return process;
    }

    /** The options that hold for every connection. */
    public NetworkOptions options() {
        return options;
    }

    /** Heals every link that has become whole: waiting packets travel on. */
    void healed() {
        List<Pipe> waiting = new ArrayList<>(stalled);
        stalled.clear();
        for (Pipe pipe : waiting) {
            pipe.retry();
        }
    }

    EventQueue queue() {
        return queue;
    }

    RandomGenerator random() {
        return random;
    }

    boolean chance(int permille) {
        return permille > 0 && random.nextInt(1000) < permille;
    }

    boolean joined(SimProcess a, SimProcess b) {
        return !a.isLost() && !b.isLost() && !a.isCutFrom(b);
    }

    void stall(Pipe pipe) {
        stalled.add(pipe);
    }

    /** One way through the network for something small. */
    long transitNanos() {
        long jitter = options.jitterNanos() == 0 ? 0 : random.nextLong(options.jitterNanos() + 1);
        return options.latencyNanos() + jitter;
    }

    int ephemeralPort() {
        int port = nextEphemeralPort;
        nextEphemeralPort = port == 65_535 ? 32_768 : port + 1;
        return port;
    }

    /**
     * Binds a listener.
     *
     * @return why not, or null when bound
     */
    @Nullable String bind(SimListener listener, boolean shared) {
        List<SimListener> there =
                listeners.computeIfAbsent(listener.local(), a -> new ArrayList<>(1));
        if (!there.isEmpty() && !(shared && there.getFirst().isShared())) {
            return "can't listen on " + listener.local() + ": it is in use; choose another port";
        }
        there.add(listener);
        return null;
    }

    boolean isBound(InetSocketAddress address) {
        List<SimListener> there = listeners.get(address);
        return there != null && !there.isEmpty();
    }

    void unbind(SimListener listener) {
        List<SimListener> there = listeners.get(listener.local());
        if (there != null) {
            there.remove(listener);
        }
    }

    /** A connection request leaves. */
    void connect(SimConnection client) {
        queue.after(transitNanos(), () -> arrive(client));
    }

    private void arrive(SimConnection client) {
        if (!client.isConnecting()) {
            return;
        }
        List<SimListener> there = listeners.get(client.remote());
        SimListener listener =
                there == null || there.isEmpty()
                        ? null
                        : there.get(there.size() == 1 ? 0 : random.nextInt(there.size()));
        SimProcess target = listener == null ? owner(client.remote()) : listener.process();
        if (target != null && !joined(client.process(), target)) {
            // Nobody answers: the network repeats the request until it gives up.
            if (queue.nowNanos() - client.begunNanos() < options.giveUpNanos()) {
                queue.after(options.synRetryNanos(), () -> arrive(client));
            } else {
                client.fail(NetFailure.TIMED_OUT);
            }
            return;
        }
        if (listener == null) {
            queue.after(transitNanos(), () -> client.fail(NetFailure.REFUSED));
        } else if (listener.isBacklogFull()) {
            queue.after(options.synRetryNanos(), () -> arrive(client));
        } else {
            SimConnection server = client.meet(listener);
            listener.offer(server);
            queue.after(transitNanos(), client::connected);
        }
    }

    private @Nullable SimProcess owner(InetSocketAddress address) {
        for (int i = processes.size() - 1; i >= 0; i--) {
            SimProcess process = processes.get(i);
            if (process.address().equals(address.getAddress())) {
                return process;
            }
        }
        return null;
    }
}
