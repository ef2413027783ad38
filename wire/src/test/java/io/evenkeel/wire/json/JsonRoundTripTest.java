package io.evenkeel.wire.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever is written is read back. */
class JsonRoundTripTest {
    private static final long SEED = Long.getLong("seed", 20_260_101L);

    @Test
    void everyValueReadsBackAsItWasWritten() throws Exception {
        Random random = new Random(SEED);
        for (int i = 0; i < 5_000; i++) {
            Json value = value(random, 4);
            byte[] bytes = value.bytes();
            assertThat(JsonReader.read(bytes, JsonLimits.LINK))
                    .as("seed %d, round %d", SEED, i)
                    .isEqualTo(value);
        }
    }

    private static Json value(Random random, int depth) {
        return switch (random.nextInt(depth > 0 ? 7 : 5)) {
            case 0 -> new Json.Null();
            case 1 -> new Json.Bool(random.nextBoolean());
            case 2 -> new Json.Numeral(Long.toString(random.nextLong() >> random.nextInt(64)));
            case 3 -> new Json.Numeral(Double.toString(random.nextGaussian() * 1e9));
            case 4 -> new Json.Text(text(random));
            case 5 -> array(random, depth);
            default -> object(random, depth);
        };
    }

    private static Json array(Random random, int depth) {
        List<Json> items = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            items.add(value(random, depth - 1));
        }
        return new Json.Array(items);
    }

    private static Json object(Random random, int depth) {
        Map<String, Json> fields = new LinkedHashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            fields.put(text(random), value(random, depth - 1));
        }
        return new Json.Obj(fields);
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(8); i > 0; i--) {
            int c =
                    switch (random.nextInt(4)) {
                        case 0 -> random.nextInt(0x20);
                        case 1 -> 0x20 + random.nextInt(0x5f);
                        case 2 -> 0x80 + random.nextInt(0xd000);
                        default -> 0x10000 + random.nextInt(0x100000);
                    };
            text.appendCodePoint(c);
        }
        return text.toString();
    }
}
