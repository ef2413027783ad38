package io.evenkeel.it.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.app.demo.Answer;
import io.evenkeel.app.demo.Launched;
import io.evenkeel.it.Cluster;
import io.evenkeel.it.lab.Ceph;
import io.evenkeel.it.lab.Guest;
import io.evenkeel.it.lab.HostMachine;
import io.evenkeel.it.lab.Laboratory;
import io.evenkeel.it.lab.Machine;
import io.evenkeel.it.lab.Wait;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The product on real hosts: etcd and a control on a machine of their own, storage on another, and
 * hosts with an agent each, all declared.
 */
final class Site implements AutoCloseable {
    /** Seconds for what is to happen soon. */
    static final int SOON = 60;

    /** How much of a host's processor may be given to machines; not what it is by default. */
    static final int OVERCOMMIT_PERCENT = 300;

    final Laboratory laboratory;
    final Ceph ceph;
    final Machine center;
    final Cluster cluster;
    final Cluster.Member control;
    private final Map<String, HostMachine> hosts = new TreeMap<>();
    private final Map<String, Launched> agents = new TreeMap<>();
    private final String profile;
    private final boolean selfFence;
    private final List<AutoCloseable> open = new ArrayList<>();

    private Site(
            Path folder,
            boolean keys,
            int etcds,
            String profile,
            boolean selfFence,
            List<String> names)
            throws Exception {
        this.profile = "--failover-profile=" + profile;
        this.selfFence = selfFence;
        try {
            laboratory = keep(Laboratory.open());
            ceph = keep(Ceph.start(laboratory, folder, keys));
            center = laboratory.machine("control");
            var _ = laboratory.storageWire(center);
            cluster = keep(Cluster.onEtcd(Collections.nCopies(etcds, center.place())));
            String room = "--placement-overcommit=" + OVERCOMMIT_PERCENT;
            control = cluster.control("c1", center.place(), this.profile, room);
            put(
                    "Datastore",
                    "datastores/ceph",
                    "{\"monitors\":[\"%s\"],\"pool\":\"%s\"%s}"
                            .formatted(ceph.monitor(), Ceph.POOL, keys ? users() : ""));
            for (String name : names) {
                HostMachine host = keep(HostMachine.start(laboratory, name, folder, ceph));
                hosts.put(name, host);
                declare(host, "");
            }
            for (String name : names) {
                host(name).awaitLibvirt();
                startAgent(name);
            }
        } catch (Exception | Error e) {
            close();
            throw e;
        }
    }

    /**
     * All of it runs when this returns.
     *
     * @param keys whether storage asks who its clients are
     * @param profile of failover
     */
    static Site start(Path folder, boolean keys, int etcds, String profile, String... hosts)
            throws Exception {
        return new Site(folder, keys, etcds, profile, false, List.of(hosts));
    }

    /** With keys and etcd of three, swift; agents may end their hosts' machines by themselves. */
    static Site startSelfFencing(Path folder, String... hosts) throws Exception {
        return new Site(folder, true, 3, "swift", true, List.of(hosts));
    }

    /** Who may do what at the storage. */
    private String users() {
        return ",\"user\":\"%s\",\"keyFile\":\"%s\",\"guestUser\":\"%s\",\"secretUuid\":\"%s\""
                .formatted(Ceph.USER, ceph.keyring(Ceph.USER), Ceph.GUEST_USER, ceph.secret());
    }

    private <T extends AutoCloseable> T keep(T one) {
        open.add(one);
        return one;
    }

    HostMachine host(String name) {
        return Optional.ofNullable(hosts.get(name)).orElseThrow();
    }

    List<HostMachine> hosts() {
        return List.copyOf(hosts.values());
    }

    /** The agent of a host, started again if it was killed. */
    void startAgent(String name) throws Exception {
        HostMachine host = host(name);
        List<String> options = new ArrayList<>(List.of("--measure-every=1s", profile));
        if (selfFence) {
            options.add("--self-fence=true");
            options.add("--self-fence-address=" + host.storageAddress() + ":7084");
            options.add("--libvirt=" + host.uri());
        }
        agents.put(
                name, cluster.agent(name, host.machine().place(), options.toArray(String[]::new)));
    }

    void killAgent(String name) throws InterruptedException {
        Optional.ofNullable(agents.get(name)).orElseThrow().kill();
    }

    /**
     * Declares a host, or declares it anew.
     *
     * @param more of its specification, from a comma on
     */
    void declare(HostMachine host, String more) {
        put(
                "Host",
                "hosts/" + host.machine().name(),
                "{\"libvirt\":\"%s\",\"emulated\":true,\"storageAddresses\":[\"%s\"]%s}"
                        .formatted(host.uri(), host.storageAddress(), more));
    }

    /** Declares, or declares anew. */
    void put(String kind, String path, String spec) {
        String body =
                "{\"apiVersion\":\"evenkeel.io/v1\",\"kind\":\"%s\",\"metadata\":{\"name\":\"%s\"},\"spec\":%s}"
                        .formatted(kind, path.substring(path.indexOf('/') + 1), spec);
        assertThat(control.status("PUT", "/v1/" + path, body)).isBetween(200, 201);
    }

    /** Declares a guest as a machine, with this power. */
    void machine(Guest guest, String power) throws IOException {
        machine(guest, power, "live");
    }

    /** The same, with how it may leave a host. */
    void machine(Guest guest, String power, String migration) throws IOException {
        machine(guest, power, migration, disk("ceph", guest, ""), "");
    }

    /** The same, to run, of an image that is made for it: how, from a comma on. */
    void machineOfNew(Guest guest, String how) throws IOException {
        machine(guest, "on", "live", disk("ceph", guest, how), "");
    }

    /** The same, to run, with one more card at a bridge that not every host may have. */
    void machineAt(Guest guest, String bridge) throws IOException {
        String card = ",{\"bridge\":\"%s\"}".formatted(bridge);
        machine(guest, "on", "live", disk("ceph", guest, ""), card);
    }

    private static String disk(String datastore, Guest guest, String how) {
        return "{\"datastore\":\"%s\",\"image\":\"%s\"%s}".formatted(datastore, guest.name(), how);
    }

    private void machine(Guest guest, String power, String migration, String disk, String moreCards)
            throws IOException {
        Path kit = Guest.kit();
        put(
                "VirtualMachine",
                "virtualmachines/" + guest.name(),
                """
                {"memory":"96MiB","power":"%s","migration":"%s","disks":[%s],
                 "nics":[{"bridge":"br0","mac":"%s"}%s],
                 "boot":{"kernel":"%s/vmlinuz","initrd":"%s/initrd.gz","commandLine":"%s"}}\
                """
                        .formatted(
                                power,
                                migration,
                                disk,
                                guest.mac(),
                                moreCards,
                                kit,
                                kit,
                                guest.commandLine()));
    }

    /** A guest with a disk that answers, once this returns. */
    void run(Guest... guests) throws Exception {
        for (Guest guest : guests) {
            ceph.image(guest.name());
            machine(guest, "on");
        }
        for (Guest guest : guests) {
            guest.awaitAnswer(center, SOON);
        }
    }

    /** The same with its disk in a folder of this host. */
    void runFromFolder(Guest guest, HostMachine host) throws Exception {
        String name = "of-" + host.machine().name();
        put(
                "Datastore",
                "datastores/" + name,
                "{\"local\":{\"host\":\"%s\",\"folder\":\"%s\"}}"
                        .formatted(host.machine().name(), host.image(guest.name()).getParent()));
        machine(guest, "on", "live", disk(name, guest, ""), "");
        guest.awaitAnswer(center, SOON);
    }

    /** The host that a guest is seen to run on, once it is. */
    HostMachine hostOf(Guest guest) throws IOException, InterruptedException {
        Wait.until(
                guest.name() + " is seen to run",
                SOON,
                () -> status(guest).at("power").text().equals("running"));
        return host(status(guest).at("host").text());
    }

    /** Has a host that was out counted again. */
    void readmit(HostMachine host) throws IOException, InterruptedException {
        String path = "/v1/hosts/" + host.machine().name() + ":readmit";
        assertThat(control.status("POST", path, "")).isBetween(200, 202);
        Wait.until("storage serves it", SOON, () -> !refused(host));
    }

    /** Has a host emptied and kept free, or not any longer. */
    void maintenance(HostMachine host, boolean on) {
        String verb = ":maintenance?state=" + (on ? "on" : "off");
        assertThat(control.status("POST", "/v1/hosts/" + host.machine().name() + verb, ""))
                .isEqualTo(200);
    }

    /** What is said of a machine. */
    Answer status(Guest guest) {
        return read("/v1/virtualmachines/" + guest.name()).at("status");
    }

    Answer read(String path) {
        try {
            return control.read(path);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Whether storage refuses a host. */
    boolean refused(HostMachine host) throws IOException {
        return blocklist(host).anyMatch((host.storageAddress() + ":0/0")::equals);
    }

    /** Which clients on a host storage refuses. */
    List<String> refusedClients(HostMachine host) throws IOException {
        return blocklist(host).filter(entry -> !entry.endsWith(":0/0")).toList();
    }

    private Stream<String> blocklist(HostMachine host) throws IOException {
        return ceph.run("ceph", "osd", "blocklist", "ls")
                .lines()
                .map(line -> line.split(" ", 2)[0])
                .filter(entry -> entry.startsWith(host.storageAddress() + ":"));
    }

    @Override
    public void close() {
        for (AutoCloseable each : open.reversed()) {
            try {
                each.close();
            } catch (Exception e) {
                // The others have to be ended all the same; the laboratory sweeps what is left.
                System.err.println(each + " was not closed: " + e);
            }
        }
    }
}
