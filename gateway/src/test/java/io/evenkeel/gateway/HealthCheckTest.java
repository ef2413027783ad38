package io.evenkeel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Active checks over real sockets. */
@SuppressWarnings("StringConcatToTextBlock") // every CR and LF is meant
final class HealthCheckTest extends ProxySuite {
    private void check(String type) {
        site.policy(
                SERVICE,
                """
                {healthCheck: {type: %s, path: /health, interval: 100ms, timeout: 90ms,
                 healthyThreshold: 1, unhealthyThreshold: 2, expectedStatuses: "200,204"}}
                """
                        .formatted(type));
    }

    private int status() {
        return client().send(get("/")).reply().status();
    }

    @Test
    void anEndpointIsPickedOnceItsCheckPassesAndNoMoreWhenItFails() {
        check("http");
        AtomicInteger status = new AtomicInteger(500);
        AtomicInteger checks = new AtomicInteger();
        backend(talk -> {
            String head = talk.head();
            if (head.startsWith("GET /health ")) {
                assertThat(head).contains("User-Agent: evenkeel-check");
                checks.incrementAndGet();
                talk.send("HTTP/1.1 " + status.get() + " X\r\nContent-Length: 0\r\n\r\n");
            } else {
                talk.send(ok("fine"));
            }
        });
        await("checked", () -> checks.get() >= 1);
        assertThat(status()).isEqualTo(503);
        status.set(204);
        await("healthy", () -> status() == 200);
        status.set(404);
        await("unhealthy", () -> status() == 503);
        status.set(200);
        await("healthy again", () -> status() == 200);
    }

    @Test
    void aPortThatAcceptsPassesATcpCheckAndOneThatDoesNotFails() {
        check("tcp");
        Backend backend = echo("a");
        await("healthy", () -> status() == 200);
        backend.stopListening();
        await("unhealthy", () -> status() == 503);
    }

    @Test
    void withoutChecksNothingSpeaksAgainstAnEndpoint() {
        check("http");
        backend(talk -> {
            talk.head();
            talk.send(ok("fine"));
            talk.head();
        });
        await("checked and failed, for 200 is asked as /health too", () -> status() >= 200);
        check("none");
        await("picked", () -> status() == 200);
    }
}
