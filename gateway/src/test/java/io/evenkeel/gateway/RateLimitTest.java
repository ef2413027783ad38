package io.evenkeel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.gateway.observe.TerminationReason;
import io.evenkeel.gateway.source.SourceRules;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A policy's rate limit through a real gateway of two loops. */
final class RateLimitTest extends ProxySuite {
    @Override
    GatewaySettings settings() {
        return super.settings()
                .withLoops(2)
                .withSources(
                        SourceRules.DEFAULT.withTrusted(
                                AddressRanges.parse(List.of("127.0.0.0/8"))));
    }

    private void limit(int requests, int burst, String scope) {
        site.policy(
                SERVICE,
                "{localRateLimit: {requests: %d, interval: 1h, burst: %d, scope: %s}}"
                        .formatted(requests, burst, scope));
    }

    private int status(String request) {
        try (Talk client = Talk.to(http)) {
            return client.send(request).reply().status();
        }
    }

    @Test
    void requestsBeyondTheBurstAreToldWhenToComeAgain() {
        Backend backend = echo("a");
        limit(36, 5, "service");
        for (int i = 0; i < 5; i++) {
            assertThat(status(get("/"))).isEqualTo(200);
        }
        int connections = backend.connections();
        Talk client = client();
        Talk.Reply reply = client.send(get("/")).reply();
        assertThat(reply.status()).isEqualTo(429);
        assertThat(reply.value("evenkeel-termination"))
                .isEqualTo(TerminationReason.GATEWAY_RATE_LIMITED.label());
        // One token each 100 s.
        assertThat(Integer.parseInt(reply.value("retry-after"))).isBetween(90, 100);
        assertThat(client.send(get("/")).reply().status()).as("it stays").isEqualTo(429);
        assertThat(backend.connections()).isEqualTo(connections);
        awaitEnded(TerminationReason.GATEWAY_RATE_LIMITED);
    }

    @Test
    void theLimitChangesWithThePolicyAndRemembersWhatWasTaken() {
        echo("a");
        limit(1, 3, "service");
        for (int i = 0; i < 3; i++) {
            assertThat(status(get("/"))).isEqualTo(200);
        }
        limit(1, 4, "service");
        assertThat(status(get("/"))).isEqualTo(200);
        assertThat(status(get("/"))).isEqualTo(429);
        limit(0, 0, "service");
        assertThat(status(get("/"))).isEqualTo(200);
    }

    @Test
    void eachClientHasItsOwnLimitBehindATrustedBalancer() {
        echo("a");
        limit(1, 2, "client");
        for (String client : List.of("192.0.2.1", "192.0.2.2", "2001:db8::1")) {
            String request = get("/").replace("Host:", "X-Forwarded-For: " + client + "\r\nHost:");
            assertThat(status(request)).isEqualTo(200);
            assertThat(status(request)).isEqualTo(200);
            assertThat(status(request)).isEqualTo(429);
        }
    }

    @Test
    void aBurstOfZeroIsAsManyAsTheRequestsOfAnInterval() {
        echo("a");
        limit(2, 0, "service");
        assertThat(status(get("/"))).isEqualTo(200);
        assertThat(status(get("/"))).isEqualTo(200);
        assertThat(status(get("/"))).isEqualTo(429);
    }
}
