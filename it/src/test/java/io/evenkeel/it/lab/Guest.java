package io.evenkeel.it.lab;

import io.evenkeel.it.Programs;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A tiny virtual machine with a web server and a disk at the laboratory's storage.
 *
 * @param name also that of its image
 * @param number 1 to 99: of its address and card, which it keeps wherever it runs
 */
public record Guest(String name, int number) {
    /** Its address on the network of the hosts' management addresses. */
    public String address() {
        return "10.77.0." + (100 + number);
    }

    /** Its card's. */
    public String mac() {
        return "52:54:00:4d:00:%02x".formatted(number);
    }

    /**
     * How libvirt is to run it. Its identity goes with it: a live migration asks for the same.
     *
     * @param metadata an element, or nothing
     */
    public String xml(Ceph ceph, String metadata) throws IOException {
        Path kit = kit();
        return """
        <domain type='qemu'>
          <name>%1$s</name>
          <uuid>4d4d4d4d-0000-4000-8000-%7$012d</uuid>
          <metadata>%2$s</metadata>
          <memory unit='MiB'>96</memory><vcpu>1</vcpu>
          <os>
            <type arch='x86_64' machine='pc'>hvm</type>
            <kernel>%3$s/vmlinuz</kernel><initrd>%3$s/initrd.gz</initrd>
            <cmdline>%4$s</cmdline>
          </os>
          <features><acpi/></features>
          <on_poweroff>destroy</on_poweroff><on_reboot>restart</on_reboot><on_crash>destroy</on_crash>
          <devices>
            <emulator>/usr/bin/qemu-system-x86_64</emulator>
            <disk type='network' device='disk'>
              <driver name='qemu' type='raw' cache='none'/>
              %5$s
              <target dev='vda' bus='virtio'/>
            </disk>
            <interface type='bridge'>
              <mac address='%6$s'/><source bridge='br0'/><model type='virtio'/>
            </interface>
            <serial type='file'><source path='/var/log/libvirt/%1$s.console'/><target port='0'/></serial>
            <memballoon model='none'/>
          </devices>
        </domain>
        """
                .formatted(
                        name, metadata, kit, commandLine(), ceph.diskSource(name), mac(), number);
    }

    /** What its kernel is told. */
    public String commandLine() {
        return "console=ttyS0 quiet panic=-1 g.name=" + name + " g.ip=" + address() + "/24";
    }

    /** The folder with its kernel {@code vmlinuz} and {@code initrd.gz}; made at first use. */
    public static Path kit() throws IOException {
        Path busybox = Programs.require("busybox");
        String home = System.getProperty("evenkeel.home", "..");
        Path script = Path.of(home, "dev", "guest");
        String made = Command.within(120, "", script.toString()).strip();
        Path folder = Path.of(made.substring(made.lastIndexOf('\n') + 1));
        if (!Files.isReadable(folder.resolve("vmlinuz"))) {
            throw new IOException(script + " made nothing of " + busybox + ": " + made);
        }
        return folder;
    }

    /** What its web server says to a machine of the laboratory; empty: nothing within a second. */
    public String get(Machine from, String path) throws InterruptedException {
        return get(from, path, 1_000);
    }

    /** The same with a time-out in milliseconds. */
    public String get(Machine from, String path, int timeoutMillis) throws InterruptedException {
        CompletableFuture<String> said = new CompletableFuture<>();
        from.thread(() -> said.complete(fetch(path, timeoutMillis))).start();
        try {
            return said.get(timeoutMillis * 3L, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException late) {
            return "";
        }
    }

    /** The same from the thread that calls, wherever that is. */
    public String fetch(String path, int timeoutMillis) {
        try {
            URI uri = URI.create("http://" + address() + path);
            HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
            connection.setConnectTimeout(timeoutMillis);
            connection.setReadTimeout(timeoutMillis);
            connection.setRequestProperty("Connection", "close");
            try (var body = connection.getInputStream()) {
                return connection.getResponseCode() == 200
                        ? new String(body.readAllBytes(), StandardCharsets.UTF_8).strip()
                        : "";
            } finally {
                connection.disconnect();
            }
        } catch (IOException unanswered) {
            return "";
        }
    }

    /** Waits until it answers with HTTP 200. */
    public void awaitAnswer(Machine from, int seconds) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!get(from, "/").equals("hello " + name)) {
            if (System.nanoTime() > deadline) {
                throw new IOException(name + " did not answer within " + seconds + " s");
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }
}
