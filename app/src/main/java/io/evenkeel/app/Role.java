package io.evenkeel.app;

import io.evenkeel.model.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A role that runs in this process: what it consists of, and where it listens. What was started is
 * closed in the opposite order, whether the start was completed or not.
 */
final class Role implements AutoCloseable {
    /** Starts the parts of a role. */
    @FunctionalInterface
    interface Start {
        /** Keeps what it starts, and puts in where it listens; the role serves afterwards. */
        void into(Role role) throws IOException, InterruptedException;
    }

    private final Parts parts = new Parts();
    private final SortedMap<String, String> addresses = new TreeMap<>();
    private volatile boolean serving;

    private Role() {}

    /**
     * Starts everything; it serves when this returns.
     *
     * @throws StartException with one clear message when something can't be
     */
    static Role start(Start start) throws InterruptedException {
        Role role = new Role();
        try {
            start.into(role);
            role.serving = true;
            return role;
        } catch (StartException | InterruptedException failed) {
            role.close();
            throw failed;
        } catch (RuntimeException | IOException failed) {
            role.close();
            throw new StartException(String.valueOf(failed.getMessage()), failed);
        }
    }

    /** Where it really listens, by listener; any thread. */
    synchronized SortedMap<String, String> addresses() {
        return new TreeMap<>(addresses);
    }

    /** Where a listener really listens; empty before it does. */
    synchronized String address(String listener) {
        return addresses.getOrDefault(listener, "");
    }

    synchronized void listens(String listener, String address) {
        addresses.put(listener, address);
    }

    /** Whether everything is started. */
    boolean serving() {
        return serving;
    }

    <T extends AutoCloseable> T keep(String name, T part) {
        return parts.keep(name, part);
    }

    /** Idempotent. */
    @Override
    public void close() {
        serving = false;
        parts.close();
    }

    static InetSocketAddress resolve(String listener, HostPort address) {
        try {
            return new InetSocketAddress(
                    InetAddress.getAllByName(address.host())[0], address.port());
        } catch (UnknownHostException unknown) {
            throw new StartException(
                    listener + ": " + address + " has no address (expected: a known host)",
                    unknown);
        }
    }

    static String text(InetSocketAddress address) {
        return new HostPort(address.getAddress().getHostAddress(), address.getPort()).toString();
    }

    /** The folder for what a role keeps, without a setting. */
    static Path defaultDataDir() {
        if ("root".equals(System.getProperty("user.name"))) {
            return Path.of("/var/lib/evenkeel");
        }
        String state = System.getenv("XDG_STATE_HOME");
        return state != null && !state.isEmpty()
                ? Path.of(state, "evenkeel")
                : Path.of(System.getProperty("user.home"), ".local", "state", "evenkeel");
    }
}
