package io.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * B1: behind a real HAProxy the client stays the client, by either version of the PROXY protocol
 * and by forwarding headers; nobody else is believed. HAProxy reaches the gateway from 127.0.0.1,
 * its clients come from other addresses of the loopback network.
 */
@Tag("A")
class BehindHaproxyIT {
    private static final String CLIENT = "127.0.0.77";
    private static final String LIAR = "127.0.0.66";

    private static final Map<String, List<String>> WAYS =
            new TreeMap<>(
                    Map.of(
                            "one", List.of("tcp", "send-proxy check inter 200ms"),
                            "two", List.of("tcp", "send-proxy-v2 check inter 200ms"),
                            "two-more",
                                    List.of(
                                            "tcp",
                                            "send-proxy-v2 proxy-v2-options crc32c,unique-id",
                                            "unique-id-format %Ts-%pid"),
                            "headers", List.of("http", "", "option forwardfor")));

    @TempDir private Path folder;

    @Test
    void clientsKeepTheirAddressesAndLiarsTheirs() throws Exception {
        Programs.require("haproxy");
        HttpServer backend = echo();
        try (Site site = site(backend, "accept")) {
            try (HaproxyInFront haproxy = new HaproxyInFront(folder, site.address("http"), WAYS)) {
                for (String way : WAYS.keySet()) {
                    assertThat(ask(haproxy.way(way), CLIENT, "", ""))
                            .as(way)
                            .isEqualTo(way.equals("headers") ? CLIENT + ", 127.0.0.1" : CLIENT);
                    assertThat(ask(haproxy.way(way), CLIENT, "", "X-Forwarded-For: 6.6.6.6\r\n"))
                            .as("a lie by way of %s", way)
                            .doesNotContain("6.6.6.6")
                            .startsWith(CLIENT);
                    assertThat(ask(haproxy.way(way), CLIENT, "", "Forwarded: for=6.6.6.6\r\n"))
                            .as("a lie in the other header by way of %s", way)
                            .startsWith(CLIENT);
                }
                InetSocketAddress direct = site.http();
                assertThat(ask(direct, LIAR, "", "X-Forwarded-For: 6.6.6.6\r\n"))
                        .as("an untrusted peer")
                        .isEqualTo(LIAR);
                assertThat(ask(direct, LIAR, "PROXY TCP4 6.6.6.6 6.6.6.7 1 80\r\n", ""))
                        .as("an untrusted peer with a PROXY header")
                        .contains("400", "client.proxy-header.unexpected");
                Site.await(
                        "the access log tells of both",
                        Duration.ofSeconds(10),
                        () -> {
                            String log = log(site);
                            return log.contains(CLIENT) && log.contains(LIAR);
                        });
                assertThat(log(site)).doesNotContain("6.6.6.6 ");
                // The checks of HAProxy are connections of its own, without a request.
                assertThat(log(site))
                        .doesNotContain("proxy-header.aborted", "proxy-header.malformed");
            }
        } finally {
            backend.stop(0);
        }
    }

    @Test
    void nobodyComesPastTheBalancerWhereItsHeaderIsRequired() throws Exception {
        Programs.require("haproxy");
        HttpServer backend = echo();
        try (Site site = site(backend, "require")) {
            try (HaproxyInFront haproxy = new HaproxyInFront(folder, site.address("http"), WAYS)) {
                assertThat(ask(haproxy.way("one"), CLIENT, "", "")).isEqualTo(CLIENT);
                assertThat(ask(haproxy.way("two"), CLIENT, "", "")).isEqualTo(CLIENT);
                assertThat(ask(haproxy.way("headers"), CLIENT, "", ""))
                        .contains("client.proxy-header.missing");
                assertThat(ask(site.http(), LIAR, "", "")).contains("client.proxy-header.missing");
            }
        } finally {
            backend.stop(0);
        }
    }

    private static Site site(HttpServer backend, String proxyProtocol) throws Exception {
        Path resources = Files.createTempFile("evenkeel-it", ".yaml");
        Files.writeString(
                resources,
                """
                apiVersion: evenkeel.io/v1
                kind: Endpoint
                metadata: {name: echo-1}
                spec: {service: echo, address: "127.0.0.1:%d"}
                """
                        .formatted(backend.getAddress().getPort()));
        return Site.start(
                "--trusted-sources=127.0.0.1/32",
                "--proxy-protocol=" + proxyProtocol,
                "--resources=" + resources);
    }

    /** Answers with the X-Forwarded-For it got. */
    private static HttpServer echo() throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
        server.createContext(
                "/",
                exchange -> {
                    String seen =
                            String.join(
                                    " and ", exchange.getRequestHeaders().get("X-Forwarded-For"));
                    byte[] body = seen.getBytes(StandardCharsets.US_ASCII);
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.start();
        return server;
    }

    /** The body of the answer, or all of it unless it is 200. */
    private static String ask(InetSocketAddress to, String from, String preface, String headers)
            throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(20_000);
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral(from), 0));
            socket.connect(to, 5_000);
            String request =
                    preface
                            + "GET / HTTP/1.1\r\nHost: echo.example\r\n"
                            + headers
                            + "Connection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            String answer = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            int body = answer.indexOf("\r\n\r\n") + 4;
            return answer.startsWith("HTTP/1.1 200 ") ? answer.substring(body) : answer;
        }
    }

    private static String log(Site site) {
        try {
            return Files.readString(site.folder.resolve("access.log"));
        } catch (IOException notYet) {
            return "";
        }
    }
}
