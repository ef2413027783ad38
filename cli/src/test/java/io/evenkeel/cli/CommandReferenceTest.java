package io.evenkeel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;

/**
 * Makes docs/reference/commands.md from the verbs and holds the committed one to it. {@code
 * -Dreference.write=true} writes it.
 */
final class CommandReferenceTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "reference", "commands.md");

    @Command(name = "evenkeel")
    private static final class Root {}

    @Test
    void theCommittedReferenceIsWhatTheVerbsSay() throws IOException {
        String made = document();
        if (Boolean.getBoolean("reference.write")) {
            Files.writeString(DOCUMENT, made);
        }

        assertThat(Files.readString(DOCUMENT))
                .as(
                        "run: dev/mvn -pl cli test -Dtest=CommandReferenceTest"
                                + " -Dtest.jvm=-Dreference.write=true")
                .isEqualTo(made);
    }

    private static String document() {
        CommandLine root = new CommandLine(new Root());
        Commands.operatorVerbs().forEach(root::addSubcommand);
        StringBuilder out = new StringBuilder();
        out.append(
                """
                # Operator's commands

                <!-- Generated from the verbs of `cli`; CommandReferenceTest holds it to them. -->

                Exit codes: 0 done, 1 failed (what failed and what to do is on standard error), 2 wrong usage. What each
                command asks of the API is in the API's own reference.
                """);
        verbs(root, "", out);
        return out.toString();
    }

    private static void verbs(CommandLine parent, String before, StringBuilder out) {
        for (Map.Entry<String, CommandLine> verb : parent.getSubcommands().entrySet()) {
            if (verb.getKey().equals(verb.getValue().getCommandName())) {
                String usage = verb.getValue().setUsageHelpWidth(100).getUsageMessage(Ansi.OFF);
                out.append("\n## ").append(before).append(verb.getKey()).append("\n\n```\n");
                out.append(usage.replace("\r", "")).append("```\n");
                verbs(verb.getValue(), before + verb.getKey() + " ", out);
            }
        }
    }
}
