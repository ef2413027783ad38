package io.evenkeel.bench;

import io.evenkeel.app.ReadyFile;
import io.evenkeel.app.demo.Launched;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An etcd of one member, gateways on it, and sample backends, as processes. */
final class ClusterFleet implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(90);

    final List<ReadyFile> gateways = new ArrayList<>();
    private final Path folder;
    private final Process etcd;
    private final List<Launched> processes = new ArrayList<>();

    private ClusterFleet(Path folder, Process etcd) {
        this.folder = folder;
        this.etcd = etcd;
    }

    /** Starts so many gateways; needs {@code etcd} (Debian: etcd-server) on the path. */
    static ClusterFleet start(int gateways) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("evenkeel-bench");
        String clients = "127.0.0.1:" + freePort();
        String peers = "http://127.0.0.1:" + freePort();
        Process etcd =
                new ProcessBuilder(
                                "etcd",
                                "--data-dir=" + folder.resolve("etcd"),
                                "--listen-client-urls=http://" + clients,
                                "--advertise-client-urls=http://" + clients,
                                "--listen-peer-urls=" + peers,
                                "--initial-advertise-peer-urls=" + peers,
                                "--initial-cluster=default=" + peers)
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("etcd.log").toFile())
                        .start();
        ClusterFleet fleet = new ClusterFleet(folder, etcd);
        try {
            fleet.gateways(gateways, clients);
        } catch (IOException | InterruptedException failed) {
            fleet.close();
            throw failed;
        }
        return fleet;
    }

    private static int freePort() throws IOException {
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return any.getLocalPort();
        }
    }

    private void gateways(int count, String etcdAddress) throws IOException, InterruptedException {
        for (int i = 0; i < count; i++) {
            Launched gateway =
                    Launched.start(
                            "gw-" + i,
                            folder,
                            List.of(
                                    "gateway",
                                    "--id=gw-" + i,
                                    "--etcd=" + etcdAddress,
                                    "--http=127.0.0.1:0",
                                    "--link=127.0.0.1:0",
                                    "--admin=127.0.0.1:0"));
            processes.add(gateway);
            gateways.add(gateway.awaitReady(START_LIMIT));
        }
    }

    /** Where the first gateway takes backends. */
    String link() {
        return gateways.getFirst().addresses().getOrDefault("link", "");
    }

    /** Starts a process of sample backends and waits until all of them are registered. */
    void backend(String name, String service, String... options)
            throws IOException, InterruptedException {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "sample-backend",
                                "--gateway=" + link(),
                                "--service=" + service,
                                "--id-prefix=" + name));
        arguments.addAll(Arrays.asList(options));
        Launched backend = Launched.start(name, folder, arguments);
        processes.add(backend);
        backend.awaitReady(START_LIMIT);
    }

    @Override
    public void close() {
        processes.reversed().forEach(Launched::close);
        etcd.destroy();
        try {
            if (!etcd.waitFor(10, TimeUnit.SECONDS)) {
                etcd.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
