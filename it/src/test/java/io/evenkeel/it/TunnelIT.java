package io.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.evenkeel.app.demo.LoadClient;
import io.evenkeel.app.demo.LoadTotals;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A5, A6: servers that nobody connects to serve by the connection that their sidecar dialled. */
@Tag("A")
class TunnelIT {
    private static final Duration LENGTH = Duration.ofSeconds(30);
    private static final int BACKENDS = 3;

    @Test
    void fourLoopsAndOneTunnelRefuseNothing() throws Exception {
        try (Site site = Site.start("--loops=4");
                Nginx nginx = new Nginx(site, "pages");
                Relay one = Relay.toLinks(site, 1);
                Sidecar sidecar = new Sidecar(site, one.address(), "pages", "pages", nginx.port)) {
            sidecar.awaitServing("pages");
            Wrk.Count count = Wrk.start(site, "pages.example", 64, Duration.ofSeconds(5)).await();
            System.out.println("one tunnel, four loops: " + count.text());
            assertThat(count.refused()).as(count.text()).isZero();
            assertThat(count.text()).doesNotContain("Socket errors");
            assertThat(count.requests()).isGreaterThan(1_000);
            assertThat(Metrics.of(site, "evenkeel_tunnels", "").stream().mapToLong(n -> n).sum())
                    .isOne();
            assertThat(Metrics.of(site, "evenkeel_tunnel_requests_total", "crossed").getFirst())
                    .isGreaterThan(1_000);
            assertThat(upgrade(site)).contains(" 501 ", "gateway.request-head.unsupported");
        }
    }

    private static String upgrade(Site site) throws IOException, InterruptedException {
        return Output.of(
                        new ProcessBuilder(
                                "curl",
                                "-si",
                                "--max-time",
                                "20",
                                "-H",
                                "Host: pages.example",
                                "-H",
                                "Connection: Upgrade",
                                "-H",
                                "Upgrade: websocket",
                                "http://" + site.address("http") + "/"))
                .text();
    }

    @Test
    void noGetFailsWhileServersAndSidecarsAreKilledAndRestarted() throws Exception {
        List<Nginx> servers = new ArrayList<>();
        List<Sidecar> sidecars = new ArrayList<>();
        try (Site site = Site.start()) {
            for (int i = 0; i < BACKENDS; i++) {
                servers.add(new Nginx(site, "web-" + i));
                sidecars.add(new Sidecar(site, "shop", "web-" + i, servers.get(i).port));
            }
            for (Sidecar sidecar : sidecars) {
                sidecar.awaitSaid("registered at");
            }
            sidecars.getFirst().awaitServing("shop");
            LoadTotals totals = new LoadTotals();
            int kills = 0;
            try (LoadClient load =
                    LoadClient.start(
                            site.http(),
                            LoadClient.Request.get("shop.example", "/"),
                            12,
                            Duration.ofMillis(2),
                            totals)) {
                assertThat(load).isNotNull();
                for (long end = System.nanoTime() + LENGTH.toNanos(); System.nanoTime() < end; ) {
                    int victim = kills % BACKENDS;
                    if (kills++ % 2 == 0) {
                        sidecars.get(victim).kill();
                        sidecars.set(
                                victim,
                                new Sidecar(
                                        site, "shop", "web-" + victim, servers.get(victim).port));
                        sidecars.get(victim).awaitSaid("registered at");
                    } else {
                        servers.get(victim).restart();
                    }
                }
            } finally {
                sidecars.forEach(Sidecar::close);
                servers.forEach(Nginx::close);
            }
            System.out.printf(
                    "tunnels killed %d times: %d answered, %d lost, %d cut%n",
                    kills, totals.answered(), totals.lost(), totals.cut());
            assertThat(totals.failures()).isEmpty();
            assertThat(totals.answered()).isGreaterThan(1_000);
            assertThat(kills).isGreaterThan(10);
        }
    }

    @Test
    void gatewayThatStopsFinishesWhatRunsInItsTunnels() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        HttpServer slow =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        slow.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        slow.createContext(
                "/slow",
                exchange -> {
                    asked.countDown();
                    awaitQuietly(answer);
                    byte[] body = "at last".getBytes(StandardCharsets.US_ASCII);
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        slow.createContext(
                "/",
                exchange -> {
                    exchange.sendResponseHeaders(200, -1);
                    exchange.close();
                });
        slow.start();
        try (Site site = Site.start("--loops=2");
                Sidecar sidecar = new Sidecar(site, "slow", "slow", slow.getAddress().getPort())) {
            sidecar.awaitServing("slow");
            CompletableFuture<HttpResponse<String>> reply =
                    CompletableFuture.supplyAsync(() -> {
                        try {
                            return site.get("slow", "/slow");
                        } catch (IOException | InterruptedException broken) {
                            throw new CompletionException(broken);
                        }
                    });
            assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
            site.standalone().terminate();
            Site.await("clients are refused", Site.START_LIMIT, () -> refused(site));
            assertThat(reply).isNotDone();
            answer.countDown();
            assertThat(reply.get(20, TimeUnit.SECONDS).body()).isEqualTo("at last");
            assertThat(site.standalone().awaitEnd(Duration.ofSeconds(20))).isTrue();
        } finally {
            answer.countDown();
            slow.stop(0);
        }
    }

    private static boolean refused(Site site) {
        try (Socket socket = new Socket()) {
            socket.connect(site.http(), 1_000);
            return false;
        } catch (IOException nobodyListens) {
            return true;
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Not taken for a connection that was closed while it was idle, which nobody is blamed for. */
    @Test
    void replyThatIsBrokenOffInAKeptTunnelCountsAgainstTheServer() throws Exception {
        try (Site site = Site.start();
                Breaker server = new Breaker();
                Sidecar sidecar = new Sidecar(site, "flaky", "flaky", server.port())) {
            sidecar.awaitServing("flaky");
            assertThat(site.get("flaky", "/").statusCode()).isEqualTo(200);
            assertThat(Queues.of(site, "flaky").getFirst().penalty()).isZero();
            // The sidecar itself tries once more, as it can't know whether it came too late.
            server.breakNext(2);
            assertThat(site.get("flaky", "/").statusCode()).isEqualTo(200);
            assertThat(server.left()).isZero();
            assertThat(Queues.of(site, "flaky").getFirst().penalty()).isPositive();
        }
    }

    @Test
    void largeBodiesPassBothWays() throws Exception {
        byte[] body = new byte[20_000_000];
        new SplittableRandom(1).nextBytes(body);
        HttpServer echo =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        echo.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        echo.createContext(
                "/",
                exchange -> {
                    // 0: chunked, as long as it takes.
                    String length = exchange.getRequestHeaders().getFirst("Content-Length");
                    exchange.sendResponseHeaders(200, length == null ? 0 : Long.parseLong(length));
                    exchange.getRequestBody().transferTo(exchange.getResponseBody());
                    exchange.close();
                });
        echo.start();
        try (Site site = Site.start();
                Sidecar sidecar = new Sidecar(site, "echo", "echo", echo.getAddress().getPort())) {
            sidecar.awaitServing("echo");
            Path sent = Files.write(site.folder.resolve("sent"), body);
            Path received = site.folder.resolve("received");
            for (String framing :
                    List.of("Content-Type: some/octets", "Transfer-Encoding: chunked")) {
                // Sends and receives at the same time: what the echo returns is not held up by what
                // it has still to be sent.
                assertThat(
                                Output.of(
                                                new ProcessBuilder(
                                                        "curl",
                                                        "-sS",
                                                        "--max-time",
                                                        "60",
                                                        "-H",
                                                        "Evenkeel-Service: echo",
                                                        "-H",
                                                        framing,
                                                        "--data-binary",
                                                        "@" + sent,
                                                        "-o",
                                                        received.toString(),
                                                        "-w",
                                                        "%{http_code}",
                                                        "http://" + site.address("http") + "/"))
                                        .text())
                        .isEqualTo("200");
                assertThat(received).hasSameBinaryContentAs(sent);
            }
        } finally {
            echo.stop(0);
        }
    }

    /** Answers every request, or ends the connection in the place of the answer. */
    private static final class Breaker implements AutoCloseable {
        private final ServerSocket listening =
                new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final AtomicInteger breaks = new AtomicInteger();

        Breaker() throws IOException {
            Thread.ofVirtual()
                    .start(() -> {
                        while (!listening.isClosed()) {
                            try {
                                Socket accepted = listening.accept();
                                Thread.ofVirtual().start(() -> serve(accepted));
                            } catch (IOException closed) {
                                return;
                            }
                        }
                    });
        }

        int port() {
            return listening.getLocalPort();
        }

        void breakNext(int count) {
            breaks.set(count);
        }

        int left() {
            return breaks.get();
        }

        private void serve(Socket accepted) {
            try (Socket socket = accepted;
                    BufferedReader in =
                            new BufferedReader(
                                    new InputStreamReader(
                                            socket.getInputStream(), StandardCharsets.US_ASCII))) {
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    if (!line.isEmpty()) {
                        continue;
                    } else if (breaks.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
                        return;
                    }
                    socket.getOutputStream()
                            .write(
                                    "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
                                            .getBytes(StandardCharsets.US_ASCII));
                }
            } catch (IOException gone) {
                // As the test wants it, or the sidecar is.
            }
        }

        @Override
        public void close() throws IOException {
            listening.close();
        }
    }
}
