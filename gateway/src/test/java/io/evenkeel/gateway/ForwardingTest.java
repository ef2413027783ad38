package io.evenkeel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Messages of every shape, both ways. */
@SuppressWarnings("StringConcatToTextBlock") // every CR and LF is meant
final class ForwardingTest extends ProxySuite {
    @Test
    void requestsOfOneClientReuseBothConnections() {
        Backend backend = echo("a");
        Talk client = client();
        for (int i = 0; i < 5; i++) {
            assertThat(client.send(get("/")).reply().body()).isEqualTo("a:");
            assertThat(client.send(post("/", "x" + i)).reply().body()).isEqualTo("a:x" + i);
        }
        assertThat(backend.connections()).isEqualTo(1);
    }

    @Test
    void theEndpointLearnsWhoAsksAndTheClientLearnsTheRequestId() throws Exception {
        BlockingQueue<String> heads = new ArrayBlockingQueue<>(1);
        backend(talk -> {
            heads.add(talk.head());
            talk.send(ok("fine"));
        });
        Talk.Reply reply =
                client().send(
                                "GET /p?q=1 HTTP/1.1\r\nHost: shop.example:80\r\n"
                                        + "X-Forwarded-For: 6.6.6.6\r\nConnection: x-drop\r\n"
                                        + "X-Drop: 1\r\nX-Keep: 2\r\n\r\n")
                        .reply();
        String head = heads.poll(10, TimeUnit.SECONDS);
        assertThat(head)
                .startsWith("GET /p?q=1 HTTP/1.1\r\n")
                .contains("X-Forwarded-For: 127.0.0.1\r\n")
                .contains("Via: 1.1 evenkeel\r\n")
                .contains("X-Keep: 2\r\n")
                .doesNotContain("6.6.6.6")
                .doesNotContain("X-Drop");
        String id = reply.value("x-request-id");
        assertThat(Talk.value(head, "x-request-id")).isEqualTo(id);
        assertThat(record(id).reason()).isEqualTo("complete");
        assertThat(record(id).status()).isEqualTo(200);
        assertThat(record(id).attempts()).isEqualTo(1);
    }

    /** A reply as long as a read can be: only another read shows that nothing comes behind it. */
    @Test
    void aConnectionWhoseReplyFilledTheBufferServesTheNextRequest() {
        String head = "HTTP/1.1 200 OK\r\nContent-Length: ";
        int body = (72 << 10) - head.length() - "12345\r\n\r\n".length();
        String full = head + body + "\r\n\r\n" + "x".repeat(body);
        assertThat(full).hasSize(72 << 10);
        Backend backend =
                backend(talk -> {
                    while (!talk.head().isEmpty()) {
                        talk.send(full);
                    }
                });
        Talk client = client();
        for (int i = 0; i < 20; i++) {
            assertThat(client.send(get("/")).reply().body()).hasSize(body);
        }
        assertThat(backend.connections()).isEqualTo(1);
    }

    @Test
    void aHeadIsTakenHoweverItIsCut() {
        echo("a");
        String request = post("/cut", "12345");
        for (int cut = 1; cut < request.length(); cut++) {
            Talk client = client();
            client.send(request.substring(0, cut));
            client.send(request.substring(cut));
            assertThat(client.reply().body()).as("cut at %d", cut).isEqualTo("a:12345");
            client.close();
        }
    }

    @Test
    void aHeadSentByteByByteIsTaken() {
        echo("a");
        Talk client = client();
        for (char c : post("/", "abc").toCharArray()) {
            client.send(String.valueOf(c));
        }
        assertThat(client.reply().body()).isEqualTo("a:abc");
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() {
        echo("a");
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            all.append(post("/" + i, "n" + i));
        }
        Talk client = client().send(all.toString());
        for (int i = 0; i < 50; i++) {
            assertThat(client.reply().body()).isEqualTo("a:n" + i);
        }
    }

    @Test
    void theAnswerToHeadHasALengthAndNoBody() {
        backend(talk -> {
            while (true) {
                String head = talk.head();
                talk.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
                if (!head.startsWith("HEAD")) {
                    talk.send("hello");
                }
            }
        });
        Talk client = client();
        client.send("HEAD / HTTP/1.1\r\nHost: shop\r\n\r\n");
        assertThat(client.head()).contains("Content-Length: 5\r\n");
        assertThat(client.send(get("/")).reply().body()).isEqualTo("hello");
    }

    @Test
    void repliesWithoutBodyEndBehindTheirHead() {
        backend(talk -> {
            while (true) {
                String head = talk.head();
                talk.send(
                        head.startsWith("GET /204")
                                ? "HTTP/1.1 204 No Content\r\n\r\n"
                                : "HTTP/1.1 304 Not Modified\r\n" + "Content-Length: 99\r\n\r\n");
            }
        });
        Talk client = client();
        assertThat(client.send(get("/204")).head()).startsWith("HTTP/1.1 204");
        assertThat(client.send(get("/304")).head()).startsWith("HTTP/1.1 304");
        assertThat(client.send(get("/204")).head()).startsWith("HTTP/1.1 204");
    }

    @Test
    void interimRepliesArePassedOnAndTheFinalOneBehindThem() {
        backend(talk -> {
            while (true) {
                talk.head();
                talk.send(
                        "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
                                + "HTTP/1.1 103 Early Hints\r\nLink: </b.css>\r\n\r\n"
                                + ok("done"));
            }
        });
        Talk client = client().send(get("/"));
        assertThat(client.head()).startsWith("HTTP/1.1 103").contains("a.css");
        assertThat(client.head()).startsWith("HTTP/1.1 103").contains("b.css");
        assertThat(client.reply().body()).isEqualTo("done");
        client.send("GET / HTTP/1.0\r\nHost: shop\r\n\r\n");
        assertThat(client.reply().status()).as("HTTP/1.0 knows no 1xx").isEqualTo(200);
    }

    @Test
    void chunksAndTrailersPassBothWays() {
        backend(talk -> {
            talk.head();
            String body = talk.until("X-Sum: 1\r\n\r\n");
            talk.send(
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                            + "3\r\nabc\r\n5;ext=1\r\n12345\r\n0\r\nX-Got: "
                            + body.length()
                            + "\r\n\r\n");
        });
        String body = "4\r\nWiki\r\n5\r\npedia\r\n0\r\nX-Sum: 1\r\n\r\n";
        Talk client =
                client().send("POST / HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\n\r\n")
                        .send(body);
        assertThat(client.head()).contains("Transfer-Encoding: chunked");
        assertThat(client.until("\r\n\r\n"))
                .isEqualTo(
                        "3\r\nabc\r\n5;ext=1\r\n12345\r\n0\r\nX-Got: "
                                + body.length()
                                + "\r\n\r\n");
    }

    @Test
    void aClientOfTheOldVersionGetsChunksTakenOff() {
        backend(talk -> {
            talk.head();
            talk.send(
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                            + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
        });
        Talk client = client().send("GET / HTTP/1.0\r\nHost: shop\r\n\r\n");
        String head = client.head();
        assertThat(head).doesNotContain("chunked").contains("Connection: close");
        assertThat(client.body(5)).isEqualTo("abcde");
        assertThat(client.ended()).isTrue();
    }

    @Test
    void aReplyThatEndsWithItsConnectionEndsTheClientsToo() {
        backend(talk -> {
            talk.head();
            talk.send("HTTP/1.1 200 OK\r\n\r\nuntil the end");
        });
        Talk client = client().send(get("/"));
        assertThat(client.head()).contains("Connection: close");
        assertThat(client.body(13)).isEqualTo("until the end");
        assertThat(client.ended()).isTrue();
    }

    @Test
    void largeBodiesPassBothWays() {
        backend(talk -> {
            String head = talk.head();
            int length = Integer.parseInt(Talk.value(head, "content-length"));
            byte[] body = talk.bytes(length);
            talk.send("HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n").send(body);
        });
        byte[] body = new byte[5 << 20];
        new java.util.SplittableRandom(7).nextBytes(body);
        Talk client =
                client().send(
                                "PUT / HTTP/1.1\r\nHost: shop\r\nContent-Length: "
                                        + body.length
                                        + "\r\n\r\n");
        Thread sender = Thread.ofVirtual().start(() -> client.send(body));
        assertThat(client.head()).startsWith("HTTP/1.1 200");
        assertThat(client.bytes(body.length)).isEqualTo(body);
        assertThat(sender.isAlive()).isFalse();
        await("buffers are given back", () -> outstanding() == 0);
    }

    @Test
    void aClientThatAsksToCloseIsClosedBehindItsReply() {
        echo("a");
        Talk client = client().send("GET / HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n");
        Talk.Reply reply = client.reply();
        assertThat(reply.body()).isEqualTo("a:");
        assertThat(reply.value("connection")).isEqualTo("close");
        assertThat(client.ended()).isTrue();
    }

    @Test
    void aClientOfTheOldVersionMayKeepItsConnection() {
        echo("a");
        Talk client = client();
        for (int i = 0; i < 3; i++) {
            Talk.Reply reply =
                    client.send("GET / HTTP/1.0\r\nHost: shop\r\nConnection: keep-alive\r\n\r\n")
                            .reply();
            assertThat(reply.value("connection")).isEqualTo("keep-alive");
        }
    }

    @Test
    void theBodyIsSentOnlyWhenTheEndpointAskedForIt() {
        backend(talk -> {
            while (true) {
                String head = talk.head();
                assertThat(head).contains("Expect: 100-continue");
                talk.send("HTTP/1.1 100 Continue\r\n\r\n");
                talk.send(ok("got " + talk.body(4)));
            }
        });
        Talk client = client();
        for (int i = 0; i < 2; i++) {
            client.send(
                    "POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: 4\r\n"
                            + "Expect: 100-continue\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 100");
            client.send("body");
            assertThat(client.reply().body()).isEqualTo("got body");
        }
    }

    @Test
    void anEndpointThatRefusesAnExpectedBodyIsHeardAndTheConnectionEnds() {
        backend(talk -> {
            talk.head();
            talk.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n");
        });
        Talk client =
                client().send(
                                "POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: 4\r\n"
                                        + "Expect: 100-continue\r\n\r\n");
        Talk.Reply reply = client.reply();
        assertThat(reply.status()).isEqualTo(413);
        assertThat(reply.value("connection")).isEqualTo("close");
        assertThat(client.ended()).isTrue();
    }

    @Test
    void upgradedConnectionsCarryOpaqueBytesBothWaysAndEndBySides() {
        backend(talk -> {
            String head = talk.head();
            assertThat(head).contains("Upgrade: chat").contains("Connection: upgrade");
            talk.send(
                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: chat\r\n"
                            + "Connection: Upgrade\r\n\r\nwelcome");
            talk.send("echo " + talk.body(5));
            assertThat(talk.ended()).isTrue();
            talk.send("bye");
        });
        Talk client =
                client().send(
                                "GET /chat HTTP/1.1\r\nHost: shop\r\nConnection: Upgrade\r\n"
                                        + "Upgrade: chat\r\n\r\n");
        assertThat(client.head()).startsWith("HTTP/1.1 101").contains("Upgrade: chat");
        assertThat(client.body(7)).isEqualTo("welcome");
        client.send("\r\n\0\r\n");
        assertThat(client.body(10)).isEqualTo("echo \r\n\0\r\n");
        client.finish();
        assertThat(client.body(3)).isEqualTo("bye");
        assertThat(client.ended()).isTrue();
        await("the pick is given back", () -> outstanding() == 0);
    }

    @Test
    void anUpgradeThatIsNotTakenIsAnOrdinaryReply() {
        echo("a");
        Talk client = client();
        client.send("GET / HTTP/1.1\r\nHost: shop\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n");
        assertThat(client.reply().status()).isEqualTo(200);
        assertThat(client.send(get("/")).reply().status()).isEqualTo(200);
    }
}
