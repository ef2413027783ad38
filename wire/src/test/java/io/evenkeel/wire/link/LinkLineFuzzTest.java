package io.evenkeel.wire.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.wire.fuzz.FuzzContract;
import io.evenkeel.wire.fuzz.Pieces;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Any octets as lines of a link: the same lines however they are cut; each is a message that reads
 * back as it was written, or refused with problems of a bounded length.
 */
class LinkLineFuzzTest extends FuzzContract {
    private static final int LONGEST = 1_000;

    @Override
    protected String corpus() {
        return "fuzz/link-lines.txt";
    }

    @Override
    protected String[] words() {
        return new String[] {
            "\n",
            "\r\n",
            "{",
            "}",
            "\"",
            ":",
            ",",
            "[",
            "]",
            "null",
            "\\u0000",
            "-1",
            "1e9",
            "9223372036854775807",
            "\"type\":",
            "\"registration\":{",
            "\"report\"",
            "\u00c3\u00a9",
        };
    }

    @Override
    protected void check(byte[] input) {
        LineDecoder whole = new LineDecoder(LONGEST);
        List<String> lines = new ArrayList<>();
        lines(whole, ByteBuffer.wrap(input), lines);
        LineDecoder fed = new LineDecoder(LONGEST);
        List<String> inPieces = new ArrayList<>();
        Pieces pieces = new Pieces(input, 60);
        int from = pieces.from();
        while (pieces.next()) {
            ByteBuffer piece = pieces.buffer().duplicate().position(from).limit(pieces.to());
            lines(fed, piece, inPieces);
            from = pieces.to();
        }
        assertThat(inPieces).isEqualTo(lines);
        assertThat(fed.tooLong()).isEqualTo(whole.tooLong());
    }

    private static void lines(LineDecoder decoder, ByteBuffer in, List<String> lines) {
        while (!decoder.tooLong()) {
            byte[] line = decoder.next(in);
            if (line == null) {
                return;
            }
            lines.add(Arrays.toString(line));
            judge(LinkCodec.parse(line));
        }
    }

    private static void judge(Parsed<LinkMessage> parsed) {
        if (parsed instanceof Parsed.Invalid<LinkMessage> invalid) {
            assertThat(invalid.problems()).isNotEmpty().hasSizeLessThan(200);
            assertThat(String.join("", invalid.problems())).hasSizeLessThan(100 * LONGEST);
        } else if (parsed instanceof Parsed.Valid<LinkMessage> valid
                && !(valid.value() instanceof LinkMessage.Unknown)) {
            byte[] written = LinkCodec.line(valid.value());
            byte[] line = Arrays.copyOf(written, written.length - 1);
            assertThat(LinkCodec.parse(line)).isEqualTo(parsed);
        }
    }
}
