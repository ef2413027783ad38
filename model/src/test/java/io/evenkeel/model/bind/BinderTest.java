package io.evenkeel.model.bind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.model.tree.Bound;
import io.evenkeel.model.tree.JsonReader;
import io.evenkeel.model.tree.Problem;
import io.evenkeel.model.tree.Tree;
import io.evenkeel.model.tree.YamlReader;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BinderTest {
    enum Colour {
        DARK_RED,
        BLUE
    }

    sealed interface Figure {}

    record Circle(@Range(min = "1") int radius) implements Figure {}

    record SquareBox(@Default("5") int side) implements Figure {}

    record Inner(@About("Its name.") String name, @Default("7") int size) {}

    record All(
            @Default("") String emptyDefault,
            @Default("text") String text,
            @Default("1") @Range(min = "-5", max = "10") int small,
            @Default("1") long large,
            @Default("0.5") double share,
            @Default("false") boolean on,
            @Default("30s") @Range(min = "1s", max = "5m") Duration pause,
            @Default("2026-01-31T12:00:00Z") Instant at,
            @Default("/tmp") Path file,
            @Default("blue") Colour colour,
            @Default("64KiB") Size size,
            Optional<Secret> secret,
            Optional<Inner> inner,
            @Default("[]") List<Inner> list,
            @Default("{}") SortedMap<String, Integer> map,
            Optional<Figure> shape) {}

    record Pair(@Default("1s") Duration timeoutAfter, @Default("[1, 2]") List<Integer> numbers)
            implements Checked {
        Pair {
            if (numbers.size() > 3) {
                throw new IllegalArgumentException("four numbers");
            }
        }

        @Override
        public void check(Checks checks) {
            for (int i = 0; i < numbers.size(); i++) {
                if (numbers.get(i) < 0) {
                    checks.problem("numbers[" + i + "]", numbers.get(i), ">= 0", "");
                }
            }
            if (timeoutAfter.isZero()) {
                checks.problem("timeoutAfter", "0s", "longer than nothing", "lengthen it");
            }
        }
    }

    @Test
    void everyTypeIsReadInBothNamings() {
        Tree tree =
                yaml(
                        """
                        text: 'yes'
                        small: -5
                        large: 9223372036854775807
                        share: 1e-3
                        on: true
                        pause: 2m
                        at: 2026-11-21T23:00:00.5Z
                        file: /etc/hosts
                        colour: dark-red
                        size: 2MiB
                        secret: hush
                        inner: {name: a}
                        list: [{name: b, size: 1}, {name: c}]
                        map: {z: 1, a: 2}
                        shape: {type: square-box, side: 3}
                        """);
        All all = Binder.bind(tree, All.class).orElseThrow();

        assertThat(all)
                .isEqualTo(
                        new All(
                                "",
                                "yes",
                                -5,
                                Long.MAX_VALUE,
                                0.001,
                                true,
                                Duration.ofMinutes(2),
                                Instant.parse("2026-11-21T23:00:00.5Z"),
                                Path.of("/etc/hosts"),
                                Colour.DARK_RED,
                                new Size(2 << 20),
                                Optional.of(Secret.parse("hush")),
                                Optional.of(new Inner("a", 7)),
                                List.of(new Inner("b", 1), new Inner("c", 7)),
                                new TreeMap<>(Map.of("a", 2, "z", 1)),
                                Optional.of(new SquareBox(3))));
        assertThat(all.map().firstKey()).isEqualTo("a");
        assertThat(all.toString()).doesNotContain("hush");
        assertThat(
                        Binder.bind(yaml("empty-default: x"), All.class, Naming.KEBAB_CASE)
                                .orElseThrow())
                .extracting(All::emptyDefault)
                .isEqualTo("x");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "small: 11 | small: 11 (expected: >= -5 and <= 10)",
                "small: -6 | small: -6 (expected: >= -5 and <= 10)",
                "small: 99999999999 | small: 99999999999 (expected: a whole number, >= -5 and <= 10)",
                "small: 99999999999999999999999 | small: 99999999999999999999999 (expected: a whole number, >= -5 and <= 10)",
                "small: 1.0 | small: 1.0 (expected: a whole number, >= -5 and <= 10)",
                "small: \"5\" | small: \"5\" (expected: a whole number, >= -5 and <= 10)",
                "small: five | small: five (expected: a whole number, >= -5 and <= 10)",
                "small: 010 | small: 010 (expected: a whole number, >= -5 and <= 10)",
                "small: -0 | small: -0 (expected: a whole number, >= -5 and <= 10)",
                "small: [1] | small: a list (expected: a whole number, >= -5 and <= 10)",
                "on: yes | on: yes (expected: true or false)",
                "on: \"true\" | on: \"true\" (expected: true or false); did you mean true?",
                "share: much | share: much (expected: a number)",
                "share: 1e999 | share: 1e999 (expected: a number)",
                "pause: 30 | pause: 30 (expected: a duration such as 500ms, 30s, 5m or 2h, >= 1s and <= 5m); write the unit: 30s",
                "pause: 30 s | pause: 30 s (expected: a duration such as 500ms, 30s, 5m or 2h, >= 1s and <= 5m)",
                "pause: 6m | pause: 6m (expected: >= 1s and <= 5m)",
                "pause: 999ms | pause: 999ms (expected: >= 1s and <= 5m)",
                "at: noon | at: noon (expected: a time such as 2026-01-31T12:00:00Z)",
                "colour: DARK_RED | colour: DARK_RED (expected: dark-red or blue); did you mean dark-red?",
                "colour: bleu | colour: bleu (expected: dark-red or blue); did you mean blue?",
                "colour: 7 | colour: 7 (expected: dark-red or blue)",
                "size: 64KB | size: 64KB (expected: a size such as 512B, 64KiB, 16MiB or 2GiB)",
                "size: 9999999999TiB | size: 9999999999TiB (expected: a size such as 512B, 64KiB, 16MiB or 2GiB)",
                "text: {} | text: an object (expected: a text)",
                "text: '' | OK",
                "secret: [hush] | secret: a list (expected: a secret text)",
                "inner: x | inner: x (expected: an object)",
                "inner: {} | inner.name: missing (expected: a text); Its name.",
                "inner: {name: } | inner.name: nothing (expected: a text); Its name.",
                "inner: ~ | OK",
                "list: {} | list: an object (expected: a list)",
                "list: [{name: a}, {nam: b}] | list[1].name: missing (expected: a text); Its name. & list[1].nam: unknown key (expected: one of name, size); did you mean name?",
                "map: [] | map: a list (expected: an object)",
                "map: {a: x} | map.a: x (expected: a whole number)",
                "map: {a: 1, a: 2} | map.a: given twice (expected: once)",
                "shape: {type: cirle, radius: 1} | shape.type: cirle (expected: one of circle, square-box); did you mean circle?",
                "shape: {radius: 1} | shape: no key type (expected: an object with type: one of circle, square-box)",
                "shape: {type: circle, radius: 0} | shape.radius: 0 (expected: >= 1)",
                "{small: 1, small: 2} | small: given twice (expected: once); the first is in line 1",
                "[] | a list (expected: an object)",
                "nonsense | nonsense (expected: an object)",
            })
    void whatIsWrongIsSaidWithSeenExpectedAndRemedy(String text, String expected) {
        String said =
                Binder.bind(yaml(text), All.class).problems().stream()
                        .map(Problem::message)
                        .collect(Collectors.joining(" & "));

        assertThat(said.isEmpty() ? "OK" : said).isEqualTo(expected);
    }

    @Test
    void jsonNumbersAreNotTexts() {
        Tree tree = JsonReader.read("{\"text\": 5}").orElseThrow();

        assertThat(Binder.bind(tree, All.class).problems())
                .extracting(Problem::toString)
                .containsExactly("1:10: text: 5 (expected: a text)");
    }

    @Test
    void aRecordsOwnChecksAreReportedAtTheirComponentsPlace() {
        assertThat(
                        Binder.bind(
                                        yaml("timeout-after: 0s\nnumbers:\n- 1\n- -2\n"),
                                        Pair.class,
                                        Naming.KEBAB_CASE)
                                .problems())
                .extracting(Problem::toString)
                .containsExactly(
                        "1:16: timeout-after: 0s (expected: longer than nothing); lengthen it",
                        "4:3: numbers[1]: -2 (expected: >= 0)");
        assertThat(Binder.problems(new Pair(Duration.ZERO, List.of())))
                .extracting(Problem::toString)
                .containsExactly("timeoutAfter: 0s (expected: longer than nothing); lengthen it");
        assertThat(Binder.bind(yaml("numbers: [1,2,3,4]"), Pair.class).problems())
                .extracting(Problem::toString)
                .containsExactly("1:1: four numbers (expected: values that fit each other)");
    }

    @Test
    void aHostileTextIsReportedWithinBounds() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 5_000; i++) {
            text.append("k".repeat(200)).append(i).append(": 1\n");
        }
        List<Problem> problems = Binder.bind(yaml(text.toString()), All.class).problems();

        assertThat(problems).hasSize(100);
        assertThat(problems.getFirst().path()).hasSizeLessThan(100);
    }

    @Test
    void secretsAreNeitherPrintedNorWritten() {
        Secret secret = Secret.parse("hush");

        assertThat(secret.toString()).isEqualTo("***");
        assertThat(secret.reveal()).isEqualTo("hush");
        assertThat(secret).isEqualTo(Secret.parse("hush")).isNotEqualTo(Secret.parse("hus"));
        assertThat(Binder.tree(new Holder(secret)).toString()).doesNotContain("hush");
        assertThat(new Bound.Good<>(secret).toString()).doesNotContain("hush");
    }

    record Holder(Secret secret) {}

    record WrongDefault(@Default("many") int count) {}

    record Unwritable(Thread thread) {}

    @Test
    void aMistakeInARecordTypeIsTheProgramsAndThrows() {
        assertThatThrownBy(() -> Binder.defaults(WrongDefault.class))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("WrongDefault.count: many");
        assertThatThrownBy(() -> Binder.defaults(Unwritable.class))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("cannot be written");
        assertThatThrownBy(() -> Binder.defaults(Inner.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("name: missing");
    }

    private static Tree yaml(String text) {
        return YamlReader.read(text).orElseThrow().getFirst();
    }
}
