package io.evenkeel.it;

import io.evenkeel.app.demo.Launched;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Commands as a document shows them: in fenced blocks, one a line, with a remark behind them. */
final class Documented {
    static final Path HOME = Launched.home();

    /**
     * A fenced block.
     *
     * @param heading the heading above it, with its hashes
     * @param language the word behind the opening fence
     */
    record Block(String heading, String language, List<String> lines) {}

    private Documented() {}

    static List<Block> blocks(Path document) throws IOException {
        List<Block> blocks = new ArrayList<>();
        Block open = null;
        String heading = "";
        for (String line : Files.readAllLines(document)) {
            if (line.startsWith("```")) {
                if (open == null) {
                    open = new Block(heading, line.substring(3), new ArrayList<>());
                } else {
                    blocks.add(open);
                    open = null;
                }
            } else if (open != null) {
                open.lines().add(line);
            } else if (line.startsWith("#")) {
                heading = line;
            }
        }
        return blocks;
    }

    /** The command without the remark behind it. */
    static String command(String line) {
        return line.replaceFirst(" +#.*", "");
    }

    /** Runs a line as a shell would, from where the documents say, against this site. */
    static ProcessBuilder shell(Site site, String line) {
        ProcessBuilder builder =
                new ProcessBuilder("bash", "-c", "exec " + line)
                        .directory(HOME.toFile())
                        .redirectErrorStream(true);
        builder.environment().put("EVENKEEL_API", "http://" + site.address("admin"));
        return builder;
    }
}
