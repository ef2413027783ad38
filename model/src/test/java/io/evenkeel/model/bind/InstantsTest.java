package io.evenkeel.model.bind;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the text, the outcome is that of the JDK's parser. */
class InstantsTest {
    private static final String ALPHABET = "0123456789-:.TZ+ ";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-01-31T12:00:00Z",
                "2024-02-29T23:59:59.999999999Z",
                "2026-02-29T00:00:00Z",
                "2016-12-31T23:59:60Z",
                "2026-01-31T24:00:00Z",
                "2026-13-01T00:00:00Z",
                "2026-01-31T12:00:00.Z",
                "2026-01-31T12:00:00.1234567890Z",
                "2026-01-31T12:00:00.000000001Z",
                "2026-01-31T12:00:00,5Z",
                "2026-01-31T12:00Z",
                "2026-01-31t12:00:00z",
                "2026-01-31T12:00:00+01:00",
                "+12026-01-31T12:00:00Z",
                "-001-01-31T12:00:00Z",
                "0000-01-01T00:00:00Z",
                "Z",
                ""
            })
    void edges(String text) {
        same(text);
    }

    @Test
    void everyTimeAndWhatIsOneCharacterAway() {
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 20_000; i++) {
            long second = random.nextLong(-62_167_219_200L, 253_402_300_800L);
            int nanos = random.nextInt(3) == 0 ? 0 : random.nextInt(1_000_000_000);
            Instant at = Instant.ofEpochSecond(second, nanos - nanos % step(random));
            assertThat(Instants.parse(at.toString())).isEqualTo(at);
            StringBuilder changed = new StringBuilder(at.toString());
            changed.setCharAt(
                    random.nextInt(changed.length()),
                    ALPHABET.charAt(random.nextInt(ALPHABET.length())));
            same(changed.toString());
        }
    }

    private static int step(SplittableRandom random) {
        return new int[] {1, 1_000, 1_000_000}[random.nextInt(3)];
    }

    private static void same(String text) {
        assertThat(parsed(text, true)).as(text).isEqualTo(parsed(text, false));
    }

    private static Optional<Instant> parsed(String text, boolean ours) {
        try {
            return Optional.of(ours ? Instants.parse(text) : Instant.parse(text));
        } catch (DateTimeException bad) {
            return Optional.empty();
        }
    }
}
