package io.evenkeel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.gateway.proxy.SessionKey;
import io.evenkeel.model.AdminState;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A7: sessions through a real gateway. */
final class AffinityTest extends ProxySuite {
    private static final SessionKey KEY = new SessionKey(new byte[SessionKey.BYTES]);

    @Override
    GatewaySettings settings() {
        return super.settings().withSessionKey(KEY);
    }

    private void affinity(String type, String name, Duration ttl, Duration drain) {
        site.policy(
                SERVICE,
                "{affinity: {type: %s, name: %s, ttl: %dms}, timeouts: {drain: %dms}}"
                        .formatted(type, name, ttl.toMillis(), drain.toMillis()));
    }

    private void cookies() {
        affinity("cookie", "sid", Duration.ofHours(1), Duration.ofSeconds(30));
        for (int i = 0; i < 5; i++) {
            echo("b" + i);
        }
    }

    private static String with(String header) {
        return get("/").replace("\r\n\r\n", "\r\n" + header + "\r\n\r\n");
    }

    private Talk.Reply ask(String header) {
        try (Talk client = Talk.to(http)) {
            return client.send(header.isEmpty() ? get("/") : with(header)).reply();
        }
    }

    /** The name and value of the cookie that a reply sets. */
    private static String cookie(Talk.Reply reply) {
        String line = reply.value("set-cookie");
        return line.isEmpty() ? "" : line.substring(0, line.indexOf(';'));
    }

    @Test
    void aSessionStaysAtItsEndpointAndItsCookieIsSetOnce() {
        cookies();
        for (int session = 0; session < 10; session++) {
            Talk.Reply first = ask("");
            assertThat(first.value("set-cookie"))
                    .matches("sid=[A-Za-z0-9_-]{32}; Max-Age=3600; Path=/; HttpOnly; SameSite=Lax");
            for (int i = 0; i < 10; i++) {
                Talk.Reply next = ask("Cookie: a=b; " + cookie(first) + "; c=d");
                assertThat(next.body()).isEqualTo(first.body());
                assertThat(next.value("set-cookie")).isEmpty();
            }
        }
    }

    /** The head is whoever waits longest: never the endpoint that the session has just used. */
    @Test
    void requestsWithoutASessionFindTheQueueAsItIs() {
        cookies();
        Talk.Reply first = ask("");
        Set<String> bodies = new HashSet<>();
        for (int i = 0; i < 30; i++) {
            assertThat(ask("Cookie: " + cookie(first)).body()).isEqualTo(first.body());
            bodies.add(ask("").body());
        }
        assertThat(bodies).hasSize(4).doesNotContain(first.body());
    }

    @Test
    void aForgedCookieIsNoSessionAndIsReplaced() {
        cookies();
        Talk.Reply first = ask("");
        String good = cookie(first);
        String forged = good.substring(0, good.length() - 1) + (good.endsWith("A") ? "B" : "A");
        Talk.Reply reply = ask("Cookie: " + forged);
        assertThat(reply.status()).isEqualTo(200);
        assertThat(cookie(reply)).isNotEmpty().isNotEqualTo(forged);
        assertThat(ask("Cookie: " + forged + "; " + good).body())
                .as("a good one behind a forged one counts")
                .isEqualTo(first.body());
    }

    @Test
    void anExpiredCookieIsReplaced() {
        affinity("cookie", "sid", Duration.ofSeconds(1), Duration.ofSeconds(30));
        echo("b0");
        String old = cookie(ask(""));
        await("a new cookie for the old one", () -> !cookie(ask("Cookie: " + old)).isEmpty());
    }

    @Test
    void sessionsOfAnEndpointThatIsGoneMoveAndTheOthersStay() {
        cookies();
        Map<String, String> sessions = new HashMap<>();
        for (int i = 0; i < 25; i++) {
            Talk.Reply reply = ask("");
            sessions.put(cookie(reply), reply.body());
        }
        site.remove("b2");
        sessions.forEach((cookie, body) -> {
            Talk.Reply reply = ask("Cookie: " + cookie);
            if (body.equals("b2:")) {
                assertThat(reply.body()).isNotEqualTo(body);
                assertThat(ask("Cookie: " + cookie(reply)).body()).isEqualTo(reply.body());
            } else {
                assertThat(reply.body()).isEqualTo(body);
                assertThat(cookie(reply)).isEmpty();
            }
        });
        assertThat(sessions).containsValue("b2:");
    }

    @Test
    void aDrainingEndpointKeepsItsSessionsUntilTheDeadlineAndGetsNoNewOnes() {
        affinity("cookie", "sid", Duration.ofHours(1), Duration.ofMillis(1500));
        echo("b0");
        Talk.Reply first = ask("");
        echo("b1");
        site.assign("b0", AdminState.DRAIN);
        for (int i = 0; i < 5; i++) {
            assertThat(ask("Cookie: " + cookie(first)).body()).isEqualTo("b0:");
            assertThat(ask("").body()).isEqualTo("b1:");
        }
        await(
                "the session moves after the deadline",
                () -> ask("Cookie: " + cookie(first)).body().equals("b1:"));
        assertThat(cookie(ask("Cookie: " + cookie(first)))).isNotEmpty();
    }

    @Test
    void aCookieIsGoodAtAnotherGatewayWithTheSameKey() {
        cookies();
        Talk.Reply first = ask("");
        try (Gateway other = Gateway.create(settings(), null)) {
            var bound = (Gateway.Bound.Listening) other.bind();
            other.serve();
            site = new Site(other);
            http = bound.http();
            // The same endpoints by name, at addresses of their own.
            cookies();
            assertThat(ask("Cookie: " + cookie(first)).body()).isEqualTo(first.body());
        }
    }

    @Test
    void aHeadersValueFindsItsEndpointAndMovesLittleWhenOneLeaves() {
        affinity("header", "X-User", Duration.ofHours(1), Duration.ofSeconds(30));
        for (int i = 0; i < 5; i++) {
            echo("b" + i);
        }
        Map<String, String> before = new HashMap<>();
        for (int user = 0; user < 40; user++) {
            String header = "x-user: u" + user;
            before.put(header, ask(header).body());
            assertThat(ask(header).body()).isEqualTo(before.get(header));
        }
        assertThat(new HashSet<>(before.values())).hasSize(5);
        site.remove("b3");
        int moved = 0;
        for (Map.Entry<String, String> user : before.entrySet()) {
            String body = ask(user.getKey()).body();
            if (user.getValue().equals("b3:")) {
                assertThat(body).isNotEqualTo("b3:");
            } else if (!body.equals(user.getValue())) {
                moved++;
            }
        }
        assertThat(moved).as("of those whose endpoint stayed").isLessThanOrEqualTo(4);
    }

    @Test
    void allRequestsOfASourceFindTheSameEndpoint() {
        affinity("source-ip", "x", Duration.ofHours(1), Duration.ofSeconds(30));
        for (int i = 0; i < 5; i++) {
            echo("b" + i);
        }
        String body = ask("").body();
        for (int i = 0; i < 20; i++) {
            assertThat(ask("").body()).isEqualTo(body);
        }
    }
}
