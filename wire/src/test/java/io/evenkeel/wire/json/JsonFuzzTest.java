package io.evenkeel.wire.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.wire.fuzz.FuzzContract;
import java.util.Arrays;

/** Any octets as JSON: refused at a place within them, or read as something that is stable. */
class JsonFuzzTest extends FuzzContract {
    @Override
    protected String corpus() {
        return "fuzz/json.txt";
    }

    @Override
    protected String[] words() {
        return new String[] {
            "{",
            "}",
            "[",
            "]",
            "\"",
            ",",
            ":",
            "\\",
            "\\u",
            "\\ud83d",
            "null",
            "true",
            "-0",
            "1e",
            "0.1",
            "E+99",
            "\u00c3\u00a9",
            "\u00ed\u00a0\u0080",
            "\u00c0\u0080",
            "[[[[[[[[",
            " ",
        };
    }

    @Override
    protected void check(byte[] input) throws Exception {
        byte[] before = input.clone();
        try {
            Json read = JsonReader.read(input, JsonLimits.LINK);
            assertThat(JsonReader.read(read.bytes(), JsonLimits.LINK)).isEqualTo(read);
        } catch (JsonSyntaxException refused) {
            assertThat(refused.offset()).isBetween(0, input.length);
            assertThat(refused.getMessage()).hasSizeLessThan(1_000);
        }
        assertThat(Arrays.equals(input, before)).isTrue();
    }
}
