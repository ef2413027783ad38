package io.evenkeel.it.lab;

import io.evenkeel.store.etcd.Place;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A machine of the laboratory: a network namespace with a loopback and one wire. */
public final class Machine {
    private final String name;
    private final String address;
    private final Path namespace;
    private final NamespaceThreads threads;
    private final ExecutorService callers;

    Machine(String name, String address, Path namespace) {
        this.name = name;
        this.address = address;
        this.namespace = namespace;
        this.threads = new NamespaceThreads(namespace);
        this.callers = Executors.newCachedThreadPool(threads);
    }

    /** Its name in the laboratory. */
    public String name() {
        return name;
    }

    /** Its address on the laboratory's network. */
    public String address() {
        return address;
    }

    /** For processes that run on it. */
    public Place place() {
        return place(List.of());
    }

    /** The same for processes with variables of their own, {@code NAME=VALUE}. */
    public Place place(List<String> variables) {
        List<String> before = new ArrayList<>();
        // Of the namespaces only that of the network: `ip netns exec` would hide control groups.
        before.add("nsenter");
        before.add("--net=" + namespace);
        if (!variables.isEmpty()) {
            before.add("env");
            before.addAll(variables);
        }
        return new Place(address, before, callers);
    }

    /** A thread of this process that is on that machine: each socket it opens is there. */
    public Thread thread(Runnable work) {
        return threads.newThread(work);
    }

    /** The hardware address by which it reaches an address on its network; empty: it does not. */
    public String neighbour(String other) throws IOException {
        String known = Command.run("ip", "-n", namespace(), "neighbour", "show", "to", other);
        int at = known.indexOf("lladdr ");
        return at < 0 ? "" : known.substring(at + 7, at + 24);
    }

    /** Its name among this machine's network namespaces. */
    String namespace() {
        return namespace.getFileName().toString();
    }

    void close() {
        callers.shutdownNow();
    }

    @Override
    public String toString() {
        return name;
    }
}
