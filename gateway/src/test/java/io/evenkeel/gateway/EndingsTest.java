package io.evenkeel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.gateway.observe.TerminationReason;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** How requests end other than well: who is told what, and what is cut. */
@SuppressWarnings("StringConcatToTextBlock") // every CR and LF is meant
final class EndingsTest extends ProxySuite {
    @Test
    void aClientThatEndedItsDirectionStillGetsItsReplies() {
        echo("a");
        Talk client = client().send(get("/1") + get("/2")).finish();
        assertThat(client.reply().body()).isEqualTo("a:");
        assertThat(client.reply().body()).isEqualTo("a:");
        assertThat(client.ended()).isTrue();
    }

    @Test
    void aClientThatBreaksWhileItWaitsHasItsRequestCutAtTheEndpoint() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch cut = new CountDownLatch(1);
        backend(talk -> {
            talk.request();
            asked.countDown();
            if (talk.gone()) {
                cut.countDown();
            }
        });
        Talk client = client().send(get("/"));
        assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
        client.reset();
        assertThat(cut.await(10, TimeUnit.SECONDS)).isTrue();
        awaitEnded(TerminationReason.CLIENT_WAIT_ABORTED);
        assertThat(outstanding()).isZero();
    }

    @Test
    void aClientThatEndsInsideItsBodyHasItsRequestCutAtTheEndpoint() throws Exception {
        CountDownLatch cut = new CountDownLatch(1);
        backend(talk -> {
            talk.head();
            talk.body(2);
            if (talk.gone()) {
                cut.countDown();
            }
        });
        client().send("POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: 9\r\n\r\nab").finish();
        assertThat(cut.await(10, TimeUnit.SECONDS)).isTrue();
        awaitEnded(TerminationReason.CLIENT_BODY_ABORTED);
    }

    @Test
    void aClientThatBreaksInsideTheReplyIsCounted() {
        backend(talk -> {
            talk.request();
            talk.send("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n");
            byte[] block = new byte[1 << 16];
            while (true) {
                talk.send(block);
            }
        });
        Talk client = client().send(get("/"));
        client.head();
        client.bytes(100_000);
        client.reset();
        awaitEnded(TerminationReason.CLIENT_RESPONSE_ABORTED);
    }

    @Test
    void aReplyCutShortReachesTheClientAsABrokenConnection() {
        backend(talk -> {
            talk.request();
            talk.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345");
        });
        Talk client = client().send(get("/"));
        assertThat(client.head()).startsWith("HTTP/1.1 200");
        assertThat(client.broken()).isTrue();
        awaitEnded(TerminationReason.UPSTREAM_BODY_ABORTED);
    }

    @Test
    void chunksThatAreNoneAreNotTakenForTheEnd() {
        CountDownLatch seen = new CountDownLatch(1);
        backend(talk -> {
            talk.request();
            talk.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n");
            awaitQuietly(seen);
            talk.send("zz\r\n");
            talk.read();
        });
        Talk client = client().send(get("/"));
        client.head();
        assertThat(client.body(7)).isEqualTo("2\r\nab\r\n");
        seen.countDown();
        assertThat(client.broken()).isTrue();
        awaitEnded(TerminationReason.UPSTREAM_BODY_MALFORMED);
    }

    @Test
    void aReplyWhoseBodyIsWrongFromTheStartIsAnsweredWith502() {
        backend(talk -> {
            talk.request();
            talk.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");
            talk.read();
        });
        Talk.Reply reply = client().send(get("/")).reply();
        assertThat(reply.status()).isEqualTo(502);
        assertThat(reply.value("evenkeel-termination"))
                .isEqualTo(TerminationReason.UPSTREAM_BODY_MALFORMED.label());
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aReplyThatIsNoHttpIsAnsweredWith502() {
        backend(talk -> {
            talk.request();
            talk.send("SSH-2.0-OpenSSH_9.9\r\n");
            talk.read();
        });
        Talk.Reply reply = client().send(get("/")).reply();
        assertThat(reply.status()).isEqualTo(502);
        assertThat(reply.value("evenkeel-termination"))
                .isEqualTo(TerminationReason.UPSTREAM_HEAD_MALFORMED.label());
    }

    @Test
    void anEndpointThatSpeaksBehindItsReplyLosesItsConnectionAndNobodyElseHearsIt() {
        Backend backend =
                backend(talk -> {
                    talk.request();
                    talk.send(ok("right") + ok("smuggled"));
                    talk.read();
                });
        Talk client = client();
        assertThat(client.send(get("/1")).reply().body()).isEqualTo("right");
        assertThat(client.send(get("/2")).reply().body()).isEqualTo("right");
        assertThat(backend.connections()).isEqualTo(2);
    }

    @Test
    void anEarlyReplyIsPassedOnWhileTheBodyIsStillBeingSent() {
        backend(talk -> {
            talk.head();
            talk.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
        });
        Talk client =
                client().send(
                                "POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: 10000000\r\n\r\nbegin");
        Talk.Reply reply = client.reply();
        assertThat(reply.status()).isEqualTo(403);
        assertThat(reply.body()).isEqualTo("no");
        assertThat(reply.value("connection")).isEqualTo("close");
        assertThat(client.ended()).isTrue();
    }

    @Test
    void anEarlyReplyIsHeardThoughTheEndpointTakesNoMoreOfTheBody() {
        // The endpoint answers, then breaks the connection while the body is on its way.
        backend(talk -> {
            talk.head();
            talk.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\n\r\nno");
            talk.finish();
            talk.read();
        });
        Talk client =
                client().send("POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: 90000000\r\n\r\n");
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        byte[] block = new byte[1 << 16];
                        for (int i = 0; i < 1000; i++) {
                            client.send(block);
                        }
                    } catch (java.io.UncheckedIOException refused) {
                        // As it should be: nobody reads to the end.
                    }
                });
        assertThat(client.reply().status()).isEqualTo(413);
    }

    @Test
    void aMalformedHeadIsAnsweredOnceAndTheConnectionEnds() {
        AtomicReference<String> seen = new AtomicReference<>("");
        backend(talk -> seen.set(talk.head()));
        Talk client =
                client().send(
                                "GET / HTTP/1.1\r\nHost : shop\r\n\r\nGET /smuggled HTTP/1.1\r\n"
                                        + "Host: shop\r\n\r\n");
        Talk.Reply reply = client.reply();
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.body()).contains("space-before-colon");
        assertThat(client.ended()).isTrue();
        assertThat(seen.get()).isEmpty();
    }

    @Test
    void aMalformedBodyIsRefusedAndTheEndpointIsCut() {
        AtomicReference<Boolean> cut = new AtomicReference<>(false);
        backend(talk -> {
            talk.head();
            talk.body(7);
            cut.set(talk.gone());
        });
        Talk client =
                client().send(
                                "POST / HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\n\r\n"
                                        + "2\r\nab\r\n");
        await("the endpoint has it", () -> outstanding() == 1);
        client.send("nonsense\r\n");
        assertThat(client.reply().status()).isEqualTo(400);
        await("cut", cut::get);
        awaitEnded(TerminationReason.CLIENT_BODY_MALFORMED);
    }

    @Test
    void aHeadLargerThanTheLimitIsAnsweredWith431() {
        echo("a");
        Talk client = client().send("GET / HTTP/1.1\r\nHost: shop\r\nX: " + "x".repeat(20_000));
        assertThat(client.reply().status()).isEqualTo(431);
        assertThat(client.ended()).isTrue();
    }

    @Test
    void anUnknownServiceIsAnsweredWith404AndTheClientMayGoOn() {
        echo("a");
        Talk client = client();
        Talk.Reply reply = client.send("GET / HTTP/1.1\r\nHost: nobody.example\r\n\r\n").reply();
        assertThat(reply.status()).isEqualTo(404);
        assertThat(reply.value("evenkeel-termination"))
                .isEqualTo(TerminationReason.GATEWAY_NO_SERVICE.label());
        assertThat(client.send(get("/")).reply().status()).isEqualTo(200);
    }

    @Test
    void aClientThatClosesAtAnyByteOfItsRequestLeavesNothingBehind() {
        echo("a");
        String request = post("/", "12345");
        for (int cut = 0; cut < request.length(); cut++) {
            Talk client = client().send(request.substring(0, cut));
            if (cut % 2 == 0) {
                client.close();
            } else {
                client.reset();
            }
        }
        await("nothing outstanding", () -> outstanding() == 0);
        assertThat(client().send(get("/")).reply().status()).isEqualTo(200);
    }
}
