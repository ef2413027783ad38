package io.evenkeel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.gateway.observe.TerminationReason;
import io.evenkeel.gateway.proxy.ProxySettings;
import io.evenkeel.model.AdminState;
import io.evenkeel.model.EndpointKey;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Everything that is waited for is waited for that long and no longer. */
@SuppressWarnings("StringConcatToTextBlock") // every CR and LF is meant
final class TimeoutsTest extends ProxySuite {
    private static final Duration SHORT = Duration.ofMillis(150);

    @Override
    ProxySettings proxy(ProxySettings d) {
        return new ProxySettings(
                d.limits(),
                d.pseudonym(),
                SHORT.toNanos(),
                SHORT.toNanos(),
                2 * SHORT.toNanos(),
                2 * SHORT.toNanos(),
                SHORT.toNanos(),
                0,
                d.maxConnections(),
                d.bufferBytes());
    }

    private void policy(Duration request, Duration perTry, Duration idle, Duration keepAlive) {
        site.policy(
                SERVICE,
                """
                {retries: {attempts: 2, budgetPercent: 100, minRetriesPerSecond: 100, perTryTimeout: %dms},
                 timeouts: {connect: %dms, request: %dms, idle: %dms, keepAlive: %dms, drain: 1s}}
                """
                        .formatted(
                                perTry.toMillis(),
                                SHORT.toMillis(),
                                request.toMillis(),
                                idle.toMillis(),
                                keepAlive.toMillis()));
    }

    private static final Duration LONG = Duration.ofSeconds(60);

    @Test
    void aClientThatNeverEndsItsHeadIsTold408() {
        echo("a");
        Talk client = client().send("GET / HTTP/1.1\r\nHost: sh");
        assertThat(client.reply().status()).isEqualTo(408);
        assertThat(client.ended()).isTrue();
    }

    @Test
    void aClientThatSendsItsHeadTooSlowlyIsTold408HoweverSteadily() {
        echo("a");
        Talk client = client();
        // One byte now and then is no progress: the head as a whole has to come in time.
        long began = System.nanoTime();
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        for (char c : get("/" + "x".repeat(2000)).toCharArray()) {
                            client.send(String.valueOf(c));
                            java.util.concurrent.locks.LockSupport.parkNanos(10_000_000);
                        }
                    } catch (java.io.UncheckedIOException closed) {
                        // The gateway closed, as it should.
                    }
                });
        assertThat(client.reply().status()).isEqualTo(408);
        assertThat(System.nanoTime() - began).isGreaterThanOrEqualTo(SHORT.toNanos());
    }

    @Test
    void aClientThatStopsInsideItsBodyIsTold408() {
        backend(Talk::request);
        Talk client = client().send("POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: 9\r\n\r\nab");
        Talk.Reply reply = client.reply();
        assertThat(reply.status()).isEqualTo(408);
        assertThat(reply.value("evenkeel-termination"))
                .isEqualTo(TerminationReason.CLIENT_BODY_TIMEOUT.label());
        assertThat(client.ended()).isTrue();
    }

    @Test
    void aClientThatIsIdleBetweenRequestsIsClosed() {
        echo("a");
        Talk client = client();
        assertThat(client.send(get("/")).reply().status()).isEqualTo(200);
        assertThat(client.ended()).isTrue();
        assertThat(client().ended()).as("one that never asked").isTrue();
    }

    @Test
    void anEndpointThatDoesNotAnswerIsTold504() {
        policy(SHORT, Duration.ZERO, LONG, LONG);
        backend(talk -> {
            talk.request();
            talk.gone();
        });
        Talk.Reply reply = client().send(get("/")).reply();
        assertThat(reply.status()).isEqualTo(504);
        assertThat(reply.value("evenkeel-termination"))
                .isEqualTo(TerminationReason.UPSTREAM_WAIT_TIMEOUT.label());
        assertThat(record(reply.value("x-request-id")).attempts()).isEqualTo(1);
        assertThat(outstanding()).isZero();
    }

    @Test
    void aTryThatTakesTooLongIsRepeatedElsewhere() {
        policy(LONG, SHORT, LONG, LONG);
        echo("alive");
        backend(talk -> {
            talk.request();
            talk.gone();
        });
        Talk.Reply reply = client().send(get("/")).reply();
        assertThat(reply.body()).isEqualTo("alive:");
        assertThat(record(reply.value("x-request-id")).attempts()).isEqualTo(2);
    }

    @Test
    void anEndpointThatStopsInsideItsReplyIsCutAndTheClientKnows() {
        policy(LONG, Duration.ZERO, SHORT, LONG);
        backend(talk -> {
            talk.request();
            talk.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345");
            talk.gone();
        });
        Talk client = client().send(get("/"));
        client.head();
        assertThat(client.broken()).isTrue();
        awaitEnded(TerminationReason.UPSTREAM_BODY_TIMEOUT);
    }

    @Test
    void anEndpointThatTakesNothingOfTheBodyIsCut() {
        policy(LONG, Duration.ZERO, LONG, LONG);
        backend(talk -> {
            talk.head();
            park();
        });
        Talk client =
                client().send("POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: 90000000\r\n\r\n");
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        byte[] block = new byte[1 << 16];
                        for (int i = 0; i < 1300; i++) {
                            client.send(block);
                        }
                    } catch (java.io.UncheckedIOException closed) {
                        // As it should be.
                    }
                });
        Talk.Reply reply = client.reply();
        assertThat(reply.status()).isEqualTo(504);
        assertThat(reply.value("evenkeel-termination"))
                .isEqualTo(TerminationReason.UPSTREAM_REQUEST_TIMEOUT.label());
    }

    /** Neither reads nor closes, for longer than anybody here waits. */
    private static void park() {
        try {
            new CountDownLatch(1).await(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aClientThatTakesNothingOfItsReplyIsCut() {
        policy(LONG, Duration.ZERO, LONG, LONG);
        backend(talk -> {
            talk.request();
            talk.send("HTTP/1.1 200 OK\r\nContent-Length: 90000000\r\n\r\n");
            byte[] block = new byte[1 << 16];
            while (true) {
                talk.send(block);
            }
        });
        client().send(get("/"));
        awaitEnded(TerminationReason.CLIENT_RESPONSE_TIMEOUT);
        assertThat(outstanding()).isZero();
    }

    @Test
    void aSilentTunnelIsClosed() {
        policy(LONG, Duration.ZERO, SHORT, LONG);
        backend(talk -> {
            talk.head();
            talk.send(
                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: chat\r\n"
                            + "Connection: Upgrade\r\n\r\n");
            talk.gone();
        });
        Talk client =
                client().send(
                                "GET / HTTP/1.1\r\nHost: shop\r\nConnection: Upgrade\r\n"
                                        + "Upgrade: chat\r\n\r\n");
        client.head();
        assertThat(client.gone()).isTrue();
        awaitEnded(TerminationReason.GATEWAY_TUNNEL_TIMEOUT);
    }

    @Test
    void anIdleConnectionToAnEndpointIsClosedAfterItsTime() {
        policy(LONG, Duration.ZERO, LONG, SHORT);
        List<Boolean> ended = new java.util.concurrent.CopyOnWriteArrayList<>();
        backend(talk -> {
            talk.request();
            talk.send(ok("x"));
            ended.add(talk.ended());
        });
        assertThat(client().send(get("/")).reply().status()).isEqualTo(200);
        await("closed", () -> !ended.isEmpty());
        assertThat(ended.getFirst()).isTrue();
    }

    @Test
    void whatStillRunsAtADrainedEndpointAfterItsTimeIsCutAndRepeatedIfSafe() {
        site.policy(
                SERVICE,
                "{timeouts: {connect: %1$dms, drain: %1$dms}}".formatted(SHORT.toMillis()));
        echo("stays");
        Backend hung =
                keep(
                        new Backend(talk -> {
                            talk.request();
                            talk.gone();
                        }));
        site.endpoint(SERVICE, "hung", hung.address());
        Talk client = client().send(get("/"));
        await("it hangs", () -> outstanding() == 1);
        site.remove("hung");
        assertThat(client.reply().body()).isEqualTo("stays:");
        site.endpoint(SERVICE, "hung", hung.address());
        client.send(post("/", "x"));
        await(
                "it hangs again",
                () ->
                        gateway.outstanding(new EndpointKey("default", "hung"), site.epoch("hung"))
                                == 1);
        site.assign("hung", AdminState.DRAIN);
        assertThat(client.reply().status()).isEqualTo(502);
    }

    @Test
    void anEndpointThatCannotBeReachedInTimeIsGivenUp() {
        policy(LONG, Duration.ZERO, LONG, LONG);
        site.endpoint(SERVICE, "full", keep(new FullBacklog()).address());
        Talk.Reply reply = client().send(get("/")).reply();
        assertThat(reply.status()).isEqualTo(504);
        assertThat(reply.value("evenkeel-termination"))
                .isEqualTo(TerminationReason.UPSTREAM_CONNECT_TIMEOUT.label());
    }
}
