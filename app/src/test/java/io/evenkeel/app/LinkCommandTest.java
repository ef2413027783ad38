package io.evenkeel.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class LinkCommandTest {
    private static final Path PAGE = Path.of("..", "docs", "operating", "machines.md");

    /** How a machine's programs dial, as the page shows it. */
    @Test
    void commandOfThePageIsUnderstood() throws IOException {
        List<String> lines =
                Files.readAllLines(PAGE).stream()
                        .filter(line -> line.startsWith("./evenkeel link "))
                        .toList();
        assertThat(lines).hasSize(1);
        String[] words = lines.getFirst().split(" +");
        CommandLine.ParseResult read =
                new CommandLine(new LinkCommand())
                        .setCaseInsensitiveEnumValuesAllowed(true)
                        .parseArgs(List.of(words).subList(2, words.length).toArray(String[]::new));
        assertThat(read.<String>matchedOptionValue("--workload", "")).isEqualTo("web-1");
        assertThat(read.unmatched()).isEmpty();
    }
}
