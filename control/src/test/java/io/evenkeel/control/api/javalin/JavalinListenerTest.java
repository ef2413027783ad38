package io.evenkeel.control.api.javalin;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.control.api.ApiCounters;
import io.evenkeel.control.api.ApiListen;
import io.evenkeel.control.api.ApiReply;
import io.evenkeel.control.api.ApiRoute;
import io.evenkeel.control.api.ApiRouter;
import io.evenkeel.control.api.ApiService;
import io.evenkeel.kernel.permission.Permission;
import io.evenkeel.kernel.permission.PermissionPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JavalinListenerTest {
    private static final Duration SHORT = Duration.ofMillis(400);

    private final CompletableFuture<IOException> cut = new CompletableFuture<>();
    private JavalinListener listener;

    @BeforeEach
    void listen() {
        listener = listen(SHORT);
    }

    private JavalinListener listen(Duration idle) {
        List<ApiRoute> routes =
                List.of(
                        route("GET", "/v1/things/{name}", request -> ok(request.pathValue("name"))),
                        route(
                                "PUT",
                                "/v1/things/{name}",
                                request -> ok("" + request.body().size())),
                        route("POST", "/v1/things/{name}:drain", request -> ok("drain")),
                        route(
                                "GET",
                                "/broken",
                                request -> {
                                    throw new IllegalStateException("a defect, on purpose");
                                }),
                        route(
                                "GET",
                                "/flood",
                                request ->
                                        new ApiReply.Lines(
                                                200,
                                                "application/x-ndjson",
                                                List.of(),
                                                this::flood)));
        ApiListen listen =
                ApiListen.on(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .timeouts(idle, idle.multipliedBy(3))
                        .bodyLimit(10_000);
        return JavalinListener.start(
                listen,
                new ApiService(
                        new ApiRouter(routes, PermissionPort.everythingToLocal()),
                        new ApiCounters()));
    }

    @AfterEach
    void stop() {
        listener.close();
    }

    @Test
    void keepsAConnectionForSeveralRequests() throws IOException {
        try (RawPeer peer = new RawPeer(listener.port())) {
            peer.send("GET /v1/things/a HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(peer.readUntil("\r\n\r\na")).startsWith("HTTP/1.1 200 ");
            peer.send("GET /v1/things/b HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(peer.readUntil("\r\n\r\nb")).startsWith("HTTP/1.1 200 ");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    GET /v1/things/a HTTP/1.1;Host: localhost|200
                    HEAD /v1/things/a HTTP/1.1;Host: localhost|200
                    POST /v1/things/a:drain HTTP/1.1;Host: localhost;Content-Length: 0|200
                    GET /v1/things/a HTTP/1.0;Host: localhost|200
                    GET /nowhere HTTP/1.1;Host: localhost|404
                    GET /v1/things/ HTTP/1.1;Host: localhost|404
                    GET /v1/things/a/ HTTP/1.1;Host: localhost|404
                    GET //v1/things/a HTTP/1.1;Host: localhost|404
                    GET /v1/things/a%2Fb HTTP/1.1;Host: localhost|400
                    GET /v1/things/a?x=%zz HTTP/1.1;Host: localhost|400
                    GET /v1/things/a?x=1 HTTP/1.1;Host: localhost|400
                    DELETE /v1/things/a HTTP/1.1;Host: localhost|405
                    PATCH /v1/things/a HTTP/1.1;Host: localhost|405
                    OPTIONS /v1/things/a HTTP/1.1;Host: localhost|405
                    TRACE /v1/things/a HTTP/1.1;Host: localhost|405
                    BREW /v1/things/a HTTP/1.1;Host: localhost|405
                    PUT /v1/things/a HTTP/1.1;Host: localhost;Content-Length: 10001|413
                    GET /broken HTTP/1.1;Host: localhost|500
                    GET /v1/things/a HTTP/1.1|400
                    GET /v1/things/a HTTP/1.1;Host: evil.example|421
                    GET /v1/things/a HTTP/1.1;Host: localhost;Origin: http://evil.example|403
                    GET /v1/things/a HTTP/1.1;Host: localhost;Origin: http://localhost|200
                    GET /v1/things/a HTTP/9.9;Host: localhost|505
                    GET /v1/things/a HTTP/1.1;Host : localhost|400
                    GET /v1/things/a HTTP/1.1;Host: localhost;Content-Length: x|400
                    PUT /v1/things/a HTTP/1.1;Host: localhost;Content-Length: 1;Content-Length: 2|400
                    gibberish|400
                    """)
    void answersEverythingItRefusesWithAProblem(String lines, int status) throws IOException {
        try (RawPeer peer = new RawPeer(listener.port())) {
            peer.send(lines.replace(";", "\r\n") + "\r\nConnection: close\r\n\r\n");
            String reply = peer.readToEnd();
            assertThat(reply).startsWith("HTTP/1.1 " + status + " ");
            if (status >= 400) {
                assertThat(reply)
                        .containsIgnoringCase("Content-Type: application/problem+json")
                        .contains("\"type\":\"urn:evenkeel:problem:")
                        .contains("\"status\":" + status)
                        .contains("(");
            }
        }
    }

    @Test
    void methodNotAllowedNamesTheMethodsThatAre() throws IOException {
        try (RawPeer peer = new RawPeer(listener.port())) {
            peer.send(
                    "DELETE /v1/things/a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            assertThat(peer.readToEnd()).contains("Allow: GET, HEAD, PUT");
        }
    }

    @Test
    void headLargerThanTheLimitIsAnswered431() throws IOException {
        try (RawPeer peer = new RawPeer(listener.port())) {
            peer.send("GET /v1/things/a HTTP/1.1\r\nHost: localhost\r\n");
            peer.send("X-Big: " + "x".repeat(20_000) + "\r\n\r\n");
            assertThat(peer.readToEnd())
                    .startsWith("HTTP/1.1 431 ")
                    .contains("urn:evenkeel:problem:headers-too-large");
        }
    }

    @Test
    void chunkedBodyLargerThanTheLimitIsAnswered413() throws IOException {
        try (RawPeer peer = new RawPeer(listener.port())) {
            peer.send("PUT /v1/things/a HTTP/1.1\r\nHost: localhost\r\n");
            peer.send("Transfer-Encoding: chunked\r\n\r\n");
            peer.send("2af8\r\n" + "x".repeat(0x2af8) + "\r\n0\r\n\r\n");
            assertThat(peer.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 413 ");
        }
    }

    @Test
    void silentPeerIsCut() throws IOException {
        try (RawPeer peer = new RawPeer(listener.port())) {
            assertThat(peer.readToEnd()).isEmpty();
        }
    }

    @Test
    void bodyThatStallsIsAnswered408AndCut() throws IOException {
        try (RawPeer peer = new RawPeer(listener.port())) {
            peer.send("PUT /v1/things/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nx");
            assertThat(peer.readToEnd())
                    .startsWith("HTTP/1.1 408 ")
                    .contains("urn:evenkeel:problem:request-timeout");
        }
    }

    @Test
    void headThatNeverEndsIsCutThoughItIsNeverIdle() {
        List<String> drops = new ArrayList<>();
        assertThat(
                        CompletableFuture.supplyAsync(() -> {
                            try (RawPeer peer = new RawPeer(listener.port())) {
                                peer.send("GET /v1/things/a HTTP/1.1\r\nX-Drip: ");
                                while (drops.size() < 1_000) {
                                    // Far more often than the idle timeout asks for.
                                    TimeUnit.MILLISECONDS.sleep(20);
                                    peer.send("x");
                                    drops.add("x");
                                }
                                return "still open";
                            } catch (IOException e) {
                                return "cut";
                            } catch (InterruptedException e) {
                                return "interrupted";
                            }
                        }))
                .succeedsWithin(Duration.ofSeconds(15))
                .isEqualTo("cut");
    }

    @Test
    void peerThatDoesNotReadIsCut() throws IOException {
        try (RawPeer peer = new RawPeer(listener.port())) {
            peer.send("GET /flood HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(cut).succeedsWithin(Duration.ofSeconds(15));
        }
    }

    @Test
    void manyConnectionsAtOnceAreAllAnswered() throws IOException {
        List<RawPeer> peers = new ArrayList<>();
        try (JavalinListener patient = listen(Duration.ofSeconds(20))) {
            for (int i = 0; i < 200; i++) {
                peers.add(new RawPeer(patient.port()));
            }
            for (RawPeer peer : peers) {
                peer.send("GET /v1/things/a HTTP/1.1\r\nHost: localhost\r\n\r\n");
            }
            for (RawPeer peer : peers) {
                assertThat(peer.readUntil("\r\n\r\na")).startsWith("HTTP/1.1 200 ");
            }
        } finally {
            for (RawPeer peer : peers) {
                peer.close();
            }
        }
    }

    private void flood(ApiReply.LineSink sink) throws IOException {
        String line = "x".repeat(1 << 16);
        try {
            while (true) {
                sink.send(line);
            }
        } catch (IOException e) {
            cut.complete(e);
            throw e;
        }
    }

    private static ApiReply ok(String text) {
        return ApiReply.text(200, "text/plain", text);
    }

    private static ApiRoute route(String method, String template, ApiRoute.Handler handler) {
        return new ApiRoute(
                method,
                template,
                "op",
                List.of(),
                Permission.Action.READ,
                Permission.CLUSTER,
                handler);
    }
}
