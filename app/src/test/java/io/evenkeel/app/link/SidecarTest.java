package io.evenkeel.app.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.gateway.link.LinkSettings;
import io.evenkeel.link.LinkConfig;
import io.evenkeel.link.Sidecar;
import io.evenkeel.link.SidecarConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What `evenkeel link` promises a backend that knows nothing of it. */
@Timeout(60)
class SidecarTest {
    private static final LinkSettings QUICK = LinkSettings.defaults("gw").withHeartbeat(50, 500);

    private final List<String> said = new CopyOnWriteArrayList<>();
    @TempDir private Path folder = Path.of(".");

    /** A backend that answers every connection with one status. */
    private static final class Backend implements AutoCloseable {
        final ServerSocket listener;
        volatile int status = 200;

        Backend() throws IOException {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            Thread.ofPlatform().daemon().start(this::serve);
        }

        private void serve() {
            while (true) {
                try (Socket client = listener.accept()) {
                    int count = client.getInputStream().read(new byte[4_096]);
                    if (count > 0) {
                        client.getOutputStream()
                                .write(
                                        ("HTTP/1.1 " + status + " x\r\nContent-Length: 0\r\n\r\n")
                                                .getBytes(StandardCharsets.US_ASCII));
                    }
                } catch (IOException ended) {
                    if (listener.isClosed()) {
                        return;
                    }
                }
            }
        }

        String address() {
            return "127.0.0.1:" + listener.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }

    private SidecarConfig config(LinkRig rig, String address, String check, String... command) {
        LinkConfig link =
                LinkConfig.of("shop", address)
                        .workload("w")
                        .endpoint("w")
                        .gateways(List.of(rig.gateway()))
                        .build();
        return SidecarConfig.of(link, check, List.of(command))
                .withChecks(Duration.ofMillis(20), Duration.ofSeconds(1), 2)
                .withDrain(Duration.ofSeconds(5));
    }

    private CompletableFuture<Integer> run(Sidecar sidecar) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return sidecar.run();
                    } catch (InterruptedException interrupted) {
                        throw new IllegalStateException(interrupted);
                    }
                },
                command -> Thread.ofPlatform().daemon().start(command));
    }

    private static boolean present(LinkRig rig) {
        return rig.present.containsKey(LinkRig.key("w"));
    }

    @Test
    void backendIsRegisteredWhenItAnswersAndTakenOutWhileItFails() throws Exception {
        try (LinkRig rig = new LinkRig(QUICK);
                Backend backend = new Backend()) {
            backend.status = 503;
            Sidecar sidecar = new Sidecar(config(rig, backend.address(), "/healthz"), said::add);
            CompletableFuture<Integer> code = run(sidecar);
            rig.await("it waits", () -> said.stream().anyMatch(s -> s.startsWith("waiting")));
            assertThat(present(rig)).isFalse();
            backend.status = 204;
            rig.await("registered", () -> present(rig));
            backend.status = 500;
            rig.await("taken out", () -> rig.events.contains("absent w LEFT"));
            backend.status = 302;
            rig.await("registered again", () -> present(rig));
            sidecar.terminate();
            assertThat(code.get(20, TimeUnit.SECONDS)).isZero();
            assertThat(present(rig)).isFalse();
        }
    }

    @Test
    void terminationDrainsFirstThenEndsTheCommandThenLeaves() throws Exception {
        Path ended = folder.resolve("ended");
        try (LinkRig rig = new LinkRig(QUICK);
                Backend backend = new Backend()) {
            // The command is a bystander here; what counts is when it is told to end.
            String script =
                    "trap 'touch " + ended + "; exit 7' TERM; while true; do sleep 0.02; done";
            Sidecar sidecar =
                    new Sidecar(config(rig, backend.address(), "/", "sh", "-c", script), said::add);
            CompletableFuture<Integer> code = run(sidecar);
            rig.await("registered", () -> present(rig));
            rig.outstanding("w", 1);
            sidecar.terminate();
            rig.await("draining", () -> rig.draining.getOrDefault(LinkRig.key("w"), false));
            assertThat(Files.exists(ended)).isFalse();
            rig.outstanding("w", 0);
            assertThat(code.get(20, TimeUnit.SECONDS)).isEqualTo(7);
            assertThat(Files.exists(ended)).isTrue();
            assertThat(rig.events).containsExactly("absent w LEFT", "leave w");
        }
    }

    @Test
    void commandsEndIsALeaveAndItsCodeIsForwarded() throws Exception {
        Path stop = folder.resolve("stop");
        try (LinkRig rig = new LinkRig(QUICK);
                Backend backend = new Backend()) {
            String script = "while [ ! -e " + stop + " ]; do sleep 0.02; done; exit 3";
            Sidecar sidecar =
                    new Sidecar(config(rig, backend.address(), "", "sh", "-c", script), said::add);
            CompletableFuture<Integer> code = run(sidecar);
            rig.await("registered", () -> present(rig));
            Files.createFile(stop);
            assertThat(code.get(20, TimeUnit.SECONDS)).isEqualTo(3);
            rig.await("gone", () -> rig.events.contains("leave w"));
        }
    }

    @Test
    void commandThatCannotStartIsSaid() throws Exception {
        try (LinkRig rig = new LinkRig(QUICK)) {
            Sidecar sidecar =
                    new Sidecar(
                            config(rig, "127.0.0.1:1", "", folder + "/no-such-command"), said::add);
            assertThat(sidecar.run()).isEqualTo(127);
            assertThat(said).singleElement().asString().contains("no-such-command");
        }
    }
}
