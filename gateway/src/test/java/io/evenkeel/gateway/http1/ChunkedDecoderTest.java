package io.evenkeel.gateway.http1;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkedDecoderTest {
    private static final String NEXT = "GET /next HTTP/1.1\r\n";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0\r\n\r\n",
                "000\r\n\r\n",
                "5\r\nhello\r\n0\r\n\r\n",
                "A\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n",
                "1\r\n\n\r\n1\r\n\r\r\n0\r\n\r\n",
                "5;a\r\nhello\r\n0;b=c\r\n\r\n",
                "5;a=\"b;\\\"c\\\" \";d=e;f\r\nhello\r\n0\r\n\r\n",
                "0\r\nChecksum: abc\r\nServer-Timing:\t x \r\n\r\n",
                "0\r\nA:\r\n\r\n",
            })
    void validBodyEndsWhereItEndsHoweverItIsCut(String body) {
        byte[] bytes = (body + NEXT).getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer octets = ByteBuffer.wrap(bytes);
        for (int cut = 0; cut <= bytes.length; cut++) {
            ChunkedDecoder decoder = new ChunkedDecoder();
            int first = decoder.advance(octets, 0, cut, Limits.DEFAULT);
            assertThat(first).isEqualTo(Math.min(cut, body.length()));
            assertThat(decoder.done()).isEqualTo(cut >= body.length());
            assertThat(decoder.advance(octets, first, bytes.length, Limits.DEFAULT))
                    .isEqualTo(body.length());
            assertThat(decoder.done()).isTrue();
        }
    }

    @Test
    void stepsTellDataFromCoding() {
        long seed = 20_261_121;
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int round = 0; round < 200; round++) {
            StringBuilder data = new StringBuilder();
            StringBuilder coded = new StringBuilder();
            for (int chunk = random.nextInt(4); chunk >= 0; chunk--) {
                String part = "x\r\n0".repeat(1 + random.nextInt(20));
                data.append(part);
                coded.append(Integer.toHexString(part.length()))
                        .append("\r\n")
                        .append(part)
                        .append("\r\n");
            }
            byte[] bytes = (coded + "0\r\nA: b\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
            ChunkedDecoder decoder = new ChunkedDecoder();
            StringBuilder seen = new StringBuilder();
            int at = 0;
            int shown = 0;
            while (!decoder.done()) {
                if (at == shown) {
                    shown = Math.min(bytes.length, shown + 1 + random.nextInt(9));
                }
                int end = decoder.step(ByteBuffer.wrap(bytes), at, shown, Limits.DEFAULT);
                assertThat(end).as("seed %d round %d", seed, round).isGreaterThan(at);
                if (decoder.data()) {
                    seen.append(new String(bytes, at, end - at, StandardCharsets.ISO_8859_1));
                }
                at = end;
            }
            assertThat(seen.toString()).isEqualTo(data.toString());
            assertThat(decoder.dataBytes()).isEqualTo(data.length());
            assertThat(at).isEqualTo(bytes.length);
        }
    }

    @Test
    void decoderIsReusable() {
        ChunkedDecoder decoder = new ChunkedDecoder();
        ByteBuffer bad = ByteBuffer.wrap("5;a=\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(decoder.advance(bad, 0, bad.capacity(), Limits.DEFAULT)).isNegative();
        assertThat(decoder.advance(bad, 0, 1, Limits.DEFAULT)).isNegative();
        decoder.reset();
        ByteBuffer good =
                ByteBuffer.wrap("1\r\nx\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(decoder.advance(good, 0, good.capacity(), Limits.DEFAULT)).isEqualTo(11);
        assertThat(decoder.done()).isTrue();
    }
}
