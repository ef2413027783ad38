package io.evenkeel.wire.hpack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whatever is encoded is decoded again; whatever is broken is refused, never worse. */
class HpackFuzzTest {
    private static final long SEED = Long.getLong("seed", 20_261_122L);
    private static final Indexing[] INDEXING = Indexing.values();

    private long seed = SEED;
    private Random random = new Random(seed);

    @Test
    void everyListDecodesAsItWasEncodedWhateverTheTablesDo() throws Exception {
        for (int connection = 0; connection < 200; connection++) {
            int most = random.nextInt(6_000);
            HpackEncoder encoder = new HpackEncoder(most, random.nextBoolean());
            HpackDecoder decoder = new HpackDecoder(6_000, 4_096);
            FieldList fields = new FieldList(1 << 20);
            for (int block = 0; block < 50; block++) {
                while (random.nextInt(8) == 0) {
                    encoder.allow(random.nextInt(6_000));
                }
                ByteBuffer out = ByteBuffer.allocate(64 * 1024);
                List<String> expected = new ArrayList<>();
                for (int i = 1 + random.nextInt(12); i > 0; i--) {
                    String name = name();
                    String value = text(random.nextInt(3) == 0 ? 200 : 12);
                    encoder.field(name, value, INDEXING[random.nextInt(INDEXING.length)], out);
                    expected.add(name + ": " + value);
                }
                fields.clear();
                decoder.decode(out, 0, out.position(), fields);
                assertThat(HpackVectorsTest.lines(fields))
                        .as("seed %d, connection %d, block %d", SEED, connection, block)
                        .isEqualTo(expected);
                assertThat(decoder.tableSize()).isEqualTo(encoder.tableSize());
            }
        }
    }

    @Test
    @Tag("long")
    void mutatedBlocksOfManySeedsAreDecodedOrRefusedWithinBounds() {
        for (int run = 1; run <= 100; run++) {
            seed = SEED + run;
            random = new Random(seed);
            mutate();
        }
    }

    @Test
    void mutatedBlocksAreDecodedOrRefusedWithinBounds() {
        mutate();
    }

    private void mutate() {
        for (int connection = 0; connection < 3_000; connection++) {
            HpackEncoder encoder = new HpackEncoder(4_096, random.nextBoolean());
            HpackDecoder decoder = new HpackDecoder(4_096, 1_000);
            FieldList fields = new FieldList(2_000);
            try {
                for (int block = 0; block < 10; block++) {
                    ByteBuffer out = ByteBuffer.allocate(8 * 1024);
                    for (int i = 1 + random.nextInt(8); i > 0; i--) {
                        encoder.field(
                                name(), text(40), INDEXING[random.nextInt(INDEXING.length)], out);
                    }
                    for (int i = random.nextInt(3); i > 0; i--) {
                        out.put(random.nextInt(out.position()), (byte) interesting());
                    }
                    fields.clear();
                    decoder.decode(out, 0, out.position() - random.nextInt(2), fields);
                    assertThat(fields.count()).isLessThanOrEqualTo(2_000 / 32);
                }
            } catch (HpackException refused) {
                assertThat(refused).as("seed %d", seed).message().isNotBlank();
            }
            assertThat(fields.room(0).length)
                    .as("seed %d, connection %d", seed, connection)
                    .isLessThanOrEqualTo(2 * 4_000);
            assertThat(decoder.tableSize()).isLessThanOrEqualTo(4_096);
        }
    }

    private int interesting() {
        int[] often = {0x80, 0xff, 0x7f, 0x40, 0x3f, 0x20, 0x1f, 0x10, 0x0f, 0x00, 0xbe, 0xc0};
        return random.nextInt(3) == 0 ? random.nextInt(256) : often[random.nextInt(often.length)];
    }

    private String name() {
        String[] names = {
            ":method", ":path", ":status", "host", "cookie", "accept", "x-a", "x-b", "x-c", "date",
        };
        return random.nextInt(3) == 0
                ? "n" + Integer.toHexString(random.nextInt(40))
                : names[random.nextInt(names.length)];
    }

    private String text(int longest) {
        int length = random.nextInt(longest + 1);
        boolean binary = random.nextInt(4) == 0;
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append((char) (binary ? random.nextInt(256) : 'a' + random.nextInt(4)));
        }
        return text.toString();
    }
}
