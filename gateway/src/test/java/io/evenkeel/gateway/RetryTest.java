package io.evenkeel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.gateway.observe.TerminationReason;
import io.evenkeel.model.EndpointSpec;
import io.evenkeel.model.HostPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What is tried again, and what never is. */
@SuppressWarnings("StringConcatToTextBlock") // every CR and LF is meant
final class RetryTest extends ProxySuite {
    /** An endpoint at which nobody listens, nor ever did; picked before those that come later. */
    private void dead(String id) {
        int port;
        try (ServerSocket never = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = never.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        site.endpoint(SERVICE, id, "127.0.0.1:" + port);
    }

    private void policy(int attempts, int percent, int perSecond) {
        site.policy(
                SERVICE,
                "{retries: {attempts: %d, budgetPercent: %d, minRetriesPerSecond: %d}}"
                        .formatted(attempts, percent, perSecond));
    }

    @Test
    void anyRequestGoesElsewhereIfTheConnectionIsRefused() {
        echo("alive");
        dead("dead");
        Talk client = client();
        Talk.Reply reply = client.send(post("/", "x")).reply();
        assertThat(reply.body()).isEqualTo("alive:x");
        assertThat(record(reply.value("x-request-id")).attempts()).isEqualTo(2);
        assertThat(outstanding()).isZero();
    }

    @Test
    void aConnectionThatTheEndpointClosedWhileIdleIsReplacedWithoutAWord() {
        Backend backend = echo("a");
        Talk client = client();
        assertThat(client.send(get("/")).reply().status()).isEqualTo(200);
        backend.closeConnections();
        assertThat(client.send(post("/", "x")).reply().body()).isEqualTo("a:x");
        backend.closeConnections();
        assertThat(client.send(get("/")).reply().body()).isEqualTo("a:");
        assertThat(backend.connections()).isEqualTo(3);
    }

    @Test
    void aReusedConnectionThatClosesOnTheRequestIsReplacedForWhatIsSafeToRepeat() {
        AtomicInteger connections = new AtomicInteger();
        backend(talk -> {
            int n = connections.incrementAndGet();
            talk.request();
            talk.send(ok("first"));
            talk.request();
            if (n > 1) {
                talk.send(ok("again"));
            }
        });
        Talk client = client();
        assertThat(client.send(get("/")).reply().body()).isEqualTo("first");
        // The second request reaches the connection, which closes instead of answering.
        assertThat(client.send(get("/")).reply().body()).isEqualTo("first");
        assertThat(connections.get()).isEqualTo(2);
        assertThat(client.send(get("/")).reply().body()).isEqualTo("again");
    }

    @Test
    void whatIsNotSafeToRepeatIsSentOnce() {
        AtomicInteger requests = new AtomicInteger();
        for (int i = 0; i < 2; i++) {
            backend(talk -> {
                talk.request();
                requests.incrementAndGet();
            });
        }
        Talk.Reply reply = client().send(post("/", "pay")).reply();
        assertThat(reply.status()).isEqualTo(502);
        assertThat(reply.value("evenkeel-termination"))
                .isEqualTo(TerminationReason.UPSTREAM_WAIT_ABORTED.label());
        assertThat(requests.get()).isEqualTo(1);
    }

    @Test
    void aSafeRequestThatGotNoReplyIsRepeatedElsewhere() {
        AtomicInteger silent = new AtomicInteger();
        echo("alive");
        backend(talk -> {
            talk.request();
            silent.incrementAndGet();
        });
        Talk.Reply reply = client().send(get("/")).reply();
        assertThat(reply.body()).isEqualTo("alive:");
        assertThat(silent.get()).isEqualTo(1);
    }

    @Test
    void aPutWhoseBodyIsStillAtHandIsRepeatedWithIt() {
        echo("alive");
        backend(Talk::request);
        assertThat(
                        client().send(
                                        "PUT / HTTP/1.1\r\nHost: shop\r\nContent-Length: 4\r\n\r\nbody")
                                .reply()
                                .body())
                .isEqualTo("alive:body");
    }

    @Test
    void aReplyThatHasBegunIsNeverRepeated() {
        AtomicInteger requests = new AtomicInteger();
        for (int i = 0; i < 2; i++) {
            backend(talk -> {
                talk.request();
                requests.incrementAndGet();
                talk.send("HTTP/1.1 200 OK\r\nContent-");
            });
        }
        Talk.Reply reply = client().send(get("/")).reply();
        assertThat(reply.status()).isEqualTo(502);
        assertThat(reply.value("evenkeel-termination"))
                .isEqualTo(TerminationReason.UPSTREAM_HEAD_ABORTED.label());
        assertThat(requests.get()).isEqualTo(1);
    }

    @Test
    void attemptsAreBoundedAndTheLastReasonIsTold() {
        for (int i = 0; i < 5; i++) {
            dead("dead" + i);
        }
        Talk.Reply reply = client().send(get("/")).reply();
        assertThat(reply.status()).isEqualTo(502);
        assertThat(reply.value("evenkeel-termination"))
                .isEqualTo(TerminationReason.UPSTREAM_CONNECT_REFUSED.label());
        assertThat(record(reply.value("x-request-id")).attempts()).isEqualTo(3);
    }

    @Test
    void eachAttemptGoesToAnotherEndpoint() {
        echo("alive");
        dead("dead1");
        dead("dead2");
        for (int i = 0; i < 5; i++) {
            assertThat(client().send(get("/")).reply().body()).isEqualTo("alive:");
        }
    }

    @Test
    void withoutBudgetNothingIsRepeated() {
        policy(2, 0, 0);
        echo("alive");
        dead("dead");
        Talk.Reply reply = client().send(get("/")).reply();
        assertThat(reply.status()).isEqualTo(502);
        assertThat(record(reply.value("x-request-id")).attempts()).isEqualTo(1);
    }

    @Test
    void theBudgetChangesWithThePolicy() {
        policy(2, 0, 0);
        echo("alive");
        dead("dead1");
        assertThat(client().send(get("/")).reply().status()).isEqualTo(502);
        policy(2, 0, 1_000_000);
        dead("dead2");
        Talk.Reply repeated = client().send(get("/")).reply();
        assertThat(repeated.body()).isEqualTo("alive:");
        assertThat(record(repeated.value("x-request-id")).attempts()).isEqualTo(2);
        policy(2, 0, 0);
        dead("dead3");
        assertThat(client().send(get("/")).reply().status()).isEqualTo(502);
    }

    @Test
    void theBudgetIsAShareOfTheRequests() {
        policy(2, 50, 0);
        echo("alive");
        EndpointSpec spec = EndpointSpec.of(SERVICE, HostPort.parse("127.0.0.1:1"));
        site.endpoint("dead", spec, io.evenkeel.model.Source.API);
        int good = 0;
        for (int i = 0; i < 20; i++) {
            good += client().send(get("/")).reply().status() == 200 ? 1 : 0;
        }
        assertThat(good).isGreaterThan(10);
    }
}
