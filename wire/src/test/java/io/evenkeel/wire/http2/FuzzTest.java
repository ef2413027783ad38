package io.evenkeel.wire.http2;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Mutated conversations of the corpus, {@code http2-corpus/ROLE-NAME.hex}: whatever comes, a
 * connection goes on or fails in the declared way, and holds no more than its limits.
 */
class FuzzTest {
    private static final long SEED = Long.getLong("seed", 20_261_122L);

    private record Sample(boolean client, String hex) {
        byte[] octets() {
            return HexFormat.of().parseHex(hex);
        }
    }

    @Test
    void whateverComesAConnectionGoesOnOrFailsAsDeclared() throws Exception {
        fuzz(SEED, 60_000);
    }

    @Test
    @Tag("long")
    void whateverComesForLongAConnectionGoesOnOrFailsAsDeclared() throws Exception {
        for (int run = 1; run <= 20; run++) {
            fuzz(SEED + run, 60_000);
        }
    }

    private static void fuzz(long seed, int rounds) throws Exception {
        Random random = new Random(seed);
        List<Sample> corpus = corpus();
        assertThat(corpus).hasSizeGreaterThan(50);
        int failed = 0;
        for (int round = 0; round < rounds; round++) {
            Sample sample = corpus.get(random.nextInt(corpus.size()));
            Http2Limits limits = Limits.DEFAULT.concurrentStreams(3).build();
            Rig rig = sample.client() ? Rig.client(limits, "GET", true) : Rig.server(limits);
            byte[] octets = sample.octets();
            byte[] more = corpus.get(random.nextInt(corpus.size())).octets();
            byte[] input = mutated(random, random.nextBoolean() ? octets : Raw.join(octets, more));
            try {
                for (int at = 0; at < input.length; ) {
                    int bytes = Math.min(1 + random.nextInt(200), input.length - at);
                    ByteBuffer in = ByteBuffer.wrap(input, at, bytes);
                    rig.connection.receive(in, round);
                    assertThat(in.hasRemaining()).isFalse();
                    at += bytes;
                }
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(
                        "seed %d, round %d, %s: %s"
                                .formatted(seed, round, sample, HexFormat.of().formatHex(input)),
                        e);
            }
            failed += rig.connection.failed() ? 1 : 0;
            assertThat(rig.connection.openStreams()).isLessThanOrEqualTo(3);
            assertThat(rig.connection.queuedBytes()).isLessThan(70_000);
            assertThat(rig.events.stream().filter(event -> event.startsWith("failed")).count())
                    .isEqualTo(rig.connection.failed() ? 1 : 0);
        }
        // Both outcomes are met often, so that mutations reach beyond the first check.
        assertThat(failed).isBetween(rounds / 5, rounds * 9 / 10);
    }

    private static byte[] mutated(Random random, byte[] octets) {
        byte[] out = octets.clone();
        for (int i = random.nextInt(3); i > 0 && out.length > 0; i--) {
            int at = random.nextInt(out.length);
            switch (random.nextInt(4)) {
                case 0 -> out[at] = (byte) random.nextInt(256);
                case 1 -> out[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> out = Arrays.copyOf(out, at);
                default -> {
                    int from = random.nextInt(out.length);
                    byte[] part = Arrays.copyOfRange(out, Math.min(at, from), Math.max(at, from));
                    out =
                            Raw.join(
                                    Arrays.copyOf(out, at),
                                    part,
                                    Arrays.copyOfRange(out, at, out.length));
                }
            }
        }
        return out;
    }

    private static List<Sample> corpus() throws IOException, URISyntaxException {
        URL folder = Objects.requireNonNull(FuzzTest.class.getResource("/http2-corpus"));
        URI uri = folder.toURI();
        List<Sample> samples = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of(uri))) {
            for (Path file : files.sorted().toList()) {
                boolean client = String.valueOf(file.getFileName()).startsWith("client");
                samples.add(new Sample(client, Files.readString(file).strip()));
            }
        }
        return samples;
    }
}
