package io.evenkeel.host.ceph;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.evenkeel.host.foreign.Library;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A connection to a storage cluster, by librados.so.2. Thread-safe, as librados is. */
final class Cluster implements AutoCloseable {
    /** Longer than any call's deadline: then the process is ended, and nothing has to come back. */
    private static final int OPERATION_SECONDS = 30;

    private final Library rados;
    private final MemorySegment handle;

    private Cluster(Library rados, MemorySegment handle) {
        this.rados = rados;
        this.handle = handle;
    }

    /** Connects; takes at most the time-out. */
    static Cluster connect(
            Library rados, List<String> monitors, String user, String keyFile, int seconds) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment created = arena.allocate(ADDRESS);
            MemorySegment name = arena.allocateFrom("client." + user);
            check(
                    "rados_create2",
                    rados.number("rados_create2", created, arena.allocateFrom("ceph"), name, 0L));
            Cluster cluster = new Cluster(rados, created.get(ADDRESS, 0));
            Map<String, String> settings = new TreeMap<>();
            settings.put("mon_host", String.join(",", monitors));
            settings.put("client_mount_timeout", Integer.toString(seconds));
            settings.put("rados_mon_op_timeout", Integer.toString(OPERATION_SECONDS));
            settings.put("rados_osd_op_timeout", Integer.toString(OPERATION_SECONDS));
            settings.put("log_to_stderr", "false");
            settings.put("err_to_stderr", "false");
            settings.put("log_file", "");
            settings.put("admin_socket", "");
            // Who is to be refused with a lock's break is refused by us.
            settings.put("rbd_blocklist_on_break_lock", "false");
            if (keyFile.isEmpty()) {
                settings.put("auth_client_required", "none");
            } else {
                settings.put(isKeyring(keyFile) ? "keyring" : "keyfile", keyFile);
            }
            settings.forEach(cluster::set);
            int connected = rados.number("rados_connect", cluster.handle);
            if (connected < 0) {
                cluster.close();
                check("connecting to " + monitors, connected);
            }
            return cluster;
        }
    }

    private void set(String key, String value) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment from = arena.allocateFrom(key);
            MemorySegment to = arena.allocateFrom(value);
            check(key, rados.number("rados_conf_set", handle, from, to));
        }
    }

    /** A file of Ceph's with sections, or the key alone. */
    private static boolean isKeyring(String file) {
        try {
            return Files.readString(Path.of(file)).stripLeading().startsWith("[");
        } catch (IOException e) {
            throw new IllegalArgumentException("the key file " + file + " cannot be read: " + e, e);
        }
    }

    /**
     * Of what a call returned.
     *
     * @throws CephException if that is an error
     */
    static void check(String call, int returned) {
        if (returned < 0) {
            throw new CephException(call, -returned, "");
        }
    }

    /** Has a monitor do something; returns what it prints. */
    byte[] command(String json) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment commands = arena.allocate(ADDRESS);
            commands.set(ADDRESS, 0, arena.allocateFrom(json));
            MemorySegment out = arena.allocate(ADDRESS);
            MemorySegment outLength = arena.allocate(JAVA_LONG);
            MemorySegment said = arena.allocate(ADDRESS);
            MemorySegment saidLength = arena.allocate(JAVA_LONG);
            int returned =
                    rados.number(
                            "rados_mon_command",
                            handle,
                            commands,
                            1L,
                            MemorySegment.NULL,
                            0L,
                            out,
                            outLength,
                            said,
                            saidLength);
            byte[] printed = take(out, outLength);
            byte[] comment = take(said, saidLength);
            if (returned < 0) {
                String why = new String(comment, StandardCharsets.UTF_8);
                throw new CephException(json, -returned, why);
            }
            return printed;
        }
    }

    /** The octets of an answer, which are then given back. */
    byte[] take(MemorySegment pointer, MemorySegment length) {
        MemorySegment at = pointer.get(ADDRESS, 0);
        if (at.address() == 0) {
            return new byte[0];
        }
        byte[] taken = Library.octets(at, length.get(JAVA_LONG, 0)).toArray(JAVA_BYTE);
        rados.run("rados_buffer_free", at);
        return taken;
    }

    /** From now on we act on what the monitors know, and so does whom we ask. */
    void awaitLatestMap() {
        check("newest map", rados.number("rados_wait_for_latest_osdmap", handle));
    }

    /** A pool, to be closed. */
    Pool pool(String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment created = arena.allocate(ADDRESS);
            check(
                    "pool " + name,
                    rados.number("rados_ioctx_create", handle, arena.allocateFrom(name), created));
            return new Pool(this, rados, created.get(ADDRESS, 0));
        }
    }

    @Override
    public void close() {
        rados.run("rados_shutdown", handle);
    }
}
