package io.evenkeel.wire.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 8259, read strictly. */
class JsonReaderTest {
    private static Json read(String text) throws JsonSyntaxException {
        return JsonReader.read(text.getBytes(StandardCharsets.UTF_8), JsonLimits.LINK);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "true",
                "false",
                "0",
                "-0",
                "12",
                "-1.5e+3",
                "1E9",
                "\"\"",
                "[]",
                "{}",
                "[1,[2,{}]]",
                "{\"a\":1,\"b\":[null]}",
                "\"\\\"\\\\/\"",
                "\"héllo ☃ 𝄞\""
            })
    void whatIsWrittenCompactlyReadsAndWritesAsItself(String text) throws Exception {
        assertThat(read(text).text()).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | 0",
                "` ` | 1",
                "[1,] | 3",
                "[1 2] | 3",
                "[ | 1",
                "{\"a\" 1} | 5",
                "{a:1} | 1",
                "{\"a\":1,} | 7",
                "{\"a\":1,\"a\":2} | 7",
                "01 | 1",
                "+1 | 0",
                "1. | 2",
                ".5 | 0",
                "1e | 2",
                "- | 1",
                "nul | 0",
                "True | 0",
                "NaN | 0",
                "'a' | 0",
                "\"a | 2",
                "\"\\x\" | 2",
                "\"\\u12g4\" | 5",
                "\"\\ud800\" | 1",
                "\"\\ud800\\u0041\" | 1",
                "\"\\udc00\" | 1",
                "1 2 | 2",
                "{} x | 3",
                "/* c */ 1 | 0"
            })
    void whatIsNotJsonIsRefusedWithItsPlace(String text, int offset) {
        JsonSyntaxException refused =
                assertThrows(JsonSyntaxException.class, () -> read(text == null ? "" : text));
        assertThat(refused.offset()).as(refused.getMessage()).isEqualTo(offset);
    }

    @Test
    void controlCharactersInStringsAreRefused() {
        assertThatThrownBy(() -> read("\"a\nb\"")).hasMessageContaining("control character");
        assertThatThrownBy(() -> read("\"a\u0000b\"")).hasMessageContaining("control character");
    }

    @Test
    void malformedUtf8IsRefused() {
        for (byte[] bad :
                new byte[][] {
                    {'"', (byte) 0xff, '"'},
                    {'"', (byte) 0xc0, (byte) 0x80, '"'},
                    {'"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"'},
                    {'"', (byte) 0xe2, (byte) 0x98, '"'},
                    {(byte) 0xef, (byte) 0xbb, (byte) 0xbf, '1'}
                }) {
            assertThrows(JsonSyntaxException.class, () -> JsonReader.read(bad, JsonLimits.LINK));
        }
    }

    @Test
    void escapesMeanTheirCharacters() throws Exception {
        assertThat(read("\"\\b\\f\\n\\r\\t\\/\\u0041\\ud834\\udd1e\""))
                .isEqualTo(new Json.Text("\b\f\n\r\t/A𝄞"));
    }

    @Test
    void depthIsBounded() throws Exception {
        JsonLimits limits = new JsonLimits(1_000, 3, 100);
        assertThat(JsonReader.read("[[[]]]".getBytes(StandardCharsets.UTF_8), limits)).isNotNull();
        assertThatThrownBy(
                        () -> JsonReader.read("[[[[]]]]".getBytes(StandardCharsets.UTF_8), limits))
                .hasMessageContaining("levels deep");
    }

    @Test
    void sizeAndNumberOfValuesAreBounded() {
        JsonLimits limits = new JsonLimits(8, 3, 2);
        assertThatThrownBy(() -> JsonReader.read("[1,2]".getBytes(StandardCharsets.UTF_8), limits))
                .hasMessageContaining("more than 2 values");
        assertThatThrownBy(() ->
                        JsonReader.read("[        ]".getBytes(StandardCharsets.UTF_8), limits))
                .hasMessageContaining("at most 8");
    }

    @Test
    void integersAreExactAndTheRestIsNotOne() {
        assertThat(new Json.Numeral("9223372036854775807").integer()).hasValue(Long.MAX_VALUE);
        assertThat(new Json.Numeral("-9223372036854775808").integer()).hasValue(Long.MIN_VALUE);
        assertThat(new Json.Numeral("9223372036854775808").integer()).isEmpty();
        assertThat(new Json.Numeral("1.0").integer()).isEmpty();
        assertThat(new Json.Numeral("1e3").integer()).isEmpty();
        assertThat(new Json.Numeral("1" + "0".repeat(5_000)).integer()).isEmpty();
    }
}
