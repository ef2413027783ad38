package io.evenkeel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.model.HealthCheck;
import io.evenkeel.model.PolicySpec;
import io.evenkeel.model.StatusRanges;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Active checks over real sockets. */
@SuppressWarnings("StringConcatToTextBlock") // every CR and LF is meant
final class HealthCheckTest extends ProxySuite {
    private void check(HealthCheck.Type type) {
        PolicySpec d = PolicySpec.defaults();
        site.policy(
                SERVICE,
                new PolicySpec(
                        d.balancing(),
                        new HealthCheck(
                                type,
                                "/health",
                                Optional.empty(),
                                Duration.ofMillis(100),
                                Duration.ofMillis(90),
                                1,
                                2,
                                StatusRanges.parse("200,204")),
                        d.outlierDetection(),
                        d.retries(),
                        d.timeouts(),
                        d.affinity(),
                        d.requestLimits(),
                        d.circuitBreakers(),
                        d.localRateLimit()));
    }

    private int status() {
        return client().send(get("/")).reply().status();
    }

    @Test
    void anEndpointIsPickedOnceItsCheckPassesAndNoMoreWhenItFails() {
        check(HealthCheck.Type.HTTP);
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
        check(HealthCheck.Type.TCP);
        Backend backend = echo("a");
        await("healthy", () -> status() == 200);
        backend.stopListening();
        await("unhealthy", () -> status() == 503);
    }

    @Test
    void withoutChecksNothingSpeaksAgainstAnEndpoint() {
        check(HealthCheck.Type.HTTP);
        backend(talk -> {
            talk.head();
            talk.send(ok("fine"));
            talk.head();
        });
        await("checked and failed, for 200 is asked as /health too", () -> status() >= 200);
        check(HealthCheck.Type.NONE);
        await("picked", () -> status() == 200);
    }
}
