package io.evenkeel.link.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.wire.http2.ErrorCode;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Requests down a tunnel and their replies back, between a client of HTTP/2 and a fake program. */
final class TunnelServerTest {
    private final GatewaySide gateway = GatewaySide.linked();
    private final FakeBackend backend = gateway.backend;

    private FakeBackend.Socket connected() {
        FakeBackend.Socket socket = backend.last();
        socket.owner.connected();
        return socket;
    }

    @Test
    void requestIsForwardedAndItsReplyComesBack() {
        int stream = gateway.get("/a?b");
        FakeBackend.Socket socket = connected();
        assertThat(socket.got()).isEqualTo("GET /a?b HTTP/1.1\r\nHost: shop\r\n\r\n");
        socket.says("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: b\r\n\r\nhello");
        assertThat(gateway.reply(stream)).isEqualTo(":status=200 content-length=5 x-a=b hello end");
    }

    @Test
    void connectionServesTheNextRequest() {
        int first = gateway.get("/1");
        connected().says("HTTP/1.1 204 No Content\r\n\r\n");
        assertThat(gateway.reply(first)).isEqualTo(":status=204  end");
        int second = gateway.get("/2");
        assertThat(backend.made).hasSize(1);
        backend.last().says("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx");
        assertThat(gateway.reply(second)).endsWith("x end");
    }

    @Test
    void connectionThatTheProgramClosesIsNotUsedAgain() {
        int first = gateway.get("/1");
        connected().says("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx");
        assertThat(gateway.reply(first)).endsWith("x end").doesNotContain("close");
        assertThat(backend.idle).isEmpty();
        assertThat(backend.last().fate).isEqualTo("closed");
    }

    @Test
    void chunkedReplyComesWithoutItsChunks() {
        int stream = gateway.get("/");
        FakeBackend.Socket socket = connected();
        for (char octet :
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n1\r\n!\r\n0\r\nA: b\r\n\r\n"
                        .toCharArray()) {
            socket.says(String.valueOf(octet));
            gateway.exchange();
        }
        assertThat(gateway.reply(stream)).isEqualTo(":status=200 hello! end");
        assertThat(backend.idle).hasSize(1);
    }

    @Test
    void replyWithoutLengthEndsWithItsConnection() {
        int stream = gateway.get("/");
        FakeBackend.Socket socket = connected();
        socket.says("HTTP/1.0 200 OK\r\n\r\nall of ");
        socket.says("it");
        assertThat(gateway.reply(stream)).doesNotContain("end");
        socket.ends();
        assertThat(gateway.reply(stream)).isEqualTo(":status=200 all of it end");
    }

    @Test
    void replyCutShortIsReset() {
        int stream = gateway.get("/");
        FakeBackend.Socket socket = connected();
        socket.says("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
        socket.ends();
        assertThat(gateway.reply(stream)).endsWith("reset INTERNAL_ERROR");
    }

    @Test
    void headHasALengthAndNoBody() {
        int stream = gateway.open("HEAD", "/", "shop", true);
        gateway.exchange();
        connected().says("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n");
        assertThat(gateway.reply(stream)).isEqualTo(":status=200 content-length=10  end");
        assertThat(backend.idle).hasSize(1);
    }

    @Test
    void interimReplyIsPassedOn() {
        int stream = gateway.get("/");
        connected()
                .says(
                        "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 304 Not Modified\r\n\r\n");
        assertThat(gateway.reply(stream)).isEqualTo("interim :status=103 link=a :status=304  end");
    }

    @Test
    void bodyOfKnownLengthGoesOutAsItIs() {
        int stream = gateway.open("POST", "/", "shop", false, "content-length", "5");
        gateway.exchange();
        FakeBackend.Socket socket = connected();
        gateway.body(stream, "hello", true);
        assertThat(socket.got())
                .isEqualTo("POST / HTTP/1.1\r\nHost: shop\r\ncontent-length: 5\r\n\r\nhello");
    }

    @Test
    void bodyOfUnknownLengthGoesOutInChunks() {
        int stream = gateway.open("POST", "/", "shop", false, "cookie", "a=1", "cookie", "b=2");
        gateway.exchange();
        FakeBackend.Socket socket = connected();
        gateway.body(stream, "hello", false);
        gateway.body(stream, "", true);
        assertThat(socket.got())
                .isEqualTo(
                        "POST / HTTP/1.1\r\nHost: shop\r\ncookie: a=1; b=2\r\ntransfer-encoding:"
                                + " chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
    }

    @Test
    void postWithoutABodySaysSo() {
        gateway.open("POST", "/", "shop", true);
        gateway.exchange();
        assertThat(connected().got()).endsWith("content-length: 0\r\n\r\n");
    }

    @Test
    void programThatDoesNotReadStopsTheGatewayAtAWindow() {
        int stream = gateway.open("POST", "/", "shop", false);
        gateway.exchange();
        FakeBackend.Socket socket = connected();
        socket.got();
        socket.window = 0;
        String body = "x".repeat(200_000);
        int sent = gateway.body(stream, body, false);
        assertThat(sent).isEqualTo(64 * 1024);
        socket.window = Integer.MAX_VALUE;
        socket.owner.writable();
        gateway.exchange();
        assertThat(gateway.body(stream, body.substring(sent), true)).isEqualTo(200_000 - sent);
        assertThat(socket.got().chars().filter(c -> c == 'x').count()).isEqualTo(200_000);
    }

    @Test
    void clientThatDoesNotReadStopsTheProgramAndNobodyElse() {
        int slow = gateway.get("/slow");
        gateway.consuming = false;
        FakeBackend.Socket socket = connected();
        socket.says("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + "y".repeat(1_000_000));
        gateway.exchange();
        assertThat(gateway.reply(slow).length()).isLessThan(66_000);
        assertThat(socket.readable).isFalse();
        int other = gateway.get("/other");
        connected().says("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nz");
        assertThat(gateway.reply(other)).endsWith("z end");
        gateway.consuming = true;
        int seen = gateway.reply(slow).length() - ":status=200 content-length=1000000 ".length();
        gateway.http2.consumed(slow, seen);
        gateway.exchange();
        assertThat(gateway.reply(slow))
                .hasSize(":status=200 content-length=1000000  end".length() + 1_000_000);
    }

    @Test
    void cancelledRequestBreaksTheProgramsConnection() {
        int stream = gateway.get("/");
        FakeBackend.Socket socket = connected();
        gateway.http2.reset(stream, ErrorCode.CANCEL);
        gateway.exchange();
        assertThat(socket.fate).isEqualTo("reset");
        assertThat(gateway.tunnel.requests()).isZero();
    }

    @Test
    void requestThatReachedNobodyMayBeRepeated() {
        backend.accepting = false;
        assertThat(gateway.reply(gateway.get("/"))).isEqualTo("reset REFUSED_STREAM");
        backend.accepting = true;
        int stream = gateway.get("/");
        backend.last().owner.refused();
        assertThat(gateway.reply(stream)).isEqualTo("reset REFUSED_STREAM");
    }

    @Test
    void connectionClosedWhileIdleIsReplacedForWhatMayBeRepeated() {
        int first = gateway.get("/1");
        connected().says("HTTP/1.1 204 No Content\r\n\r\n");
        gateway.reply(first);
        int second = gateway.get("/2");
        backend.last().ends();
        assertThat(backend.made).hasSize(2);
        FakeBackend.Socket fresh = connected();
        assertThat(fresh.got()).startsWith("GET /2 ");
        fresh.says("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx");
        assertThat(gateway.reply(second)).endsWith("x end");
    }

    @Test
    void earlyReplyEndsTheRequest() {
        int stream = gateway.open("POST", "/", "shop", false);
        gateway.exchange();
        FakeBackend.Socket socket = connected();
        socket.says("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno");
        assertThat(gateway.reply(stream)).contains("no end").endsWith("reset NO_ERROR");
        assertThat(socket.fate).isEqualTo("reset");
    }

    @Test
    void ambiguousReplyIsReset() {
        for (String head :
                new String[] {
                    "Content-Length: 1\r\nContent-Length: 1",
                    "Content-Length: 1\r\nTransfer-Encoding: chunked",
                    "Transfer-Encoding: gzip",
                    "A b: c",
                    " folded: x",
                    "Content-Length: -1"
                }) {
            int stream = gateway.get("/");
            connected().says("HTTP/1.1 200 OK\r\n" + head + "\r\n\r\nx");
            assertThat(gateway.reply(stream)).as(head).isEqualTo("reset PROTOCOL_ERROR");
            assertThat(backend.last().fate).isEqualTo("reset");
        }
    }

    @Test
    void connectIsNotServed() {
        int stream = gateway.http2.open();
        gateway.http2.field(":method", "CONNECT");
        gateway.http2.field(":authority", "shop:80");
        gateway.http2.endHead(false);
        assertThat(gateway.reply(stream)).startsWith(":status=501 end");
    }

    @Test
    void linesGoBothWaysOnTheFirstStream() {
        assertThat(gateway.reply(gateway.control)).startsWith(":status=200 ");
        gateway.tunnel.send("{\"type\":\"ping\"}\n".getBytes(StandardCharsets.US_ASCII));
        gateway.exchange();
        assertThat(gateway.lines.toString()).isEqualTo("{\"type\":\"ping\"}\n");
        gateway.body(gateway.control, "{\"type\":\"pong\"}\n", false);
        assertThat(gateway.heard.toString()).isEqualTo("{\"type\":\"pong\"}\n");
    }

    @Test
    void tunnelIsOverWithItsFirstStream() {
        assertThat(gateway.tunnel.failed()).isFalse();
        gateway.body(gateway.control, "", true);
        assertThat(gateway.tunnel.failed()).isTrue();
    }

    @Test
    void reservedAuthorityIsAnOrdinaryOneOnOtherStreams() {
        gateway.open("POST", "/link", "link.evenkeel.invalid", true);
        gateway.exchange();
        assertThat(connected().got()).startsWith("POST /link HTTP/1.1\r\n");
        assertThat(gateway.heard.toString()).isEmpty();
    }

    @Test
    void lostTunnelBreaksWhatRuns() {
        gateway.get("/");
        FakeBackend.Socket socket = connected();
        gateway.tunnel.lost();
        assertThat(socket.fate).isEqualTo("reset");
        assertThat(gateway.tunnel.requests()).isZero();
    }
}
