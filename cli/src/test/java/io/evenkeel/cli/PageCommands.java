package io.evenkeel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What an operating page shows in blocks of one language. */
final class PageCommands {
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");

    private PageCommands() {}

    /** Its commands, word by word, without the program and the remark behind it. */
    static List<List<String>> of(Path page, String language) throws IOException {
        List<List<String>> commands = new ArrayList<>();
        for (String line : lines(page, language)) {
            assertThat(line).startsWith("./evenkeel ");
            List<String> words = new ArrayList<>();
            Matcher matcher = WORD.matcher(line.replaceFirst(" +#.*", ""));
            while (matcher.find()) {
                words.add(matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
            }
            commands.add(words.subList(1, words.size()));
        }
        return commands;
    }

    static List<String> lines(Path page, String language) throws IOException {
        List<String> lines = new ArrayList<>();
        boolean open = false;
        for (String line : Files.readAllLines(page)) {
            if (line.startsWith("```")) {
                open = line.equals("```" + language);
            } else if (open) {
                lines.add(line);
            }
        }
        return lines;
    }
}
