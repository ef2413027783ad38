package io.evenkeel.simulation.hosts;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The storage: a disk for each machine, its clients, what is refused, and the token under which it
 * is sealed. A client that dies is listed for half a minute more.
 */
final class SimStorage {
    static final long LINGER_NANOS = 30_000_000_000L;

    /** One process that has a disk open: one incarnation of a machine. */
    static final class Client {
        final String machine;
        final SimHost host;
        final long token;
        final String id;
        boolean dead;
        long diedNanos;

        private Client(String machine, SimHost host, long token, long nonce) {
            this.machine = machine;
            this.host = host;
            this.token = token;
            this.id = host.address + "/" + nonce;
        }
    }

    private static final class Disk {
        long sealed;
        final List<Client> clients = new ArrayList<>();
    }

    private final TreeMap<String, Disk> disks = new TreeMap<>();
    private final TreeSet<String> refused = new TreeSet<>();
    private final boolean seals;
    private long nonces;

    /** Grows with whatever may make a second writer. */
    private long changes;

    long changes() {
        return changes;
    }

    SimStorage(boolean seals) {
        this.seals = seals;
    }

    private Disk disk(String machine) {
        return disks.computeIfAbsent(machine, _ -> new Disk());
    }

    /** Nobody opens the disk under a lower token from now on; who has it open is refused. */
    void seal(String machine, long token) {
        if (seals) {
            Disk disk = disk(machine);
            disk.sealed = Math.max(disk.sealed, token);
            for (Client client : disk.clients) {
                if (client.token < disk.sealed) {
                    refuse(client.id);
                }
            }
        }
    }

    /** Null: refused. */
    @Nullable Client open(String machine, SimHost host, long token) {
        Disk disk = disk(machine);
        if (token < disk.sealed || refused.contains(host.address)) {
            return null;
        }
        Client client = new Client(machine, host, token, ++nonces);
        disk.clients.add(client);
        changes++;
        return client;
    }

    /** Its process is gone. */
    void died(Client client, long nowNanos) {
        client.dead = true;
        client.diedNanos = nowNanos;
    }

    boolean ableToWrite(Client client) {
        return !client.dead
                && !refused.contains(client.host.address)
                && !refused.contains(client.id);
    }

    List<Client> clients(String machine) {
        return disk(machine).clients;
    }

    /** What is listed as open from the host; dead ones linger. */
    List<Client> listed(SimHost host, long nowNanos) {
        List<Client> listed = new ArrayList<>();
        for (Disk disk : disks.values()) {
            disk.clients.removeIf(c -> c.dead && nowNanos - c.diedNanos > LINGER_NANOS);
            for (Client client : disk.clients) {
                if (client.host == host) {
                    listed.add(client);
                }
            }
        }
        return listed;
    }

    void refuse(String entry) {
        refused.add(entry);
    }

    boolean refuses(String entry) {
        return refused.contains(entry);
    }

    /** These are served again. */
    void serve(List<String> entries) {
        entries.forEach(refused::remove);
        changes++;
    }

    /** The machine of which two can write, null if there is none. */
    @Nullable String writtenTwice() {
        for (var disk : disks.entrySet()) {
            int able = 0;
            for (Client client : disk.getValue().clients) {
                able += ableToWrite(client) ? 1 : 0;
            }
            if (able > 1) {
                return disk.getKey();
            }
        }
        return null;
    }
}
