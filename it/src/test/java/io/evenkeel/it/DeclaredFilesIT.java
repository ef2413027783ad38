package io.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.evenkeel.app.demo.Launched;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** X3: declared files stand before anybody is served. */
@Tag("X")
class DeclaredFilesIT {
    private static final int STARTS = 3;
    private static final byte[] REQUEST =
            "GET /a HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);

    @TempDir private Path folder;

    @Test
    void theFirstRequestAnsweredIsRoutedByThem() throws Exception {
        HttpServer backend =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
        backend.createContext(
                "/",
                exchange -> {
                    exchange.sendResponseHeaders(204, -1);
                    exchange.close();
                });
        backend.start();
        try {
            Path resources = folder.resolve("site.yaml");
            Files.writeString(resources, declared(backend.getAddress().getPort()));
            for (int start = 0; start < STARTS; start++) {
                int http = freePort();
                Launched standalone =
                        Launched.start(
                                "standalone-" + start,
                                folder,
                                List.of(
                                        "standalone",
                                        "--http=127.0.0.1:" + http,
                                        "--link=127.0.0.1:0",
                                        "--admin=127.0.0.1:0",
                                        "--data-dir=" + folder.resolve("data-" + start),
                                        "--resources=" + resources));
                try {
                    assertThat(firstAnswer(http)).startsWith("HTTP/1.1 204 ");
                } finally {
                    standalone.close();
                }
            }
        } finally {
            backend.stop(0);
        }
    }

    /** Asks until somebody answers. */
    private static String firstAnswer(int port) throws Exception {
        long deadline = System.nanoTime() + Site.START_LIMIT.toNanos();
        while (System.nanoTime() < deadline) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.setSoTimeout((int) Site.START_LIMIT.toMillis());
                socket.getOutputStream().write(REQUEST);
                return new String(
                        socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            } catch (IOException notYet) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
        }
        throw new AssertionError("nobody answered within " + Site.START_LIMIT);
    }

    private static int freePort() throws IOException {
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return any.getLocalPort();
        }
    }

    private static String declared(int port) {
        return """
        apiVersion: evenkeel.io/v1
        kind: Endpoint
        metadata: {name: shop-1}
        spec: {service: shop-by-route, workload: shop-1, address: "127.0.0.1:%d"}
        ---
        apiVersion: evenkeel.io/v1
        kind: Route
        metadata: {name: shop}
        spec: {match: {hosts: [shop.example]}, service: shop-by-route}
        """
                .formatted(port);
    }
}
