package io.evenkeel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.gateway.observe.TerminationReason;
import io.evenkeel.kernel.balancing.QueueSnapshot;
import io.evenkeel.kernel.observe.MetricFamily;
import io.evenkeel.kernel.observe.ServiceTraffic;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Copies of requests for another service, through a real gateway: no client notices them. */
@SuppressWarnings("StringConcatToTextBlock") // every CR and LF is meant
final class MirrorTest extends ProxySuite {
    private static final String MIRROR = "mirror";

    private final BlockingQueue<Talk.Reply> copies = new LinkedBlockingQueue<>();
    private final CountDownLatch over = new CountDownLatch(1);

    @BeforeEach
    void aServiceThatIsMirrored() {
        echo("a");
    }

    @AfterEach
    void letHungMirrorsGo() {
        over.countDown();
    }

    private void mirror(int percent, String more) {
        site.route(
                "r",
                "{service: %s, mirror: {service: %s, percent: %d%%}%s}"
                        .formatted(SERVICE, MIRROR, percent, more));
    }

    private Backend mirrorEndpoint(Consumer<Talk> script) {
        Backend backend = keep(new Backend(script));
        site.endpoint(MIRROR, "m", backend.address());
        return backend;
    }

    /** Keeps what comes, and answers so. */
    private Backend answering(String answer) {
        return mirrorEndpoint(talk -> {
            while (true) {
                copies.add(talk.request());
                talk.send(answer);
            }
        });
    }

    /** Keeps what comes and never answers. */
    private Backend hung() {
        return mirrorEndpoint(talk -> {
            copies.add(talk.request());
            try {
                over.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private Talk.Reply copy() throws InterruptedException {
        Talk.Reply copy = copies.poll(10, TimeUnit.SECONDS);
        assertThat(copy).as("a copy").isNotNull();
        return copy;
    }

    private long mirrored(String outcome) {
        return gateway.metrics(1000).stream()
                .filter(f -> f.name().equals("evenkeel_mirrored_requests"))
                .flatMap(f -> f.samples().stream())
                .map(MetricFamily.Value.class::cast)
                .filter(s -> s.labels().contains(new MetricFamily.Label("service", MIRROR)))
                .filter(s -> s.labels().contains(new MetricFamily.Label("outcome", outcome)))
                .mapToLong(s -> (long) s.value())
                .sum();
    }

    private void awaitMirrored(String outcome, long count) {
        await(count + " " + outcome, () -> mirrored(outcome) == count);
    }

    private int mirrorsOutstanding() {
        return gateway.queue("default", MIRROR).orElseThrow().entries().stream()
                .mapToInt(QueueSnapshot.Entry::outstanding)
                .sum();
    }

    @Test
    void aMirrorGetsWhatTheEndpointGetsAndTheClientGetsTheEndpointsReply() throws Exception {
        answering(ok("never seen"));
        mirror(
                100,
                ", rewrite: {pathPrefix: /b}, headers: {request: {set: [{name: X, value: y}]}}");
        Talk client = client();
        Talk.Reply reply = client.send(post("/p?q", "body")).reply();
        assertThat(reply.body()).isEqualTo("a:body");
        Talk.Reply copy = copy();
        assertThat(copy.head())
                .startsWith("POST /b/p?q HTTP/1.1\r\nHost: shop\r\nContent-Length: 4\r\nX: y\r\n")
                .contains("\r\nX-Forwarded-Host: shop\r\n", "\r\nVia: 1.1 ")
                .endsWith("\r\nEvenkeel-Mirrored: true\r\n\r\n");
        assertThat(copy.value("x-request-id")).isEqualTo(reply.value("x-request-id"));
        assertThat(copy.body()).isEqualTo("body");
        awaitMirrored("answered", 1);
        assertThat(client.send(get("/")).reply().head()).doesNotContain("Evenkeel-Mirrored");
    }

    @Test
    void exactlyTheShareIsCopiedEvenIfTheRouteIsWrittenAnew() throws Exception {
        answering(ok(""));
        Talk client = client();
        for (int i = 0; i < 200; i++) {
            if (i % 7 == 0) {
                mirror(30, ", priority: " + i);
            }
            client.send(get("/" + i)).reply();
        }
        awaitMirrored("answered", 60);
        mirror(0, "");
        for (int i = 0; i < 100; i++) {
            client.send(get("/none")).reply();
        }
        mirror(100, "");
        client.send(get("/last")).reply();
        awaitMirrored("answered", 61);
        Talk.Reply last = copy();
        while (!copies.isEmpty()) {
            last = copy();
        }
        assertThat(last.head()).startsWith("GET /last ");
    }

    @Test
    void aMirrorThatNeverAnswersIsWaitedForByNobodyButItsDeadline() throws Exception {
        site.policy(MIRROR, "{timeouts: {request: 100ms}}");
        hung();
        mirror(100, "");
        assertThat(client().send(get("/")).reply().body()).isEqualTo("a:");
        assertThat(copy().head()).startsWith("GET / ");
        awaitMirrored("timed-out", 1);
        await("released", () -> mirrorsOutstanding() == 0);
    }

    @Test
    void aMirrorWithoutEndpointsOrThatBreaksIsNoFailureOfTheRequest() {
        mirror(100, "");
        Talk client = client();
        assertThat(client.send(get("/")).reply().body()).isEqualTo("a:");
        awaitMirrored("no-endpoint", 1);
        mirrorEndpoint(talk -> {
            talk.request();
            talk.reset();
        });
        assertThat(client.send(get("/")).reply().body()).isEqualTo("a:");
        awaitMirrored("failed", 1);
        Backend deaf = mirrorEndpoint(talk -> {});
        deaf.stopListening();
        assertThat(client.send(get("/")).reply().body()).isEqualTo("a:");
        awaitMirrored("failed", 2);
        await("released", () -> mirrorsOutstanding() == 0);
        await("three complete requests", () -> ended(TerminationReason.COMPLETE) == 3);
    }

    @Test
    void copiesAreNotCountedAsRequestsOfClients() throws Exception {
        answering(ok("x"));
        mirror(100, "");
        client().send(get("/")).reply();
        awaitMirrored("answered", 1);
        ServiceTraffic traffic =
                gateway.services().stream()
                        .filter(s -> s.service().equals(MIRROR))
                        .findFirst()
                        .orElseThrow();
        assertThat(traffic.requests()).isZero();
        assertThat(traffic.reasons()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 204 No Content\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
                "HTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx",
            })
    void repliesAreReadToTheirEndSoThatTheConnectionServesAnother(String answer) throws Exception {
        Backend mirror = answering(answer);
        mirror(100, "");
        Talk client = client();
        for (int i = 1; i <= 3; i++) {
            client.send(get("/" + i)).reply();
            assertThat(copy().head()).startsWith("GET /" + i + " ");
            awaitMirrored("answered", i);
        }
        assertThat(mirror.connections()).isEqualTo(1);
    }

    @Test
    void aReplyInPiecesIsReadToItsEnd() throws Exception {
        String answer = "HTTP/1.1 200 OK\r\nX: " + "y".repeat(6_000) + "\r\nContent-Length: 200000";
        Backend mirror =
                mirrorEndpoint(talk -> {
                    while (true) {
                        copies.add(talk.request());
                        for (int at = 0; at < answer.length(); at += 900) {
                            talk.send(answer.substring(at, Math.min(answer.length(), at + 900)));
                            LockSupport.parkNanos(1_000_000);
                        }
                        talk.send("\r\n\r\n" + "z".repeat(200_000));
                    }
                });
        mirror(100, "");
        Talk client = client();
        for (int i = 1; i <= 2; i++) {
            client.send(get("/")).reply();
            awaitMirrored("answered", i);
        }
        assertThat(mirror.connections()).isLessThanOrEqualTo(2);
    }

    @Test
    void aReplyWithoutEndKeepsNobodyFromTheLoop() {
        mirrorEndpoint(talk -> {
            talk.request();
            talk.send("HTTP/1.1 200 OK\r\n\r\n");
            byte[] part = new byte[1 << 16];
            while (true) {
                talk.send(part);
            }
        });
        mirror(100, "");
        Talk client = client();
        for (int i = 1; i <= 3; i++) {
            assertThat(client.send(get("/")).reply().body()).isEqualTo("a:");
            awaitMirrored("answered", i);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\n\r\nuntil the end",
                "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx",
            })
    void aReplyThatEndsWithItsConnectionIsAnAnswer(String answer) {
        mirrorEndpoint(talk -> {
            talk.request();
            talk.send(answer);
        });
        mirror(100, "");
        client().send(get("/")).reply();
        awaitMirrored("answered", 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 2x0 OK\r\n\r\n",
                "HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            })
    void aReplyThatMakesNoSenseIsAFailureOfTheMirrorAlone(String answer) {
        answering(answer);
        mirror(100, "");
        assertThat(client().send(get("/")).reply().body()).isEqualTo("a:");
        awaitMirrored("failed", 1);
    }

    @Test
    void aBodyThatComesInPartsIsCopiedWhole() throws Exception {
        answering(ok(""));
        mirror(100, "");
        String body = "0123456789".repeat(6_000);
        Talk client =
                client().send("POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: 60000\r\n\r\n");
        await("the request is at its endpoint", () -> outstanding() == 1);
        for (int at = 0; at < body.length(); at += 10_000) {
            client.send(body.substring(at, at + 10_000));
            LockSupport.parkNanos(2_000_000);
        }
        assertThat(client.reply().body()).isEqualTo("a:" + body);
        assertThat(copy().body()).isEqualTo(body);
        awaitMirrored("answered", 1);
    }

    @Test
    void aChunkedBodyIsCopiedAsItComes() throws Exception {
        List<String> chunked = new ArrayList<>();
        mirrorEndpoint(talk -> {
            talk.head();
            String body = talk.until("\r\n0\r\n\r\n");
            synchronized (chunked) {
                chunked.add(body);
            }
            talk.send(ok(""));
        });
        backend(talk -> {
            talk.head();
            talk.until("\r\n0\r\n\r\n");
            talk.send(ok("done"));
        });
        site.remove("a");
        mirror(100, "");
        Talk client =
                client().send(
                                "POST / HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
        await("the request is at its endpoint", () -> outstanding() == 1);
        client.send("2;x=y\r\nde\r\n");
        LockSupport.parkNanos(2_000_000);
        client.send("0\r\n\r\n");
        assertThat(client.reply().body()).isEqualTo("done");
        awaitMirrored("answered", 1);
        synchronized (chunked) {
            assertThat(chunked).containsExactly("3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n");
        }
    }

    @Test
    void aBodyOf64KiBIsCopiedAndALargerOneIsNot() throws Exception {
        answering(ok(""));
        mirror(100, "");
        String most = "x".repeat(64 << 10);
        Talk client = client();
        assertThat(client.send(post("/", most)).reply().body()).isEqualTo("a:" + most);
        assertThat(copy().body()).isEqualTo(most);
        assertThat(client.send(post("/", most + "x")).reply().body()).hasSize(2 + (64 << 10) + 1);
        awaitMirrored("body-too-large", 1);
        assertThat(copies).isEmpty();
    }

    @Test
    void aChunkedBodyThatGrowsTooLargeIsNotCopied() {
        answering(ok(""));
        backend(talk -> {
            talk.head();
            talk.until("\r\n0\r\n\r\n");
            talk.send(ok("done"));
        });
        site.remove("a");
        mirror(100, "");
        String chunk = "4e20\r\n" + "y".repeat(20_000) + "\r\n";
        Talk client =
                client().send(
                                "POST / HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\n\r\n");
        await("the request is at its endpoint", () -> outstanding() == 1);
        for (int i = 0; i < 4; i++) {
            client.send(chunk);
        }
        client.send("0\r\n\r\n");
        assertThat(client.reply().body()).isEqualTo("done");
        awaitMirrored("body-too-large", 1);
        assertThat(copies).isEmpty();
    }

    @Test
    void aRequestThatItsClientDoesNotFinishIsNotSent() {
        answering(ok(""));
        mirror(100, "");
        Talk client = client().send("POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: 9\r\n\r\nx");
        await("the request is at its endpoint", () -> outstanding() == 1);
        client.reset();
        awaitMirrored("unfinished", 1);
        assertThat(copies).isEmpty();
    }

    @Test
    void anUpgradeIsNotCopied() {
        answering(ok(""));
        mirror(100, "");
        client().send("GET / HTTP/1.1\r\nHost: shop\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n")
                .reply();
        awaitMirrored("upgrade", 1);
        assertThat(copies).isEmpty();
    }

    @Test
    void copiesUnderWayAreBoundedAndTheRestIsNotMade() {
        hung();
        mirror(100, "");
        Talk client = client();
        for (int i = 0; i < 300; i++) {
            assertThat(client.send(get("/" + i)).reply().status()).isEqualTo(200);
        }
        assertThat(mirrored("too-many")).isEqualTo(44);
        assertThat(mirrorsOutstanding()).isEqualTo(256);
        over.countDown();
        awaitMirrored("failed", 256);
        assertThat(mirrorsOutstanding()).isZero();
    }

    @Test
    void memoryOfCopiesWhoseBodyIsStillComingIsBounded() {
        answering(ok(""));
        mirror(100, "");
        for (int i = 0; i < 100; i++) {
            client().send("POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: 60000\r\n\r\nx");
        }
        await("some are not copied", () -> mirrored("too-many") > 0);
        await("all are at their endpoint", () -> outstanding() == 100);
        assertThat(mirrored("too-many")).isBetween(10L, 20L);
    }

    @Test
    void aMirrorsEndpointThatGoesIsLetGo() {
        site.policy(MIRROR, "{timeouts: {drain: 0s}}");
        hung();
        mirror(100, "");
        client().send(get("/")).reply();
        await("the copy is there", () -> !copies.isEmpty());
        site.remove("m");
        awaitMirrored("failed", 1);
    }

    @Test
    void aRouteCeasesToMirrorWhileItsClientsStay() throws Exception {
        answering(ok(""));
        mirror(100, "");
        Talk client = client();
        client.send(get("/1")).reply();
        copy();
        site.route("r", "{service: %s}".formatted(SERVICE));
        client.send(get("/2")).reply();
        mirror(100, "");
        client.send(get("/3")).reply();
        assertThat(copy().head()).startsWith("GET /3 ");
    }
}
