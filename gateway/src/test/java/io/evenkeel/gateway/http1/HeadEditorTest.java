package io.evenkeel.gateway.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.gateway.source.NumericAddress;
import io.evenkeel.gateway.source.SourceRules;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HeadEditorTest {
    /** Believes 10.0.0.0/8. */
    static final SourceRules RULES =
            SourceRules.DEFAULT.withTrusted(
                    (high, low) -> NumericAddress.isFour(high, low) && (low >> 24 & 0xff) == 10);

    static final Provenance CLIENT = new Provenance(address(192, 0, 2, 7), 7080, false, false);
    static final Provenance TRUSTED = new Provenance(address(192, 0, 2, 7), 7080, false, true);
    private static final byte[] ID = ascii("0a0b0c0d-01-00000042");
    private static final byte[] FALLBACK = ascii("shop");

    private final HeadEditor editor = new HeadEditor("evenkeel");

    private static InetAddress address(int... octets) {
        byte[] bytes = new byte[octets.length];
        for (int i = 0; i < octets.length; i++) {
            bytes[i] = (byte) octets[i];
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private final ForwardingChain chain = new ForwardingChain(RULES);

    private String request(Provenance provenance, String... lines) {
        String text = String.join("\r\n", lines) + "\r\n\r\n";
        // Not at the buffer's start, in a direct buffer: positions must be honoured.
        ByteBuffer source = ByteBuffer.allocateDirect(text.length() + 10).put(10, ascii(text));
        RequestHead head = new RequestHead();
        assertThat(head.scan(source, 10, source.capacity(), Limits.DEFAULT))
                .isEqualTo(text.length());
        chain.follow(head, source, provenance.trusted());
        ByteBuffer target =
                ByteBuffer.allocate(HeadEditor.requestRoom(head, chain, HeadEdits.NONE) + 5)
                        .position(5);
        int length =
                editor.request(
                        head,
                        source,
                        provenance,
                        chain,
                        ID,
                        FALLBACK,
                        HeadEdits.NONE,
                        false,
                        target);
        assertThat(length).isPositive();
        return new String(target.array(), 5, length, StandardCharsets.US_ASCII);
    }

    private static String lines(String... lines) {
        return String.join("\r\n", lines) + "\r\n\r\n";
    }

    @Test
    void plainRequestIsCopiedAndSaysWhereItCameFrom() {
        assertThat(request(CLIENT, "GET /a?b HTTP/1.1", "Host: x:81", "Accept:  */* ", "cookie: c"))
                .isEqualTo(
                        lines(
                                "GET /a?b HTTP/1.1",
                                "Host: x:81",
                                "Accept:  */* ",
                                "cookie: c",
                                "X-Forwarded-For: 192.0.2.7",
                                "X-Forwarded-Proto: http",
                                "X-Forwarded-Host: x:81",
                                "X-Forwarded-Port: 7080",
                                "Forwarded: for=192.0.2.7;proto=http;host=\"x:81\"",
                                "X-Request-Id: 0a0b0c0d-01-00000042",
                                "Via: 1.1 evenkeel"));
    }

    @Test
    void whatAnUntrustedClientSaysAboutItsSourceIsReplaced() {
        String sent =
                request(
                        CLIENT,
                        "GET / HTTP/1.1",
                        "X-Forwarded-For: 10.0.0.1",
                        "Host: x",
                        "x-forwarded-proto: https",
                        "X-FORWARDED-HOST: evil",
                        "X-Forwarded-Port: 1",
                        "X-Forwarded-Prefix: /evil",
                        "Forwarded: for=10.0.0.1",
                        "X-Real-IP: 10.0.0.1",
                        "X-Request-Id: forged",
                        "Evenkeel-Service: other",
                        "Evenkeel-Anything: x",
                        "Via: 1.0 before");
        assertThat(sent)
                .doesNotContain("10.0.0.1", "evil", "https", "forged", "Evenkeel", "Port: 1\r\n")
                .contains(
                        "X-Forwarded-For: 192.0.2.7\r\n",
                        "Via: 1.0 before\r\n",
                        "Via: 1.1 evenkeel");
    }

    @Test
    void whatAnOldClientExpectsIsNotPassedOn() {
        assertThat(request(CLIENT, "POST / HTTP/1.0", "Expect: 100-continue", "Content-Length: 1"))
                .startsWith("POST / HTTP/1.1\r\nContent-Length: 1\r\n")
                .doesNotContain("Expect");
        assertThat(request(CLIENT, "POST / HTTP/1.1", "Host: x", "Expect: 100-continue"))
                .contains("Expect: 100-continue\r\n");
    }

    /** Servers that hand headers on as variables can't tell {@code _} from {@code -}. */
    @Test
    void namesThatOnlyLookLikeThoseThatTellTheSourceAreNobodys() {
        for (Provenance from : new Provenance[] {CLIENT, TRUSTED}) {
            String sent =
                    request(
                            from,
                            "GET / HTTP/1.1",
                            "Host: x",
                            "X_Forwarded_For: 10.6.6.6",
                            "x-forwarded_for: 10.6.6.6",
                            "X_FORWARDED-ANYTHING: 10.6.6.6",
                            "X_Real_IP: 10.6.6.6",
                            "X_Request_Id: 10.6.6.6",
                            "Evenkeel_Service: 10.6.6.6",
                            "Evenkeel_Anything: 10.6.6.6",
                            "User_Agent: kept",
                            "_: kept");
            assertThat(sent).doesNotContain("10.6.6.6").contains("User_Agent: kept\r\n_: kept\r\n");
        }
    }

    @Test
    void whatATrustedSourceSaysIsKeptAndExtended() {
        String sent =
                request(
                        TRUSTED,
                        "GET / HTTP/1.1",
                        "Host: x",
                        "X-Forwarded-For: 10.0.0.1, 10.0.0.2",
                        "X-Forwarded-For: 10.0.0.3",
                        "X-Forwarded-Proto: https",
                        "X-Forwarded-Host: outer",
                        "X-Forwarded-Port: 443",
                        "Forwarded: for=10.0.0.1;proto=https",
                        "X-Request-Id: theirs");
        assertThat(sent)
                .contains(
                        "X-Forwarded-For: 10.0.0.1, 10.0.0.2, 10.0.0.3, 192.0.2.7\r\n",
                        "X-Forwarded-Proto: https\r\n",
                        "X-Forwarded-Host: outer\r\n",
                        "X-Forwarded-Port: 443\r\n",
                        "Forwarded: for=10.0.0.1, for=10.0.0.2, for=10.0.0.3, for=192.0.2.7;proto=http;host=\"x\"\r\n",
                        "X-Request-Id: theirs\r\n")
                .doesNotContain("0a0b0c0d");
        assertThat(sent.split("X-Forwarded-For", -1)).hasSize(2);
    }

    @Test
    void addressOfSixIsSpelledAsTheRfcsWant() {
        Provenance six =
                new Provenance(
                        address(0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1),
                        80,
                        true,
                        false);
        assertThat(request(six, "GET / HTTP/1.1", "Host: [::1]:80"))
                .contains(
                        "X-Forwarded-For: 2001:db8:0:0:0:0:0:1\r\n",
                        "Forwarded: for=\"[2001:db8:0:0:0:0:0:1]\";proto=https;host=\"[::1]:80\"\r\n",
                        "X-Forwarded-Proto: https\r\n");
    }

    @Test
    void fieldsOfThisHopEndHere() {
        String sent =
                request(
                        CLIENT,
                        "GET / HTTP/1.1",
                        "Connection: keep-alive, X-Secret , close",
                        "Host: x",
                        "x-secret: 1",
                        "X-SECRET: 2",
                        "Keep-Alive: timeout=5",
                        "Proxy-Connection: keep-alive",
                        "TE: gzip",
                        "Upgrade: h2c",
                        "HTTP2-Settings: AAMAAABkAAQAAP__",
                        "Stays: 1");
        assertThat(sent)
                .startsWith("GET / HTTP/1.1\r\nHost: x\r\nStays: 1\r\nX-Forwarded-For")
                .doesNotContainIgnoringCase("secret")
                .doesNotContain("Connection", "Keep-Alive", "TE:", "Upgrade", "HTTP2");
    }

    @Test
    void upgradeAndTrailersAreAskedForAnew() {
        String sent =
                request(
                        CLIENT,
                        "GET / HTTP/1.1",
                        "Host: x",
                        "Upgrade: websocket",
                        "TE: deflate, Trailers",
                        "Connection: Upgrade, TE");
        assertThat(sent)
                .contains(
                        "Upgrade: websocket\r\n", "Connection: upgrade, TE\r\n", "TE: trailers\r\n")
                .doesNotContain("deflate");
        assertThat(request(CLIENT, "GET / HTTP/1.1", "Host: x", "TE: trailers"))
                .contains("Connection: TE\r\nTE: trailers\r\n");
        assertThat(
                        request(
                                CLIENT,
                                "GET / HTTP/1.1",
                                "Host: x",
                                "Upgrade: a",
                                "Connection: upgrade"))
                .contains("Connection: upgrade\r\n");
    }

    @Test
    void absoluteFormAndOldVersionsAreBroughtIntoOurForm() {
        assertThat(request(CLIENT, "GET http://x/a?b HTTP/1.1", "Host: x"))
                .startsWith("GET /a?b HTTP/1.1\r\nHost: x\r\n");
        assertThat(request(CLIENT, "GET http://x?b HTTP/1.1", "Host: x"))
                .startsWith("GET /?b HTTP/1.1\r\n");
        assertThat(request(CLIENT, "OPTIONS http://x HTTP/1.1", "Host: x"))
                .startsWith("OPTIONS * HTTP/1.1\r\n");
        assertThat(request(CLIENT, "OPTIONS http://x/ HTTP/1.1", "Host: x"))
                .startsWith("OPTIONS / HTTP/1.1\r\n");
        assertThat(request(CLIENT, "GET /a HTTP/1.0", "A: b"))
                .startsWith("GET /a HTTP/1.1\r\nA: b\r\nHost: shop\r\n")
                .contains("Via: 1.0 evenkeel\r\n")
                .doesNotContain("X-Forwarded-Host", "host=");
        assertThat(request(CLIENT, "GET http://x/a HTTP/1.0"))
                .startsWith("GET /a HTTP/1.1\r\nHost: x\r\n");
    }

    @Test
    void emptyLineInFrontIsNotPassedOn() {
        assertThat(request(CLIENT, "", "GET / HTTP/1.1", "Host: x")).startsWith("GET / ");
    }

    @Test
    void nothingIsWrittenWithoutRoom() {
        String text = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
        ByteBuffer source = ByteBuffer.wrap(ascii(text));
        RequestHead head = new RequestHead();
        head.scan(source, 0, source.capacity(), Limits.DEFAULT);
        ByteBuffer target =
                ByteBuffer.allocate(HeadEditor.requestRoom(head, chain, HeadEdits.NONE) - 1);
        assertThat(
                        editor.request(
                                head,
                                source,
                                CLIENT,
                                chain,
                                ID,
                                FALLBACK,
                                HeadEdits.NONE,
                                false,
                                target))
                .isEqualTo(HeadEditor.OVERFLOW);
        assertThat(target.position()).isZero();
    }

    private String response(
            Method asked,
            Persistence persistence,
            boolean unchunk,
            byte @Nullable [] id,
            String... lines) {
        String text = String.join("\r\n", lines) + "\r\n\r\n";
        ByteBuffer source = ByteBuffer.allocateDirect(text.length() + 3).put(3, ascii(text));
        ResponseHead head = new ResponseHead();
        head.reset(asked);
        assertThat(head.scan(source, 3, source.capacity(), Limits.DEFAULT))
                .isEqualTo(text.length());
        byte[] extra = ascii("Evenkeel-Endpoint: e1\r\n");
        ByteBuffer target =
                ByteBuffer.allocate(HeadEditor.responseRoom(head, LineEdits.NONE, extra));
        int length =
                editor.response(
                        head, source, persistence, unchunk, id, LineEdits.NONE, extra, target);
        return new String(target.array(), 0, length, StandardCharsets.US_ASCII);
    }

    @Test
    void replyIsCopiedWithoutWhatIsForThisHop() {
        assertThat(
                        response(
                                Method.GET,
                                Persistence.KEEP_ALIVE,
                                false,
                                ID,
                                "HTTP/1.1 200 Fine",
                                "Connection: close, X-Hop",
                                "Keep-Alive: timeout=5",
                                "Content-Length: 5",
                                "X-Hop: 1",
                                "X-Request-Id: echoed",
                                "Evenkeel-Endpoint: forged",
                                "Set-Cookie: a",
                                "Upgrade: h2"))
                .isEqualTo(
                        lines(
                                "HTTP/1.1 200 Fine",
                                "Content-Length: 5",
                                "Set-Cookie: a",
                                "X-Request-Id: 0a0b0c0d-01-00000042",
                                "Via: 1.1 evenkeel",
                                "Evenkeel-Endpoint: e1"));
    }

    @Test
    void replyForAnOldClientLosesItsCoding() {
        assertThat(
                        response(
                                Method.GET,
                                Persistence.CLOSE,
                                true,
                                null,
                                "HTTP/1.1 200 OK",
                                "Transfer-Encoding: chunked",
                                "Trailer: x",
                                "X-Request-Id: kept"))
                .isEqualTo(
                        lines(
                                "HTTP/1.1 200 OK",
                                "X-Request-Id: kept",
                                "Via: 1.1 evenkeel",
                                "Evenkeel-Endpoint: e1",
                                "Connection: close"));
    }

    @Test
    void oldUpstreamsReplyIsBroughtIntoOurVersion() {
        assertThat(
                        response(
                                Method.GET,
                                Persistence.KEEP_ALIVE_SAID,
                                false,
                                null,
                                "HTTP/1.0 200 OK",
                                "Content-Length: 1"))
                .startsWith("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nVia: 1.0 evenkeel\r\n")
                .contains("Connection: keep-alive\r\n");
    }

    @Test
    void upgradeIsPassedOnWhereItMeansSomething() {
        assertThat(
                        response(
                                Method.GET,
                                Persistence.KEEP_ALIVE,
                                false,
                                null,
                                "HTTP/1.1 101 x",
                                "Upgrade: a",
                                "Connection: Upgrade"))
                .contains("Upgrade: a\r\n", "Connection: upgrade\r\n");
        assertThat(
                        response(
                                Method.GET,
                                Persistence.KEEP_ALIVE,
                                false,
                                null,
                                "HTTP/1.1 426 x",
                                "Upgrade: a",
                                "Content-Length: 0"))
                .contains("Upgrade: a\r\n", "Connection: upgrade\r\n");
    }

    @Test
    void interimAndEmptyRepliesSayNothingOfLengthOrConnection() {
        assertThat(
                        response(
                                Method.GET,
                                Persistence.CLOSE,
                                false,
                                null,
                                "HTTP/1.1 103 x",
                                "Link: a",
                                "Content-Length: 0"))
                .doesNotContain("Connection", "Content-Length");
        assertThat(
                        response(
                                Method.GET,
                                Persistence.CLOSE,
                                false,
                                null,
                                "HTTP/1.1 204 x",
                                "Content-Length: 0"))
                .contains("Connection: close")
                .doesNotContain("Content-Length");
    }

    @Test
    void answersOfTheGatewayAreWholeMessages() {
        for (int status :
                new int[] {400, 404, 408, 413, 414, 417, 429, 431, 500, 501, 502, 503, 504, 505}) {
            for (Method asked : new Method[] {Method.GET, Method.HEAD}) {
                ByteBuffer target = ByteBuffer.allocate(ErrorResponses.MOST_BYTES);
                int length =
                        ErrorResponses.write(
                                status,
                                ascii("upstream.connect.refused"),
                                ascii("bare-lf"),
                                ID,
                                status == 503 || status == 429 ? 86_399 : 0,
                                Persistence.CLOSE,
                                asked == Method.HEAD,
                                target);
                ResponseHead head = new ResponseHead();
                head.reset(asked);
                int headLength = head.scan(target, 0, length, Limits.DEFAULT);
                assertThat(head.status()).isEqualTo(status);
                assertThat(head.keepAlive()).isFalse();
                assertThat(length - headLength)
                        .isEqualTo(asked == Method.HEAD ? 0 : (int) head.contentLength());
                String text = new String(target.array(), 0, length, StandardCharsets.US_ASCII);
                assertThat(text).contains("Evenkeel-Termination: upstream.connect.refused\r\n");
                assertThat(text.contains("\r\nRetry-After: 86399\r\n"))
                        .isEqualTo(status == 503 || status == 429);
            }
        }
    }
}
