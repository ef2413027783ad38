package io.evenkeel.wire.hpack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever is encoded is decoded again. */
class HpackRoundTripTest {
    private static final long SEED = Long.getLong("seed", 20_261_122L);
    private static final Indexing[] INDEXING = Indexing.values();

    private final Random random = new Random(SEED);

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
