package io.evenkeel.gateway.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.gateway.source.ProxyHeader.Absent;
import io.evenkeel.gateway.source.ProxyHeader.Incomplete;
import io.evenkeel.gateway.source.ProxyHeader.Local;
import io.evenkeel.gateway.source.ProxyHeader.Malformed;
import io.evenkeel.gateway.source.ProxyHeader.Proxied;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random damage to the corpus: no exception, the same verdict however the bytes are cut, and what
 * is refused once stays refused. Each line of the corpus is a header in hexadecimal.
 */
final class ProxyHeaderFuzzTest {
    private static final Path CORPUS = Path.of("src/test/resources/corpus/proxy-header/seeds.hex");
    private static final int ROUNDS = 30_000;

    private static List<byte[]> corpus() throws IOException {
        List<byte[]> all = new ArrayList<>();
        for (String line : Files.readAllLines(CORPUS)) {
            if (!line.isBlank() && !line.startsWith("#")) {
                all.add(HexFormat.of().parseHex(line.strip()));
            }
        }
        return all;
    }

    private static byte[] mutate(byte[] good, RandomGenerator random) {
        byte[] bytes = good.clone();
        for (int i = random.nextInt(4); i >= 0 && bytes.length > 0; i--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(5)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> bytes = Arrays.copyOf(bytes, at);
                case 3 -> {
                    byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
                    System.arraycopy(bytes, at, longer, at + 1, bytes.length - at);
                    bytes = longer;
                }
                default -> bytes[at] = (byte) "\r\n \0:.0129f".charAt(random.nextInt(11));
            }
        }
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void damagedHeadersAreJudgedAlikeWholeAndInPieces(long seed) throws IOException {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        List<byte[]> corpus = corpus();
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = mutate(corpus.get(random.nextInt(corpus.size())), random);
            String about = "seed " + seed + ": " + HexFormat.of().formatHex(bytes);
            ProxyHeader whole = ProxyHeaders.parse(bytes);
            ProxyHeader pieces = new Incomplete();
            int come = 0;
            while (pieces instanceof Incomplete && come < bytes.length) {
                come = Math.min(bytes.length, come + 1 + random.nextInt(5));
                pieces = ProxyHeaders.parse(Arrays.copyOf(bytes, come));
            }
            switch (whole) {
                case Proxied(int length, _, int port, _) -> {
                    assertThat(length).as(about).isBetween(16, bytes.length);
                    assertThat(port).as(about).isBetween(0, 0xffff);
                    assertThat(pieces).as(about).isEqualTo(whole);
                }
                case Local(int length) -> {
                    assertThat(length).as(about).isBetween(15, bytes.length);
                    assertThat(pieces).as(about).isEqualTo(whole);
                }
                case Malformed _ -> assertThat(pieces).as(about).isInstanceOf(Malformed.class);
                case Absent _ -> assertThat(pieces).as(about).isInstanceOf(Absent.class);
                case Incomplete _ -> assertThat(bytes.length).isLessThan(ProxyHeader.MOST_BYTES);
            }
            // Bytes outside of what was given are never looked at.
            ByteBuffer fenced = ByteBuffer.allocate(bytes.length + 2).put(0, (byte) 'P');
            fenced.put(1, bytes);
            assertThat(ProxyHeader.parse(fenced, 1, 1 + bytes.length)).as(about).isEqualTo(whole);
        }
    }
}
