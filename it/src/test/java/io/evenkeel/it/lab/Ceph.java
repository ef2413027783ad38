package io.evenkeel.it.lab;

import io.evenkeel.it.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * A storage cluster as small as one can be: a monitor, a manager and one store, on a machine of the
 * laboratory; they listen on its storage address. One pool, {@value #POOL}, for disks.
 */
public final class Ceph implements AutoCloseable {
    /** Of control, with no right that it does not need. */
    public static final String USER = "evenkeel";

    /** Of hosts: cannot lift what storage refuses. */
    public static final String GUEST_USER = "guests";

    public static final String POOL = "vms";

    private final Machine machine;
    private final String address;
    private final Path folder;
    private final boolean keys;
    private final String secret = UUID.randomUUID().toString();
    private final Map<String, Process> daemons = new LinkedHashMap<>();

    private Ceph(Machine machine, String address, Path folder, boolean keys) {
        this.machine = machine;
        this.address = address;
        this.folder = folder;
        this.keys = keys;
    }

    /**
     * Usable when this returns.
     *
     * @param keys whether clients have to prove who they are (cephx)
     */
    public static Ceph start(Laboratory laboratory, Path folder, boolean keys)
            throws IOException, InterruptedException {
        for (String program : List.of("ceph-mon", "ceph-mgr", "ceph-osd", "ceph", "rbd")) {
            var _ = Programs.require(program);
        }
        Machine machine = laboratory.machine("ceph");
        String address = laboratory.storageWire(machine);
        Ceph ceph =
                new Ceph(machine, address, Files.createDirectories(folder.resolve("ceph")), keys);
        try {
            ceph.start();
            return ceph;
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            ceph.close();
            throw e;
        }
    }

    private void start() throws IOException, InterruptedException {
        String cluster = UUID.randomUUID().toString();
        for (String name : List.of("run", "log", "mon.a", "mgr.x", "osd.0")) {
            var _ = Files.createDirectories(folder.resolve(name));
        }
        Files.writeString(configuration(), settings(cluster));
        String keyring = keyring().toString();
        run(
                "ceph-authtool",
                "--create-keyring",
                keyring,
                "--gen-key",
                "-n",
                "mon.",
                "--cap",
                "mon",
                "allow *");
        run(
                "ceph-authtool",
                keyring,
                "--gen-key",
                "-n",
                "client.admin",
                "--cap",
                "mon",
                "allow *",
                "--cap",
                "osd",
                "allow *",
                "--cap",
                "mgr",
                "allow *");
        String map = folder.resolve("monmap").toString();
        String both = "[v2:" + address + ":3300,v1:" + address + ":6789]";
        run("monmaptool", "--create", "--fsid", cluster, "--addv", "a", both, map);
        run("ceph-mon", "-i", "a", "--mkfs", "--monmap", map, "--keyring", keyring);
        daemon("ceph-mon", "a");
        Wait.until(
                "the monitor answers", 30, () -> answers("ceph", "--connect-timeout", "2", "-s"));
        run(
                "ceph",
                "auth",
                "get-or-create",
                "mgr.x",
                "mon",
                "allow *",
                "osd",
                "allow *",
                "-o",
                folder.resolve("mgr.x/keyring").toString());
        daemon("ceph-mgr", "x");
        String store = UUID.randomUUID().toString();
        run("ceph", "osd", "new", store, "0");
        run(
                "ceph",
                "auth",
                "get-or-create",
                "osd.0",
                "mon",
                "allow profile osd",
                "osd",
                "allow *",
                "-o",
                folder.resolve("osd.0/keyring").toString());
        run("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", store);
        run("ceph", "osd", "crush", "add", "osd.0", "1.0", "root=default", "host=localhost");
        daemon("ceph-osd", "0");
        run("ceph", "osd", "pool", "create", POOL, "8");
        run("rbd", "pool", "init", POOL);
        if (keys) {
            // As docs/operating/machines.md has them made.
            user(USER, "profile rbd, allow command \"osd blocklist\"");
            user(GUEST_USER, "profile rbd");
        }
    }

    private String settings(String cluster) {
        String required = keys ? "cephx" : "none";
        return """
        [global]
        fsid = %1$s
        mon_initial_members = a
        mon_host = [v2:%2$s:3300,v1:%2$s:6789]
        public_addr = %2$s
        auth_cluster_required = %3$s
        auth_service_required = %3$s
        auth_client_required = %3$s
        auth_allow_insecure_global_id_reclaim = false
        osd_pool_default_size = 1
        osd_pool_default_min_size = 1
        osd_pool_default_pg_num = 8
        osd_pool_default_pgp_num = 8
        osd_pool_default_pg_autoscale_mode = off
        mon_allow_pool_size_one = true
        mon_warn_on_pool_no_redundancy = false
        osd_crush_chooseleaf_type = 0
        run_dir = %4$s/run
        admin_socket = %4$s/run/$cluster-$name.asok
        log_file = %4$s/log/$name.log
        pid_file = %4$s/run/$name.pid
        mon_data = %4$s/mon.$id
        mgr_data = %4$s/mgr.$id
        osd_data = %4$s/osd.$id
        osd_objectstore = bluestore
        bluestore_block_size = 4294967296
        bluestore_block_create = true
        osd_memory_target = 939524096
        osd_class_load_list = *
        osd_class_default_list = *
        mgr_initial_modules =
        mon_data_avail_crit = 1
        mon_data_avail_warn = 2
        [client]
        keyring = %4$s/keyring
        admin_socket =
        log_file = /dev/null
        rbd_default_features = 61
        """
                .formatted(cluster, address, required, folder);
    }

    private Path configuration() {
        return folder.resolve("ceph.conf");
    }

    /** The file with the key of {@code client.admin}. */
    public Path keyring() {
        return folder.resolve("keyring");
    }

    /** Of its monitor. */
    public String monitor() {
        return address + ":6789";
    }

    public Machine machine() {
        return machine;
    }

    private void user(String name, String monitors) throws IOException {
        String file = folder.resolve(name + ".keyring").toString();
        String pool = "profile rbd pool=" + POOL;
        run(
                "ceph",
                "auth",
                "get-or-create",
                "client." + name,
                "mon",
                monitors,
                "osd",
                pool,
                "-o",
                file);
    }

    /** File with the key of a user. */
    public Path keyring(String user) {
        return folder.resolve(user + ".keyring");
    }

    /** UUID of the secret with its key, as hosts' libvirts know it; empty without keys. */
    public String secret() {
        return keys ? secret : "";
    }

    /** Whether clients have to prove who they are. */
    public boolean keys() {
        return keys;
    }

    /** Runs one of its commands to the end, within half a minute. */
    public String run(String... command) throws IOException {
        return Command.within(30, "", on(command).toArray(String[]::new));
    }

    private boolean answers(String... command) {
        try {
            run(command);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    private List<String> on(String... command) {
        List<String> all =
                new ArrayList<>(machine.place(List.of("CEPH_CONF=" + configuration())).before());
        all.addAll(List.of(command));
        return all;
    }

    private void daemon(String program, String id) throws IOException {
        Path log = folder.resolve("log").resolve(program + ".out");
        Process started =
                new ProcessBuilder(on(program, "-i", id, "-f"))
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .redirectInput(Path.of("/dev/null").toFile())
                        .start();
        daemons.put(program, started);
    }

    /** Sends a signal to one of its daemons, such as STOP to {@code ceph-mon}. */
    public void signal(String signal, String program) throws IOException {
        Process daemon = daemons.get(program);
        if (daemon == null) {
            throw new IllegalArgumentException("no daemon " + program);
        }
        Command.run("kill", "-" + signal, Long.toString(daemon.pid()));
    }

    /** An empty disk of 16 MiB. */
    public void image(String name) throws IOException {
        run("rbd", "create", POOL + "/" + name, "--size", "16M");
    }

    /** The element of a domain's disk that names this storage. */
    String diskSource(String image) {
        String proof =
                keys
                        ? "<auth username='"
                                + GUEST_USER
                                + "'><secret type='ceph' uuid='"
                                + secret
                                + "'/></auth>"
                        : "";
        return "%s<source protocol='rbd' name='%s/%s'><host name='%s' port='6789'/></source>"
                .formatted(proof, POOL, image, address);
    }

    /** Leaves the key where a host's libvirt looks for it, if there is one. */
    void giveKey(Path host) throws IOException {
        if (!keys) {
            return;
        }
        Path secrets = Files.createDirectories(host.resolve("secrets"));
        Files.writeString(
                secrets.resolve(secret + ".xml"),
                "<secret ephemeral='no' private='no'><uuid>"
                        + secret
                        + "</uuid><usage type='ceph'><name>storage</name></usage></secret>");
        String key = run("ceph", "auth", "print-key", "client." + GUEST_USER).strip();
        Files.writeString(secrets.resolve(secret + ".base64"), key);
    }

    @Override
    public void close() {
        daemons.values().forEach(Process::destroyForcibly);
        daemons.values()
                .forEach(daemon -> {
                    try {
                        var _ = daemon.waitFor(10, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
    }
}
