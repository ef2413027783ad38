package io.evenkeel.it;

import io.evenkeel.app.demo.Launched;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** {@code evenkeel link --forward}. */
final class Sidecar implements AutoCloseable {
    private final Site site;
    private final Path log;
    private final Process process;

    Sidecar(Site site, String service, String workload, int port) throws IOException {
        this(site, site.address("link"), service, workload, port);
    }

    /** The same by another way to the gateway's link port. */
    Sidecar(Site site, String gateway, String service, String workload, int port)
            throws IOException {
        this.site = site;
        log = Files.createTempFile(site.folder, workload, ".sidecar.log");
        process =
                new ProcessBuilder(
                                Launched.launcher().toString(),
                                "link",
                                "--gateway=" + gateway,
                                "--service=" + service,
                                "--workload=" + workload,
                                "--forward=127.0.0.1:" + port)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
    }

    void awaitSaid(String word) throws Exception {
        Site.await(
                "the sidecar says " + word,
                Duration.ofSeconds(30),
                () -> {
                    try {
                        return Files.readString(log).contains(word);
                    } catch (IOException unreadable) {
                        return false;
                    }
                });
    }

    void awaitServing(String service) throws Exception {
        awaitSaid("registered at");
        site.awaitServing(service);
    }

    /** SIGTERM: it is to drain and leave; waits for its end. */
    void terminate() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
