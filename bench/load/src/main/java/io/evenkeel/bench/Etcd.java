package io.evenkeel.bench;

import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.store.etcd.EtcdConfig;
import io.evenkeel.store.etcd.EtcdStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** An etcd of one member as a process; it syncs its log to the disk of its folder, as always. */
final class Etcd implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/bin/etcd");
    private static final Duration READY = Duration.ofSeconds(30);

    final String address;
    private final Process process;

    private Etcd(String address, Process process) {
        this.address = address;
        this.process = process;
    }

    /** Starts it on an empty folder; it answers when this returns. */
    static Etcd start(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        String client = "http://127.0.0.1:" + FreePort.take();
        String peer = "http://127.0.0.1:" + FreePort.take();
        Process process =
                new ProcessBuilder(
                                PROGRAM.toString(),
                                "--data-dir=" + folder,
                                "--listen-client-urls=" + client,
                                "--advertise-client-urls=" + client,
                                "--listen-peer-urls=" + peer,
                                "--initial-advertise-peer-urls=" + peer,
                                "--initial-cluster=default=" + peer,
                                "--logger=zap",
                                "--log-outputs=" + folder + ".log")
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        Etcd etcd = new Etcd(client.substring("http://".length()), process);
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        try (Store store = client(etcd.address)) {
            if (store.range(RangeQuery.key("/ready"), READY) instanceof RangeResult.Range) {
                return etcd;
            }
        }
        etcd.close();
        throw new IOException("etcd was not ready within " + READY + "; see " + folder + ".log");
    }

    /** A store on an etcd. */
    static Store client(String address) {
        return EtcdStore.open(EtcdConfig.of(List.of(address), new Random(1)));
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
