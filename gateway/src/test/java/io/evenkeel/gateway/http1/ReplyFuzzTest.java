package io.evenkeel.gateway.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.wire.fuzz.FuzzContract;
import io.evenkeel.wire.fuzz.Pieces;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Any octets as a reply's head, to GET and to HEAD: judged alike whole and in pieces; what is
 * accepted goes out as something we would accept ourselves, with the same status and framing.
 */
class ReplyFuzzTest extends FuzzContract {
    private static final byte[] NOTHING = {};
    private static final LineEdits EDITS =
            LineEdits.of("Server: x\r\n", "server".getBytes(StandardCharsets.US_ASCII));

    private final HeadEditor editor = new HeadEditor("test");

    @Override
    protected String corpus() {
        return "fuzz/http1-reply.txt";
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
            ",",
            "HTTP/1.0 ",
            "204",
            "304",
            "101",
            "100",
            "Content-Length: 0\r\n",
            "Transfer-Encoding: chunked\r\n",
            "Connection: close\r\n",
            "\u00ff",
            "\r\n\r\n",
            "_",
            "Upgrade: x\r\n",
        };
    }

    @Override
    protected void check(byte[] input) {
        judge(input, Method.GET);
        judge(input, Method.HEAD);
    }

    private void judge(byte[] input, Method asked) {
        ByteBuffer octets = ByteBuffer.wrap(input);
        ResponseHead whole = new ResponseHead();
        whole.reset(asked);
        int expected = whole.scan(octets, 0, input.length, Limits.DEFAULT);
        assertThat(expected).isLessThanOrEqualTo(input.length);
        Pieces pieces = new Pieces(input, 20);
        ResponseHead fed = new ResponseHead();
        fed.reset(asked);
        int result = 0;
        while (result == 0 && pieces.next()) {
            result = fed.scan(pieces.buffer(), pieces.from(), pieces.to(), Limits.DEFAULT);
        }
        assertThat(result).isEqualTo(expected);
        if (expected > 0) {
            assertThat(fed.framing()).isEqualTo(whole.framing());
            assertSentAsUnderstood(whole, octets, asked);
        }
    }

    private void assertSentAsUnderstood(ResponseHead head, ByteBuffer octets, Method asked) {
        ByteBuffer out = ByteBuffer.allocate(HeadEditor.responseRoom(head, EDITS, NOTHING));
        int length =
                editor.response(
                        head, octets, Persistence.KEEP_ALIVE, false, null, EDITS, NOTHING, out);
        ResponseHead sent = new ResponseHead();
        sent.reset(asked);
        assertThat(sent.scan(out, 0, length, Limits.DEFAULT)).isEqualTo(length);
        assertThat(sent.status()).isEqualTo(head.status());
        assertThat(sent.framing()).isEqualTo(head.framing());
        if (head.framing() == Framing.LENGTH) {
            assertThat(sent.contentLength()).isEqualTo(head.contentLength());
        }
    }
}
