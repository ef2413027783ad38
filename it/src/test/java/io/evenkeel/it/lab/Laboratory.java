package io.evenkeel.it.lab;

import io.evenkeel.it.Programs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Machines on a network of their own: each is a network namespace with an address on a bridge that
 * is in a namespace too, so that nothing of it shows on this machine. Needs root, {@code ip} and
 * {@code nft}.
 *
 * <p>All names carry the process id. However this process ends, a guard removes everything: it
 * kills what runs in the namespaces, and deletes them. What a guard that was killed as well has
 * left is removed by the next laboratory. Thread-safe.
 */
public final class Laboratory implements AutoCloseable {
    private static final Path NAMESPACES = Path.of("/run/netns");
    private static final String NETWORK = "10.77.0.";
    private static final String STORAGE_NETWORK = "10.78.0.";

    /** Its first argument says what to do; {@code guard} waits for the end of its input. */
    private static final String SWEEP =
            """
            sweep() {
                for name in $(ip netns list | cut -d ' ' -f 1 | grep "^$1-"); do
                    for process in $(ip netns pids "$name"); do kill -9 "$process"; done
                    ip netns delete "$name"
                done
            }
            case $1 in
                guard) cat; sweep "$2" ;;
                leftovers)
                    for name in $(ip netns list | cut -d ' ' -f 1 | grep '^evenkeel-[0-9]*-'); do
                        maker=${name#evenkeel-}
                        maker=${maker%%-*}
                        [ -d "/proc/$maker" ] || sweep "evenkeel-$maker"
                    done ;;
            esac
            """;

    private final String prefix = "evenkeel-" + ProcessHandle.current().pid();
    private final Process guard;
    private final Wires wires;
    private final Map<String, Machine> machines = new LinkedHashMap<>();

    private Laboratory() throws IOException {
        Command.run("sh", "-c", SWEEP, "laboratory", "leftovers");
        // In a session of its own, so that what ends this process by its group does not end it.
        guard =
                new ProcessBuilder("setsid", "sh", "-c", SWEEP, "laboratory", "guard", prefix)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try {
            Command.run("ip", "netns", "add", bridge());
            for (String bridge : List.of("br0", "br1")) {
                ip("-n", bridge(), "link", "add", bridge, "type", "bridge");
                ip("-n", bridge(), "link", "set", bridge, "up");
            }
            wires = new Wires(NAMESPACES.resolve(bridge()).toString());
        } catch (IOException | RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /** An empty one. In CI what it needs has to be there; elsewhere the test is skipped. */
    public static Laboratory open() throws IOException {
        Programs.require("ip");
        Programs.require("nft");
        Programs.requireRoot();
        return new Laboratory();
    }

    private String bridge() {
        return prefix + "-bridge";
    }

    static void ip(String... arguments) throws IOException {
        String[] command = new String[arguments.length + 1];
        command[0] = "ip";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        Command.run(command);
    }

    /** Adds a machine; its name has at most ten letters and digits. */
    public synchronized Machine machine(String name) throws IOException {
        String namespace = prefix + "-" + name;
        String address = NETWORK + (machines.size() + 11);
        ip("netns", "add", namespace);
        ip("-n", namespace, "link", "set", "lo", "up");
        ip("-n", bridge(), "link", "add", name, "type", "veth", "peer", "eth0", "netns", namespace);
        ip("-n", bridge(), "link", "set", name, "master", "br0", "up");
        ip("-n", namespace, "address", "add", address + "/24", "dev", "eth0");
        ip("-n", namespace, "link", "set", "eth0", "up");
        Machine machine = new Machine(name, address, NAMESPACES.resolve(namespace));
        machines.put(name, machine);
        return machine;
    }

    /**
     * Gives a machine a second wire, to the network of storage; returns its address there. It ends
     * in the same number as the first.
     */
    public synchronized String storageWire(Machine machine) throws IOException {
        String namespace = machine.namespace();
        String address =
                STORAGE_NETWORK
                        + machine.address().substring(machine.address().lastIndexOf('.') + 1);
        String wire = machine.name() + "-s";
        ip("-n", bridge(), "link", "add", wire, "type", "veth", "peer", "eth1", "netns", namespace);
        ip("-n", bridge(), "link", "set", wire, "master", "br1", "up");
        ip("-n", namespace, "address", "add", address + "/24", "dev", "eth1");
        ip("-n", namespace, "link", "set", "eth1", "up");
        return address;
    }

    /** Pulls all wires of a machine, or puts them back. */
    synchronized void plug(Machine machine, boolean in) throws IOException {
        for (String wire : List.of(machine.name(), machine.name() + "-s")) {
            ip("-n", bridge(), "link", "set", wire, in ? "up" : "down");
        }
    }

    /** The wires between its machines. */
    public Wires wires() {
        return wires;
    }

    /** Ends all that runs on its machines, and removes them. */
    @Override
    public void close() throws IOException {
        machines.values().forEach(Machine::close);
        guard.getOutputStream().close();
        try {
            if (!guard.waitFor(20, TimeUnit.SECONDS)) {
                throw new IOException(prefix + " could not be removed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
