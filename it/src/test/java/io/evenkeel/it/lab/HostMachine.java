package io.evenkeel.it.lab;

import io.evenkeel.it.Programs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * A host with a libvirt of its own: a machine of the laboratory with namespaces for processes,
 * mounts and names as well, so that it crashes whole. Its guests hang on the bridge {@code br0},
 * which carries its management address; storage has a wire of its own.
 *
 * <p>Its folder outlives a crash, as a disk does.
 */
public final class HostMachine implements AutoCloseable {
    private final Laboratory laboratory;
    private final Machine machine;
    private final String storageAddress;
    private final Path folder;
    private final Path script;
    private Process first;

    private HostMachine(
            Laboratory laboratory, Machine machine, String storageAddress, Path folder, Path script)
            throws IOException {
        this.laboratory = laboratory;
        this.machine = machine;
        this.storageAddress = storageAddress;
        this.folder = folder;
        this.script = script;
        first = boot();
    }

    /** Gives it one more bridge, on no network. */
    public void bridge(String name) throws IOException {
        Laboratory.ip("-n", machine.namespace(), "link", "add", name, "type", "bridge");
        Laboratory.ip("-n", machine.namespace(), "link", "set", name, "up");
    }

    /** A host that has booted; {@link #awaitLibvirt} waits until its libvirt answers. */
    public static HostMachine start(Laboratory laboratory, String name, Path folder, Ceph storage)
            throws IOException {
        for (String program : List.of("libvirtd", "qemu-system-x86_64", "unshare", "nsenter")) {
            var _ = Programs.require(program);
        }
        Machine machine = laboratory.machine(name);
        String storageAddress = laboratory.storageWire(machine);
        String namespace = machine.namespace();
        String address = machine.address() + "/24";
        Laboratory.ip("-n", namespace, "link", "add", "br0", "type", "bridge");
        Laboratory.ip("-n", namespace, "address", "delete", address, "dev", "eth0");
        Laboratory.ip("-n", namespace, "link", "set", "eth0", "master", "br0");
        Laboratory.ip("-n", namespace, "address", "add", address, "dev", "br0");
        Laboratory.ip("-n", namespace, "link", "set", "br0", "up");
        Path own = Files.createDirectories(folder.resolve(name));
        StringBuilder hosts = new StringBuilder("127.0.0.1 localhost\n");
        hosts.append(machine.address()).append(' ').append(name).append('\n');
        Files.writeString(own.resolve("hosts"), hosts);
        Path script = own.resolve("host.sh");
        try (InputStream from = HostMachine.class.getResourceAsStream("/lab/host.sh")) {
            Files.write(script, Objects.requireNonNull(from).readAllBytes());
        }
        storage.giveKey(own);
        return new HostMachine(laboratory, machine, storageAddress, own, script);
    }

    private Process boot() throws IOException {
        List<String> command = new ArrayList<>(machine.place().before());
        // The end of this process is the end of all in there.
        command.addAll(List.of("unshare", "--pid", "--fork", "--kill-child=KILL", "--mount"));
        command.addAll(List.of("--uts", "--ipc", "--mount-proc", "bash", script.toString()));
        command.addAll(List.of(folder.toString(), machine.name(), machine.address()));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("libvirtd.out").toFile()))
                .redirectInput(Path.of("/dev/null").toFile())
                .start();
    }

    public Machine machine() {
        return machine;
    }

    /** Its address on the network of storage. */
    public String storageAddress() {
        return storageAddress;
    }

    /** By which others reach its libvirt. */
    public String uri() {
        return "qemu+tcp://" + machine.address() + "/system";
    }

    /** A disk that is a file on it, which is made if it is not there. */
    public Path image(String name) throws IOException {
        Path image = Files.createDirectories(folder.resolve("disks")).resolve(name);
        if (!Files.exists(image)) {
            Command.run(
                    Programs.require("qemu-img").toString(),
                    "create",
                    "-q",
                    "-f",
                    "qcow2",
                    image.toString(),
                    "16M");
        }
        return image;
    }

    /** Waits until its libvirt listens, at most half a minute. */
    public void awaitLibvirt() throws IOException, InterruptedException {
        Path pid = folder.resolve("run/libvirtd.pid");
        Path socket = folder.resolve("run/libvirt-sock");
        Wait.until(
                "libvirt listens on " + machine.name(),
                30,
                () -> Files.exists(socket) && Files.exists(pid) && Files.size(pid) > 0);
    }

    /** The power fails: everything on it is gone at once. */
    public synchronized void crash() throws IOException, InterruptedException {
        // First, or its kernel, which is ours, would tell everybody whose connections are gone.
        laboratory.plug(machine, false);
        first.destroyForcibly();
        if (!first.waitFor(10, TimeUnit.SECONDS)) {
            throw new IllegalStateException(machine.name() + " did not end");
        }
    }

    /** Whether it has its power. */
    public synchronized boolean isUp() {
        return first.isAlive();
    }

    /** All its wires are pulled, those of its guests too; what runs on it goes on. */
    public void pullWires() throws IOException {
        laboratory.plug(machine, false);
    }

    /** All its wires are put back. */
    public void putWiresBack() throws IOException {
        laboratory.plug(machine, true);
    }

    /** After a crash, with what is on its disk. */
    public synchronized void bootAgain() throws IOException {
        Files.deleteIfExists(folder.resolve("run/libvirtd.pid"));
        Files.deleteIfExists(folder.resolve("run/libvirt-sock"));
        laboratory.plug(machine, true);
        first = boot();
    }

    /** Its libvirt is started again, after its end alone; its guests were not asked. */
    public synchronized void startLibvirt() throws IOException {
        Files.deleteIfExists(folder.resolve("run/libvirtd.pid"));
        Files.deleteIfExists(folder.resolve("run/libvirt-sock"));
        ProcessHandle inside =
                first.children()
                        .findFirst()
                        .orElseThrow(() -> new IOException(machine.name() + " is not up"));
        String[] enter = {"nsenter", "--target=" + inside.pid(), "--all"};
        List<String> command = new ArrayList<>(List.of(enter));
        command.addAll(List.of("/usr/sbin/libvirtd", "--daemon", "--listen"));
        command.addAll(List.of("-f", "/etc/libvirt/libvirtd.conf"));
        command.addAll(List.of("-p", "/run/libvirt/libvirtd.pid"));
        Command.run(command.toArray(String[]::new));
    }

    /** What an administrator has it do, from another machine; at most half a minute. */
    public String virsh(Machine from, String input, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(from.place().before());
        command.add(Programs.require("virsh").toString());
        command.addAll(List.of("-c", uri()));
        command.addAll(List.of(arguments));
        return Command.within(30, input, command.toArray(String[]::new));
    }

    /** Sends a signal to its libvirt alone, such as STOP. */
    public void signalLibvirt(String signal) throws IOException {
        signal(signal, "libvirtd", "--listen");
    }

    /** Sends a signal to what runs a guest. */
    public void signalGuest(String signal, String guest) throws IOException {
        signal(signal, "qemu-system-x86_64", "guest=" + guest + ",");
    }

    private void signal(String signal, String program, String argument) throws IOException {
        String command =
                "for p in $(ip netns pids \"$1\"); do"
                        + " a=$(tr '\\0' ' ' < /proc/$p/cmdline) || continue;"
                        + " case $a in *\"$2\"*\"$3\"*) kill -\"$4\" $p; echo $p ;; esac; done";
        String done =
                Command.run(
                        "sh",
                        "-c",
                        command,
                        "signal",
                        machine.namespace(),
                        program,
                        argument,
                        signal);
        if (done.isBlank()) {
            throw new IOException("no " + program + " with " + argument + " on " + machine);
        }
    }

    /** Cuts its management address off, in both directions; its guests' addresses are theirs. */
    public List<Wires.Lost> management() {
        return all(machine.address());
    }

    /** What is lost if it is cut off from storage. */
    public List<Wires.Lost> storage() {
        return all(storageAddress);
    }

    private static List<Wires.Lost> all(String address) {
        return List.of(new Wires.Lost(address, "", 100), new Wires.Lost("", address, 100));
    }

    @Override
    public void close() throws IOException {
        try {
            crash();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
