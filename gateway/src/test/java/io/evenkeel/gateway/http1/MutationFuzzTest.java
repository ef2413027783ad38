package io.evenkeel.gateway.http1;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random damage to good messages: no exception, and the same verdict however they are cut. */
class MutationFuzzTest {
    private static final int ROUNDS = 20_000;

    private static final String CHUNKED_HEAD =
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTE: trailers\r\n\r\n";

    private static final String[] GOOD = {
        "GET /a/b?c=d HTTP/1.1\r\nHost: shop.example:8080\r\nAccept: */*\r\nConnection: keep-alive, x\r\nX: y\r\n\r\n",
        "POST http://a/x HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\nExpect: 100-continue\r\n\r\nhello world!",
        CHUNKED_HEAD + "5;a=\"b\"\r\nhello\r\n10\r\n0123456789abcdef\r\n0\r\nA: b\r\n\r\n",
        "GET / HTTP/1.0\r\nX-Forwarded-For: 192.0.2.1, 10.0.0.1:80, [2001:db8::1]:1\r\nX-Forwarded-For: 10.0.0.2\r\nForwarded: for=_a;by=\"x\"\r\n\r\n",
        "GET /ws HTTP/1.1\r\nHost: [::1]:80\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    };

    /** What breaks parsers more often than random octets do. */
    private static final String[] TOKENS = {
        "\r\n",
        "\n",
        "\r",
        "\0",
        ":",
        " ",
        "\t",
        ";",
        ",",
        "\"",
        "0",
        "ffffffff",
        "Content-Length: 1\r\n",
        "Transfer-Encoding: chunked\r\n",
        "chunked",
        "Host: b\r\n",
        "%2e",
        "../",
        "@",
        "\u00ff",
        "\r\n\r\n",
    };

    private static String mutate(String good, RandomGenerator random) {
        StringBuilder text = new StringBuilder(good);
        for (int i = random.nextInt(4); i >= 0; i--) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(4)) {
                case 0 -> text.setCharAt(at, (char) random.nextInt(256));
                case 1 -> text.deleteCharAt(at);
                case 2 -> text.insert(at, TOKENS[random.nextInt(TOKENS.length)]);
                default ->
                        text.insert(
                                at,
                                text.substring(
                                        at, Math.min(text.length(), at + random.nextInt(20))));
            }
        }
        return text.toString();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void requestsAreJudgedAlikeWholeAndInPieces(long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int round = 0; round < ROUNDS; round++) {
            String text = mutate(GOOD[random.nextInt(GOOD.length)], random);
            ByteBuffer octets = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
            RequestFeeder whole = new RequestFeeder();
            int expected = whole.feed(octets, 0, octets.capacity());
            RequestFeeder pieces = new RequestFeeder();
            int result = 0;
            for (int to = 0; result >= 0 && to < octets.capacity(); ) {
                to = Math.min(octets.capacity(), to + 1 + random.nextInt(9));
                result = pieces.feed(octets, 0, to);
            }
            assertThat(result).as("seed %d round %d: %s", seed, round, text).isEqualTo(expected);
            assertThat(pieces.complete()).isEqualTo(whole.complete());
            if (expected > 0) {
                assertEditedHeadIsAccepted(whole.head, octets, HeadEdits.NONE, text);
                assertEditedHeadIsAccepted(whole.head, octets, edits("/b/c"), text);
                assertEditedHeadIsAccepted(whole.head, octets, edits("/"), text);
            }
        }
    }

    private static HeadEdits edits(String prefix) {
        LineEdits lines =
                LineEdits.of("Accept: a\r\nX: b\r\n", "accept".getBytes(StandardCharsets.US_ASCII));
        return new HeadEdits(PathPrefix.of("/", prefix), lines, LineEdits.NONE);
    }

    /**
     * What we send on must be something we would have accepted ourselves, with the same meaning.
     */
    private static void assertEditedHeadIsAccepted(
            RequestHead head, ByteBuffer octets, HeadEdits edits, String text) {
        ByteBuffer out = ByteBuffer.allocate(8192);
        ForwardingChain chain = new ForwardingChain(HeadEditorTest.RULES);
        chain.follow(head, octets, true);
        int length =
                new HeadEditor("test")
                        .request(
                                head,
                                octets,
                                HeadEditorTest.TRUSTED,
                                chain,
                                "id".getBytes(StandardCharsets.US_ASCII),
                                "fallback".getBytes(StandardCharsets.US_ASCII),
                                edits,
                                false,
                                out);
        RequestHead sent = new RequestHead();
        assertThat(sent.scan(out, 0, length, Limits.DEFAULT)).as(text).isEqualTo(length);
        assertThat(sent.framing()).isEqualTo(head.framing());
        assertThat(sent.contentLength()).isEqualTo(head.contentLength());
        assertThat(sent.method()).isEqualTo(head.method());
        assertThat(sent.absoluteForm()).isFalse();
        if (edits.prefix() != null && !sent.asteriskForm()) {
            int from = sent.pathStart();
            assertThat(out.get(from)).as(text).isEqualTo((byte) '/');
            assertThat(from + 1 < sent.pathEnd() && out.get(from + 1) == '/').as(text).isFalse();
        }
    }

    @Test
    void repliesAreJudgedAlikeWholeAndInPieces() {
        long seed = 4;
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        String good =
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello";
        for (int round = 0; round < ROUNDS; round++) {
            String text = mutate(good, random);
            ByteBuffer octets = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
            ResponseHead whole = new ResponseHead();
            whole.reset(Method.GET);
            int expected = whole.scan(octets, 0, octets.capacity(), Limits.DEFAULT);
            ResponseHead pieces = new ResponseHead();
            pieces.reset(Method.GET);
            int result = 0;
            for (int to = 0; result == 0 && to < octets.capacity(); ) {
                to = Math.min(octets.capacity(), to + 1 + random.nextInt(9));
                result = pieces.scan(octets, 0, to, Limits.DEFAULT);
            }
            assertThat(result).as("seed %d round %d: %s", seed, round, text).isEqualTo(expected);
        }
    }
}
