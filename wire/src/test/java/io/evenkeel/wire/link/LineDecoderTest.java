package io.evenkeel.wire.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LineDecoderTest {
    private static List<String> feed(LineDecoder decoder, byte[] bytes) {
        List<String> lines = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        while (in.hasRemaining() && !decoder.tooLong()) {
            byte[] line = decoder.next(in);
            if (line != null) {
                lines.add(new String(line, StandardCharsets.UTF_8));
            }
        }
        return lines;
    }

    @Test
    void linesAreTheSameHoweverTheStreamIsCut() {
        long seed = 7;
        Random random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            List<String> sent = new ArrayList<>();
            StringBuilder stream = new StringBuilder();
            for (int i = random.nextInt(6); i > 0; i--) {
                String line = "é".repeat(random.nextInt(9)) + "x".repeat(random.nextInt(20));
                sent.add(line);
                stream.append(line).append(random.nextBoolean() ? "\n" : "\r\n");
            }
            byte[] bytes = stream.toString().getBytes(StandardCharsets.UTF_8);
            LineDecoder decoder = new LineDecoder(64);
            List<String> got = new ArrayList<>();
            for (int at = 0; at < bytes.length; ) {
                int count = 1 + random.nextInt(bytes.length - at);
                byte[] piece = new byte[count];
                System.arraycopy(bytes, at, piece, 0, count);
                got.addAll(feed(decoder, piece));
                at += count;
            }
            assertThat(got).as("seed %d, round %d", seed, round).isEqualTo(sent);
        }
    }

    @Test
    void lineOfTheLongestLengthPassesAndOneByteMoreDoesNot() {
        LineDecoder fits = new LineDecoder(10);
        assertThat(feed(fits, "123456789\n".getBytes(StandardCharsets.US_ASCII)))
                .containsExactly("123456789");
        LineDecoder exceeds = new LineDecoder(10);
        assertThat(feed(exceeds, "1234567890\n".getBytes(StandardCharsets.US_ASCII))).isEmpty();
        assertThat(exceeds.tooLong()).isTrue();
    }

    @Test
    void endlessLineIsNoticedAtTheLimitNotAtItsEnd() {
        LineDecoder decoder = new LineDecoder(10);
        for (int i = 0; i < 9; i++) {
            assertThat(feed(decoder, new byte[] {'x'})).isEmpty();
            assertThat(decoder.tooLong()).isFalse();
        }
        feed(decoder, new byte[] {'x'});
        assertThat(decoder.tooLong()).isTrue();
    }
}
