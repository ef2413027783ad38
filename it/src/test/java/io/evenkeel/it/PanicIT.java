package io.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A6, A8: what becomes of a service none of whose endpoints is well. */
@Tag("A")
class PanicIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    @Test
    void theOnlyEndpointIsNotPickedWhileItsActiveCheckFails() throws Exception {
        AtomicInteger health = new AtomicInteger(200);
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        server.createContext(
                "/",
                exchange -> {
                    boolean check = exchange.getRequestURI().getPath().equals("/health");
                    exchange.sendResponseHeaders(check ? health.get() : 200, 2);
                    exchange.getResponseBody().write("ok".getBytes(StandardCharsets.US_ASCII));
                    exchange.close();
                });
        server.start();
        try (Site site = Site.start()) {
            int created =
                    site.api()
                            .send(
                                    "PUT",
                                    "/v1/endpoints/declared",
                                    """
                                    apiVersion: evenkeel.io/v1
                                    kind: Endpoint
                                    metadata: {name: declared}
                                    spec:
                                      service: shop
                                      workload: declared
                                      address: 127.0.0.1:%d
                                      healthCheck: {type: http, path: /health, interval: 200ms, timeout: 150ms}
                                    """
                                            .formatted(server.getAddress().getPort()))
                            .statusCode();
            assertThat(created).isEqualTo(201);
            Site.await("served", SOON, () -> status(site) == 200);
            health.set(500);
            Site.await("out", SOON, () -> status(site) == 503);
            assertThat(site.command("explain", "service", "shop").text())
                    .contains("unhealthy")
                    .doesNotContain("PANIC");
            health.set(200);
            Site.await("served again", SOON, () -> status(site) == 200);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void anEjectedEndpointIsUsedInPanicAndTopAndExplainSaySo() throws Exception {
        try (Site site = Site.start()) {
            site.backend("web-1", "shop", "--fail-fast").awaitReady(Site.START_LIMIT);
            Site.await(
                    "ejected",
                    SOON,
                    () ->
                            status(site) == 500
                                    && text(site, "top", "shop", "--once").contains("ejected"));
            assertThat(text(site, "top", "shop", "--once")).contains("PANIC: too few");
            assertThat(text(site, "explain", "service", "shop")).contains("PANIC: too few");
            assertThat(status(site)).as("the backend's own answer, not ours").isEqualTo(500);
        }
    }

    private static int status(Site site) {
        try {
            return site.get("shop", "/").statusCode();
        } catch (IOException | InterruptedException failed) {
            return 0;
        }
    }

    private static String text(Site site, String... command) {
        try {
            return site.command(command).text();
        } catch (IOException | InterruptedException failed) {
            return failed.toString();
        }
    }
}
