package io.evenkeel.model.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ReadersTest {
    private static final ReadLimits SMALL = new ReadLimits(100_000, 10, 1_000);

    @Test
    void everyNodeKnowsItsPlace() {
        String text = "{\n  \"a\": [1,\n   {\"b\": \"x\"}]\n}";
        List<String> places =
                List.of("1:1 {", "2:3 a", "2:8 [", "2:9 1", "3:4 {", "3:5 b", "3:10 x");

        assertThat(Places.of(JsonReader.read(text).orElseThrow())).isEqualTo(places);
        assertThat(Places.of(JsonReader.read(utf8(text)).orElseThrow())).isEqualTo(places);
        assertThat(Places.of(YamlReader.read(text).orElseThrow().getFirst())).isEqualTo(places);
        assertThat(Places.of(YamlReader.read("# c\na:\n- 1\n- b: x\n").orElseThrow().getFirst()))
                .containsExactly("2:1 {", "2:1 a", "3:1 [", "3:3 1", "4:3 {", "4:3 b", "4:6 x");
    }

    @Test
    void aKeyGivenTwiceIsThereTwice() {
        assertThat(Places.of(JsonReader.read("{\"a\":1,\"a\":2}").orElseThrow()))
                .containsExactly("1:1 {", "1:2 a", "1:6 1", "1:8 a", "1:12 2");
    }

    @ParameterizedTest
    @CsvSource({
        "1,NUMBER",
        "-1.5e+3,NUMBER",
        "0,NUMBER",
        "00,STRING",
        "1.,STRING",
        ".5,STRING",
        "1e,STRING",
        "+1,STRING",
        "0x1F,STRING",
        ".inf,STRING",
        "true,BOOLEAN",
        "TRUE,BOOLEAN",
        "yes,STRING",
        "null,NULL",
        "~,NULL",
        "2026-01-31,STRING",
        "12:30,STRING",
        "'\"1\"',STRING",
        "!!str 1,STRING"
    })
    void textWithoutQuotesMeansWhatYaml12Says(String text, Tree.ScalarKind kind) {
        Tree tree = YamlReader.read("[" + text + "]").orElseThrow().getFirst();

        assertThat(((Tree.ArrayTree) tree).items().getFirst())
                .isInstanceOfSatisfying(
                        Tree.Scalar.class, scalar -> assertThat(scalar.kind()).isEqualTo(kind));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | 1:1 | an empty text",
                "{ | 1:2 | Unexpected end-of-input",
                "{\"a\":} | 1:6 | Unexpected character",
                "{\"a\":1,} | 1:8 | Unexpected character",
                "[1 2] | 1:4 | Unexpected character",
                "{\"a\":NaN} | 1:9 | Non-standard token",
                "{\"a\":01} | 1:7 | Invalid numeric value",
                "{'a':1} | 1:2 | Unexpected character",
                "[1] [2] | 1:5 | more after the value",
                "{\"a\":1}} | 1:8 | Unexpected close marker",
                "// c | 1:1 | Unexpected character",
            })
    void malformedJsonIsOneProblemWithItsPlace(String text, String place, String seen) {
        assertThat(JsonReader.read(text).problems())
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.toString()).startsWith(place + ": ");
                    assertThat(problem.seen()).contains(seen);
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a: b: c",
                "a:\n\t- b",
                "[1, 2",
                "{a: 1",
                "\"open",
                "a: *nothing",
                "a: &x {b: *x}",
                "a: !!int 5",
                "a: !java.lang.Runtime x",
                "? [a, b]\n: c",
                "%YAML 3.0\n---\na: 1",
                "a: \u0001",
                "@a",
                "- a\nb: c",
                "a: 'x\n--- y",
                "&a &b c",
                "a: \"\\x",
                "a: \"\\uD80",
                "a: \"\\UFFFFFFFF\"",
            })
    void malformedYamlIsOneProblemWithItsPlace(String text) {
        assertThat(YamlReader.read(text).problems())
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.line()).isPositive();
                    assertThat(problem.column()).isPositive();
                    assertThat(problem.seen()).isNotBlank().isNotEqualTo("null");
                });
    }

    @Test
    void aliasesRepeatTheirAnchorWithinADocumentOnly() {
        assertThat(Places.of(YamlReader.read("a: &x 1\nb: *x").orElseThrow().getFirst()))
                .containsExactly("1:1 {", "1:1 a", "1:4 1", "2:1 b", "1:4 1");
        assertThat(YamlReader.read("a: &x 1\n---\nb: *x").problems())
                .extracting(Problem::toString)
                .containsExactly(
                        "3:4: *x (expected: the name of an anchor that ended before it in the same"
                                + " document)");
    }

    @Test
    void aliasesThatMultiplyAreStoppedAtTheLimit() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 40; i++) {
            bomb.append("a%d: &a%d [".formatted(i, i));
            bomb.append("*a%d, ".formatted(i - 1).repeat(10)).append("]\n");
        }

        assertThat(YamlReader.read(bomb.toString()).problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.seen()).contains("aliases repeat"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"a\":", "[{\"a\":"})
    void depthIsStoppedAtTheLimitLongBeforeTheStackEnds(String opening) {
        String deep = opening.repeat(10_000);

        assertThat(JsonReader.read(deep, SMALL).problems().getFirst().seen())
                .isEqualTo("nested deeper than 10 levels");
        assertThat(YamlReader.read(deep, SMALL).problems().getFirst().seen())
                .isEqualTo("nested deeper than 10 levels");
        assertThat(YamlReader.read("- ".repeat(10_000), SMALL).problems().getFirst().seen())
                .isEqualTo("nested deeper than 10 levels");
    }

    @Test
    void sizeAndNumberOfValuesAreStoppedAtTheLimit() {
        String wide = "[" + "1,".repeat(2_000) + "1]";
        String large = "\"" + "x".repeat(200_000) + "\"";

        assertThat(JsonReader.read(wide, SMALL).problems().getFirst().seen())
                .startsWith("more than 1000 values");
        assertThat(YamlReader.read(wide, SMALL).problems().getFirst().seen())
                .startsWith("more than 1000 values");
        assertThat(JsonReader.read(utf8(large), SMALL).problems().getFirst().expected())
                .isEqualTo("<= 100000 bytes or characters");
        assertThat(YamlReader.read(large, SMALL).problems().getFirst().expected())
                .isEqualTo("<= 100000 bytes or characters");
    }

    @Test
    void bytesThatAreNotUtf8AreAProblem() {
        byte[] bytes = utf8("{\"a\":\"x\"}");
        bytes[6] = (byte) 0xff;

        assertThat(JsonReader.read(bytes).problems()).hasSize(1);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
