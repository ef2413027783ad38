package io.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A4: what routes do to requests on their way to a real server, changed while clients stay. */
@Tag("A")
class TrafficPolicyIT {
    private static final Duration SOON = Duration.ofSeconds(30);

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir private Path folder;

    @Test
    void aRouteRewritesForNginxAndChangesLive() throws Exception {
        try (Site site = Site.start();
                Nginx nginx = Nginx.start(folder, "return 200 \"$request_method $request_uri\";")) {
            apply(site, endpoint("pages", nginx.port()), route("rewrite: {pathPrefix: /v2}"));
            try (Client client = new Client(site)) {
                Site.await(
                        "the route is in force",
                        SOON,
                        () -> client.get("/api/a%20b?c=/api").endsWith("GET /v2/a%20b?c=/api"));
                apply(site, route("rewrite: {pathPrefix: /}"));
                Site.await("a change", SOON, () -> client.get("/api//a").endsWith("GET /a"));
                assertThat(client.get("/api/..;/a")).startsWith("HTTP/1.1 400 ");
            }
            assertThat(Files.readString(site.folder.resolve("access.log")))
                    .contains(" shop.example/api/a%20b?c=/api 200 ")
                    .doesNotContain("/v2");
        }
    }

    @Test
    void aRouteAndAPolicyEditHeadersOfNginxBothWays() throws Exception {
        String answer =
                """
                add_header X-Backend nginx; add_header X-Secret s;
                return 200 "$http_x_team|$http_cookie|$http_x_tier";
                """;
        try (Site site = Site.start();
                Nginx nginx = Nginx.start(folder, answer)) {
            apply(
                    site,
                    endpoint("pages", nginx.port()),
                    route(
                            """
                            headers: {request: {set: [{name: X-Team, value: blue}], remove: [Cookie]},
                                      response: {remove: [x-secret], set: [{name: server, value: keel}]}}
                            """));
            try (Client client = new Client(site)) {
                Site.await(
                        "the route is in force",
                        SOON,
                        () -> client.get("/api/a").endsWith("\r\n\r\nblue||"));
                apply(
                        site,
                        """
                        apiVersion: evenkeel.io/v1
                        kind: Policy
                        metadata: {name: default}
                        spec: {headers: {request: {add: [{name: X-Tier, value: gold}]}}}
                        """);
                Site.await("the policy", SOON, () -> client.get("/api/a").endsWith("blue||gold"));
                assertThat(client.get("/api/a"))
                        .contains("\r\nX-Backend: nginx\r\n", "\r\nserver: keel\r\n")
                        .doesNotContain("X-Secret", "Server: nginx");
            }
        }
    }

    @Test
    void aRouteMirrorsToASecondNginxWhichMayFailAndHangUnnoticed() throws Exception {
        try (Site site = Site.start();
                Nginx nginx = Nginx.start(folder, "return 200 pages;");
                Nginx second =
                        Nginx.start(
                                folder,
                                "access_log "
                                        + folder.resolve("copies.log")
                                        + "; return 500 \"$http_evenkeel_mirrored\";")) {
            apply(
                    site,
                    endpoint("pages", nginx.port()),
                    endpoint("next", second.port()),
                    route("mirror: {service: next, percent: 20%}"));
            try (Client client = new Client(site)) {
                Site.await(
                        "the route is in force",
                        SOON,
                        () -> client.get("/api/first").endsWith("pages"));
                for (int i = 0; i < 100; i++) {
                    assertThat(client.get("/api/" + i)).endsWith("pages");
                }
                Site.await("the copies are counted", SOON, () -> answered(site) >= 20);
                assertThat(answered(site)).isBetween(20L, 21L);
                second.stop();
                for (int i = 0; i < 100; i++) {
                    assertThat(client.get("/api/" + i)).endsWith("pages");
                }
            }
            assertThat(Files.readAllLines(folder.resolve("copies.log")))
                    .as("copies that nginx saw")
                    .hasSizeBetween(20, 21)
                    .allMatch(line -> line.contains("GET /api/") && line.contains(" 500 "));
            assertThat(Files.readString(site.folder.resolve("access.log")))
                    .doesNotContain(" next ");
        }
    }

    @Test
    void aMirrorBehindATunnelGetsCopiesToo() throws Exception {
        try (Site site = Site.start();
                Nginx nginx = Nginx.start(folder, "return 200 pages;")) {
            assertThat(site.backend("n", "next", "--tunnelled").isAlive()).isTrue();
            apply(
                    site,
                    endpoint("pages", nginx.port()),
                    route("rewrite: {pathPrefix: /}, mirror: {service: next}"));
            try (Client client = new Client(site)) {
                Site.await(
                        "copies are answered down the tunnel",
                        SOON,
                        () -> client.get("/api/a").endsWith("pages") && answered(site) > 0);
            }
        }
    }

    /** Copies that the mirror answered, as the metrics say. */
    private static long answered(Site site) {
        try {
            HttpResponse<String> metrics =
                    HTTP.send(
                            HttpRequest.newBuilder(
                                            URI.create(
                                                    "http://" + site.address("admin") + "/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            return metrics.body()
                    .lines()
                    .filter(l -> l.startsWith("evenkeel_mirrored_requests_total{"))
                    .filter(l -> l.contains("service=\"next\"") && l.contains("\"answered\""))
                    .mapToLong(l -> (long) Double.parseDouble(l.substring(l.lastIndexOf(' ') + 1)))
                    .sum();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return -1;
        }
    }

    private static String endpoint(String service, int port) {
        return """
        apiVersion: evenkeel.io/v1
        kind: Endpoint
        metadata: {name: %1$s-1}
        spec: {service: %1$s, address: "127.0.0.1:%2$d"}
        """
                .formatted(service, port);
    }

    private static String route(String does) {
        return """
        apiVersion: evenkeel.io/v1
        kind: Route
        metadata: {name: api}
        spec: {service: pages, match: {hosts: [shop.example], pathPrefix: /api}, %s}
        """
                .formatted(does);
    }

    private void apply(Site site, String... resources) throws Exception {
        Path file = Files.writeString(folder.resolve("r.yaml"), String.join("---\n", resources));
        Output said = site.command("apply", "-f", file.toString());
        assertThat(said.code()).as(said.text()).isZero();
    }

    /** One connection for as long as the gateway lets it stand. */
    private static final class Client implements AutoCloseable {
        private final Socket socket;

        Client(Site site) throws IOException {
            socket = new Socket(site.http().getAddress(), site.http().getPort());
        }

        /** The whole reply, head and body. */
        String get(String target) {
            try {
                socket.setSoTimeout(20_000);
                socket.getOutputStream()
                        .write(
                                ("GET "
                                                + target
                                                + " HTTP/1.1\r\nHost: shop.example\r\nCookie: c\r\n\r\n")
                                        .getBytes(StandardCharsets.US_ASCII));
                StringBuilder reply = new StringBuilder();
                while (reply.indexOf("\r\n\r\n") < 0) {
                    reply.append((char) socket.getInputStream().read());
                }
                String head = reply.toString();
                int length =
                        head.lines()
                                .filter(l -> l.startsWith("Content-Length: "))
                                .mapToInt(l -> Integer.parseInt(l.substring(16)))
                                .findFirst()
                                .orElse(0);
                reply.append(
                        new String(
                                socket.getInputStream().readNBytes(length),
                                StandardCharsets.US_ASCII));
                return reply.toString();
            } catch (IOException broken) {
                return broken.toString();
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    /** A real nginx on a port of its own. */
    private record Nginx(Process process, int port) implements AutoCloseable {
        static Nginx start(Path folder, String location) throws IOException, InterruptedException {
            String program = Programs.require("nginx").toString();
            int port;
            try (ServerSocket socket = new ServerSocket(0)) {
                port = socket.getLocalPort();
            }
            Path prefix = Files.createDirectories(folder.resolve("nginx-" + port));
            Path config =
                    Files.writeString(
                            prefix.resolve("nginx.conf"),
                            """
                            daemon off; master_process off; pid %1$s/pid; error_log %1$s/error.log;
                            events {}
                            http { access_log off; merge_slashes off;
                              server { listen 127.0.0.1:%2$d; location / { %3$s } } }
                            """
                                    .formatted(prefix, port, location));
            Process process =
                    new ProcessBuilder(program, "-p", prefix + "/", "-c", config.toString())
                            .redirectErrorStream(true)
                            .redirectOutput(prefix.resolve("nginx.log").toFile())
                            .start();
            Nginx nginx = new Nginx(process, port);
            Site.await("nginx listens", SOON, nginx::listens);
            return nginx;
        }

        private boolean listens() {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return socket.isConnected();
            } catch (IOException notYet) {
                return false;
            }
        }

        @Override
        public void close() {
            stop();
        }

        void stop() {
            process.destroy();
            process.onExit().orTimeout(30, TimeUnit.SECONDS).join();
        }
    }
}
