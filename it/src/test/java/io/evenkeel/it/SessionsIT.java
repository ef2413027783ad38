package io.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.app.demo.Launched;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A7: sessions by cookie with real backends: they outlive the gateway, move only when their
 * endpoint is gone, and are served by a draining one until its deadline.
 */
@Tag("A")
class SessionsIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int SESSIONS = 24;

    @TempDir private Path folder;

    /** What a client with a session saw: its cookie and who answered. */
    private record Session(String cookie, String endpoint) {}

    @Test
    void sessionsOutliveTheGatewayMoveOnlyFromTheGoneAndSurviveADrain() throws Exception {
        Path policy = folder.resolve("policy.yaml");
        Files.writeString(
                policy,
                """
                apiVersion: evenkeel.io/v1
                kind: Policy
                metadata: {name: default}
                spec:
                  affinity: {type: cookie, name: sid, ttl: 1h}
                  timeouts: {drain: 6s}
                """);
        try (Site site = Site.start("--resources=" + policy)) {
            Launched two = site.backend("two", "shop");
            for (String name : List.of("one", "three", "four")) {
                assertThat(site.backend(name, "shop").isAlive()).isTrue();
            }
            awaitQueued(site, 4);
            List<Session> sessions = new ArrayList<>();
            for (int i = 0; i < SESSIONS; i++) {
                Session session = ask(site, "");
                assertThat(session.cookie()).isNotEmpty();
                sessions.add(session);
            }
            assertThat(sessions.stream().map(Session::endpoint).distinct()).hasSize(4);
            assertStay(site, sessions, "");

            site.standalone().kill();
            site.restart();
            awaitQueued(site, 4);
            assertStay(site, sessions, "");

            Session good = sessions.getFirst();
            char last = good.cookie().charAt(good.cookie().length() - 1);
            String forged =
                    good.cookie().substring(0, good.cookie().length() - 1)
                            + (last == 'A' ? 'B' : 'A');
            assertThat(ask(site, forged).cookie()).as("a forged one is replaced").isNotEmpty();

            two.kill();
            awaitQueued(site, 3);
            assertStay(site, sessions, "two");
            sessions.removeIf(session -> session.endpoint().equals("two"));

            List<Session> draining =
                    sessions.stream().filter(s -> s.endpoint().equals("three")).toList();
            assertThat(draining).isNotEmpty();
            long begun = System.nanoTime();
            Output said = site.command("drain", "endpoint", "three");
            assertThat(said.code()).as(said.text()).isZero();
            Site.await("the drain is in force", SOON, () -> queued(site) == 2);
            int kept = 0;
            while (System.nanoTime() - begun < Duration.ofSeconds(4).toNanos()) {
                assertStay(site, draining, "");
                assertThat(ask(site, "").endpoint()).as("a new session").isNotEqualTo("three");
                kept++;
            }
            assertThat(kept).isPositive();
            Site.await(
                    "the sessions move after the deadline",
                    SOON,
                    () -> !quietly(site, draining.getFirst().cookie()).equals("three"));
            System.out.printf(
                    "%d sessions kept over a restart, %d looks at those of a draining endpoint%n",
                    SESSIONS, kept);
        }
    }

    /** Every session is where it was and keeps its cookie, those of one endpoint apart. */
    private static void assertStay(Site site, List<Session> sessions, String gone)
            throws IOException {
        for (Session session : sessions) {
            Session now = ask(site, session.cookie());
            if (session.endpoint().equals(gone)) {
                assertThat(now.endpoint()).isNotEqualTo(gone);
                assertThat(ask(site, now.cookie()).endpoint()).isEqualTo(now.endpoint());
            } else {
                assertThat(now).isEqualTo(new Session("", session.endpoint()));
            }
        }
    }

    private static void awaitQueued(Site site, int count) throws InterruptedException {
        Site.await(count + " backends are in the queue", SOON, () -> queued(site) == count);
    }

    private static long queued(Site site) {
        try {
            return Queues.of(site, "shop").stream().filter(Queues.Node::queued).count();
        } catch (IOException | InterruptedException failed) {
            return -1;
        }
    }

    private static String quietly(Site site, String cookie) {
        try {
            return ask(site, cookie).endpoint();
        } catch (IOException failed) {
            return failed.toString();
        }
    }

    /** The endpoint that answered, and the cookie that was set, empty if none was. */
    private static Session ask(Site site, String cookie) throws IOException {
        try (Socket socket = new Socket(site.http().getAddress(), site.http().getPort())) {
            socket.setSoTimeout(20_000);
            String request =
                    "GET / HTTP/1.1\r\nHost: shop.example\r\n"
                            + (cookie.isEmpty() ? "" : "Cookie: x=y; " + cookie + "\r\n")
                            + "Connection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String answer =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(answer).startsWith("HTTP/1.1 200 ");
            String set = "";
            for (String line : answer.lines().toList()) {
                if (line.startsWith("Set-Cookie: ")) {
                    set = line.substring("Set-Cookie: ".length(), line.indexOf(';'));
                }
            }
            String body = answer.substring(answer.indexOf("\r\n\r\n") + 4);
            return new Session(set, body.strip().split(" ", -1)[0]);
        }
    }
}
