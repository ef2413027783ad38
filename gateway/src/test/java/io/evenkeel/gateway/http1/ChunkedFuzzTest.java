package io.evenkeel.gateway.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.gateway.ends.SentRequest;
import io.evenkeel.gateway.ends.StrictReader;
import io.evenkeel.wire.fuzz.FuzzContract;
import io.evenkeel.wire.fuzz.Pieces;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Any octets as a body in the chunked coding: judged alike whole, in pieces and run by run; what is
 * accepted is by the letter of the RFC, and the data taken out of it is what the letter says.
 */
class ChunkedFuzzTest extends FuzzContract {
    private static final String HEAD = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";

    @Override
    protected String corpus() {
        return "fuzz/http1-chunked.txt";
    }

    @Override
    protected String[] words() {
        return new String[] {
            "\r\n",
            "\n",
            "\r",
            "\0",
            ";",
            "=",
            "\"",
            "\\",
            "0",
            "0\r\n\r\n",
            "ffffffffffffffff",
            "1\r\nx\r\n",
            ";a=\"b\"",
            " ",
            "\t",
            "\u00ff",
            "X: y\r\n",
            "Host: a\r\n",
            "Content_Length: 1\r\n",
        };
    }

    @Override
    protected void check(byte[] input) {
        ChunkedDecoder whole = new ChunkedDecoder();
        whole.reset();
        int expected = whole.advance(ByteBuffer.wrap(input), 0, input.length, Limits.DEFAULT);
        assertThat(expected).isLessThanOrEqualTo(input.length);
        Pieces pieces = new Pieces(input, 30);
        ChunkedDecoder runs = new ChunkedDecoder();
        runs.reset();
        StringBuilder data = new StringBuilder();
        int result = pieces.from();
        while (result >= 0 && !runs.done() && pieces.next()) {
            while (result >= 0 && !runs.done() && result < pieces.to()) {
                int at = result;
                result = runs.step(pieces.buffer(), at, pieces.to(), Limits.DEFAULT);
                if (runs.data()) {
                    byte[] run = new byte[result - at];
                    pieces.buffer().get(at, run);
                    data.append(new String(run, StandardCharsets.ISO_8859_1));
                }
                assertThat(result).matches(next -> next < 0 || next > at, "goes on");
            }
        }
        assertThat(result < 0 ? result : result - pieces.from()).isEqualTo(expected);
        assertThat(runs.done()).isEqualTo(whole.done());
        if (expected >= 0) {
            String octets = new String(input, 0, expected, StandardCharsets.ISO_8859_1);
            StrictReader.Cut cut = StrictReader.cut(HEAD + octets);
            assertThat(cut.oddity()).isNull();
            SentRequest request = cut.requests().get(0);
            assertThat(request.whole()).isEqualTo(whole.done());
            assertThat(data).hasToString(request.data());
        }
    }
}
