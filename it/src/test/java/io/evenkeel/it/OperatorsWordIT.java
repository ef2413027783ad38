package io.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.evenkeel.app.demo.Launched;
import io.evenkeel.app.demo.LoadClient;
import io.evenkeel.app.demo.LoadTotals;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A7, X2: what an operator says of a backend reaches it over its link, under load, and nothing is
 * lost.
 */
@Tag("A")
class OperatorsWordIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    /** A server that knows nothing of us; /slow takes a second. */
    private static final class Plain implements AutoCloseable {
        private final HttpServer server;
        private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

        Plain(String name) throws IOException {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
            server.setExecutor(threads);
            server.createContext(
                    "/",
                    exchange -> {
                        if (exchange.getRequestURI().getPath().equals("/slow")) {
                            pause();
                        }
                        byte[] body = name.getBytes(StandardCharsets.US_ASCII);
                        exchange.sendResponseHeaders(200, body.length);
                        exchange.getResponseBody().write(body);
                        exchange.close();
                    });
            server.start();
        }

        private static void pause() {
            try {
                TimeUnit.SECONDS.sleep(1);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        int port() {
            return server.getAddress().getPort();
        }

        @Override
        public void close() {
            server.stop(0);
            threads.shutdownNow();
        }
    }

    private static final class Sidecar implements AutoCloseable {
        final Process process;
        final Path log;

        Sidecar(Site site, String name, int port) throws IOException {
            log = site.folder.resolve(name + ".sidecar.log");
            process =
                    new ProcessBuilder(
                                    Launched.launcher().toString(),
                                    "link",
                                    "--gateway=" + site.address("link"),
                                    "--service=shop",
                                    "--id=" + name,
                                    "--workload=" + name,
                                    "--address=127.0.0.1:" + port)
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile())
                            .start();
        }

        String said() {
            try {
                return Files.readString(log);
            } catch (IOException unreadable) {
                return unreadable.toString();
            }
        }

        void awaitSaid(String what, int times) throws InterruptedException {
            Site.await(
                    "the sidecar says: " + what,
                    SOON,
                    () -> said().split(java.util.regex.Pattern.quote(what), -1).length > times);
        }

        @Override
        public void close() {
            process.destroy();
            try {
                if (!process.waitFor(10, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException interrupted) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }

    @Test
    void drainAndMaintReachTheSidecarAndLoseNothing() throws Exception {
        try (Site site = Site.start();
                Plain one = new Plain("one");
                Plain two = new Plain("two");
                Sidecar first = new Sidecar(site, "web-1", one.port());
                Sidecar second = new Sidecar(site, "web-2", two.port())) {
            awaitQueued(site, 2);
            LoadTotals gets = new LoadTotals();
            LoadTotals posts = new LoadTotals();
            try (LoadClient getting = load(site, "GET", gets);
                    LoadClient posting = load(site, "POST", posts)) {
                assertThat(getting).isNotEqualTo(posting);
                for (String verb : List.of("drain", "maint")) {
                    int times = verb.equals("drain") ? 1 : 2;
                    List<CompletableFuture<String>> slow = slowRequests(site);
                    site.command(verb, "endpoint", "web-1", "--reason", "new kernel");
                    first.awaitSaid("its operator drains this endpoint: new kernel", times);
                    first.awaitSaid("'s requests runs any more", times);
                    assertThat(site.get("shop", "/").body()).isEqualTo("two");
                    for (CompletableFuture<String> running : slow) {
                        assertThat(running.get(SOON.toSeconds(), TimeUnit.SECONDS))
                                .isIn("200 one", "200 two");
                    }
                    site.command("ready", "endpoint", "web-1");
                    first.awaitSaid("sends requests again", times);
                    awaitQueued(site, 2);
                }
            }
            assertThat(gets.failures()).isEmpty();
            assertThat(posts.failures()).isEmpty();
            assertThat(gets.cut() + posts.cut()).isZero();
            assertThat(posts.answered()).isGreaterThan(100);
            assertThat(second.said()).doesNotContain("operator");
            assertThat(first.process.isAlive()).isTrue();
        }
    }

    @Test
    void deletingWhatABackendRegisteredIsRefusedWithWhatToDoAndLosesNothing() throws Exception {
        try (Site site = Site.start();
                Plain one = new Plain("one")) {
            try (Sidecar sidecar = new Sidecar(site, "web-1", one.port())) {
                awaitQueued(site, 1);
                Output refused = site.command("delete", "endpoint", "web-1");
                assertThat(refused.code()).isEqualTo(1);
                assertThat(refused.text()).contains("drain").contains("maint");
                assertThat(site.get("shop", "/").body()).isEqualTo("one");
                assertThat(sidecar.said()).doesNotContain("refused");
            }
            Site.await("forgotten", SOON, () -> nodes(site).isEmpty());
            assertThat(site.api().list("endpoints")).isEmpty();
        }
    }

    private static List<CompletableFuture<String>> slowRequests(Site site) {
        List<CompletableFuture<String>> slow = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            slow.add(
                    CompletableFuture.supplyAsync(() -> {
                        try {
                            var answer = site.get("shop", "/slow");
                            return answer.statusCode() + " " + answer.body();
                        } catch (IOException | InterruptedException failed) {
                            return failed.toString();
                        }
                    }));
        }
        return slow;
    }

    private static void awaitQueued(Site site, int count) throws InterruptedException {
        Site.await(
                count + " endpoints are queued",
                SOON,
                () -> nodes(site).stream().filter(Queues.Node::queued).count() == count);
    }

    private static List<Queues.Node> nodes(Site site) {
        try {
            return Queues.of(site, "shop");
        } catch (IOException | InterruptedException notYet) {
            return List.of();
        }
    }

    private static LoadClient load(Site site, String method, LoadTotals totals) {
        return LoadClient.start(
                site.http(),
                new LoadClient.Request(
                        method, "shop.example", "/", method.equals("POST") ? "x".repeat(500) : ""),
                6,
                Duration.ofMillis(5),
                totals);
    }

    /** What shows for ever ends when nobody looks any more. */
    @Test
    void topEndsWithItsReader() throws Exception {
        try (Site site = Site.start()) {
            ProcessBuilder piped =
                    new ProcessBuilder(
                            "bash",
                            "-c",
                            "timeout 30 %s top --interval 100ms | head -n 1; exit ${PIPESTATUS[0]}"
                                    .formatted(Launched.launcher()));
            piped.environment().put("EVENKEEL_API", "http://" + site.address("admin"));
            assertThat(Output.of(piped).code()).isZero();
        }
    }
}
