package io.evenkeel.host.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.kernel.machine.Reply;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineTest {
    private static Line read(String text) {
        return Line.read(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void whatIsWrittenIsReadAndStaysOnOneLine() {
        for (Line line :
                List.of(
                        new Line.Request(
                                1,
                                "start",
                                2_000,
                                Fields.object("xml", Fields.text("<a>\n\"\u2028ä</a>"))),
                        new Line.Answer(2, new Reply.Done<>(Fields.texts(List.of("a", "b")))),
                        new Line.Answer(3, new Reply.Refused<>("no\n")),
                        new Line.Answer(4, new Reply.Silent<>("")),
                        new Line.Answer(5, new Reply.Unasked<>("why")),
                        new Line.Probe(6),
                        new Line.Asked(7, -1))) {
            String written = line.written();
            assertThat(written.indexOf('\n')).isEqualTo(written.length() - 1);
            assertThat(read(written.strip()).written()).isEqualTo(written);
            assertThat(read(written.strip())).hasSameClassAs(line);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "libvirt: error",
                "[]",
                "{}",
                "{\"id\":\"1\",\"is\":\"done\",\"value\":1}",
                "{\"id\":1}",
                "{\"id\":1,\"is\":\"perhaps\",\"why\":\"\"}",
                "{\"id\":1,\"is\":\"done\"}",
                "{\"id\":1,\"is\":\"silent\"}",
                "{\"id\":1,\"call\":\"a\"}",
                "{\"id\":1.5,\"probe\":true}"
            })
    void whatIsNoLineIsSaidSo(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> read(text));
    }

    @Test
    void linesAreReadWholeAndTheLastOneOnlyWithItsEnd() throws Exception {
        LineReader lines =
                new LineReader(
                        new ByteArrayInputStream("a\n\nbc\nd".getBytes(StandardCharsets.UTF_8)));
        assertThat(lines.next()).hasValueSatisfying(line -> assertThat(line).containsExactly('a'));
        assertThat(lines.next()).hasValueSatisfying(line -> assertThat(line).isEmpty());
        assertThat(lines.next())
                .hasValueSatisfying(line -> assertThat(line).containsExactly('b', 'c'));
        assertThat(lines.next()).isEmpty();
    }

    @Test
    void lineWithoutEndIsNotCollectedForEver() {
        LineReader lines = new LineReader(new ByteArrayInputStream(new byte[Line.MAX_BYTES * 2]));
        assertThatThrownBy(lines::next).isInstanceOf(IOException.class);
    }
}
