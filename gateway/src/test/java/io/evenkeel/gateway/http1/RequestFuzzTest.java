package io.evenkeel.gateway.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.gateway.ends.Dialect;
import io.evenkeel.gateway.ends.RequestMutations;
import io.evenkeel.gateway.ends.StrictReader;
import io.evenkeel.wire.fuzz.Corpus;
import io.evenkeel.wire.fuzz.FuzzContract;
import io.evenkeel.wire.fuzz.Pieces;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Any octets as a request: judged alike whole and in pieces, by their own octets alone; what is
 * accepted goes out as something we would accept ourselves with the same meaning, by the letter of
 * the RFC, and readers of every dialect end it where we do.
 */
class RequestFuzzTest extends FuzzContract {
    private static final List<Dialect> DIALECTS = Dialect.all();
    private static final byte[] ID = "id".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] HOST = "fallback".getBytes(StandardCharsets.US_ASCII);

    private static final List<HeadEdits> EDITS = List.of(HeadEdits.NONE, edits("/b/c"), edits("/"));

    private final HeadEditor editor = new HeadEditor("test");
    private final ForwardingChain chain = new ForwardingChain(HeadEditorTest.RULES);

    private static HeadEdits edits(String prefix) {
        LineEdits lines =
                LineEdits.of("Accept: a\r\nX: b\r\n", "accept".getBytes(StandardCharsets.US_ASCII));
        return new HeadEdits(PathPrefix.of("/", prefix), lines, LineEdits.NONE);
    }

    @Override
    protected String corpus() {
        return "fuzz/http1-request.txt";
    }

    @Override
    protected int rounds() {
        return 8_000;
    }

    @Override
    protected String[] words() {
        return new String[] {
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
            "chunked",
            "Content-Length: 1\r\n",
            "Transfer-Encoding: chunked\r\n",
            "Host: b\r\n",
            "%2e",
            "../",
            "@",
            "\u00ff",
            "\r\n\r\n",
            "_",
            "Connection: ",
            "X-Forwarded-For: ",
            "Forwarded: for=",
        };
    }

    @Override
    protected void check(byte[] input) {
        ByteBuffer octets = ByteBuffer.wrap(input);
        RequestFeeder whole = new RequestFeeder();
        int expected = whole.feed(octets, 0, input.length);
        assertThat(expected).isLessThanOrEqualTo(input.length);
        Pieces pieces = new Pieces(input, 40);
        RequestFeeder fed = new RequestFeeder();
        int result = 0;
        while (result >= 0 && pieces.next()) {
            result = fed.feed(pieces.buffer(), pieces.from(), pieces.to());
        }
        assertThat(result).isEqualTo(expected);
        assertThat(fed.complete()).isEqualTo(whole.complete());
        if (expected < 0) {
            assertThat(Rejection.of(expected).status()).isBetween(400, 505);
        } else if (whole.headComplete()) {
            for (HeadEdits edits : EDITS) {
                assertSentAsUnderstood(whole, input, expected, edits);
            }
        }
    }

    /** Thousands of times as many as go through the processes of RequestEndsIT. */
    @Test
    void mutatedRequestsKeepThePromises() {
        long seed = Long.getLong("fuzz.seed", 7);
        RequestMutations mutations = new RequestMutations(seed);
        for (int round = 0; round < Integer.getInteger("fuzz.rounds", 8_000); round++) {
            byte[] request = mutations.next("shop.test", "m" + round);
            try {
                check(request);
            } catch (AssertionError e) {
                throw new AssertionError(
                        "fuzz.seed " + seed + ", round " + round + ": " + Corpus.text(request), e);
            }
        }
    }

    private void assertSentAsUnderstood(
            RequestFeeder judged, byte[] input, int end, HeadEdits edits) {
        RequestHead head = judged.head;
        ByteBuffer octets = ByteBuffer.wrap(input);
        chain.follow(head, octets, true);
        ByteBuffer out =
                ByteBuffer.allocate(HeadEditor.requestRoom(head, chain, edits) + input.length);
        int length =
                editor.request(
                        head, octets, HeadEditorTest.TRUSTED, chain, ID, HOST, edits, false, out);
        RequestHead sent = new RequestHead();
        assertThat(sent.scan(out, 0, length, Limits.DEFAULT)).isEqualTo(length);
        assertThat(sent.framing()).isEqualTo(head.framing());
        assertThat(sent.contentLength()).isEqualTo(head.contentLength());
        assertThat(sent.method()).isEqualTo(head.method());
        assertThat(sent.absoluteForm()).isFalse();
        if (edits.prefix() != null && !sent.asteriskForm()) {
            int from = sent.pathStart();
            assertThat(out.get(from)).isEqualTo((byte) '/');
            assertThat(from + 1 < sent.pathEnd() && out.get(from + 1) == '/').isFalse();
        }
        int body =
                switch (head.framing()) {
                    case LENGTH ->
                            (int) Math.min(head.contentLength(), input.length - head.length());
                    case CHUNKED -> end - head.length();
                    default -> 0;
                };
        out.put(input, head.length(), body);
        String stream = new String(out.array(), 0, out.position(), StandardCharsets.ISO_8859_1);
        StrictReader.Cut cut = StrictReader.cut(stream);
        assertThat(cut.oddity()).isNull();
        assertThat(cut.requests()).hasSize(1);
        boolean complete =
                head.framing() == Framing.LENGTH ? body == head.contentLength() : judged.complete();
        assertThat(cut.requests().get(0).whole()).isEqualTo(complete);
        List<Integer> ends = complete ? List.of(stream.length()) : List.of();
        for (Dialect dialect : DIALECTS) {
            assertThat(dialect.ends(stream)).as(dialect.name()).isEqualTo(ends);
        }
    }
}
