package io.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.app.demo.Launched;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * X2: the commands that the README shows do what it says. Only the ports are others, so that any
 * machine will do.
 */
@Tag("X")
class ReadmeIT {
    private static final Path HOME = Launched.home();

    @Test
    void theCommandsUnderUseItWork() throws Exception {
        List<String> lines = Files.readAllLines(HOME.resolve("README.md"));
        List<String> commands = block(lines, "## Use it", "", 0);
        assertThat(commands).hasSizeGreaterThan(5);
        int port = freePort();
        Process backend = null;
        try (Site site = Site.start()) {
            for (String command : commands) {
                String line =
                        command.replaceFirst(" +#.*", "")
                                .replace("127.0.0.1:7080", site.address("http"))
                                .replace("8000", Integer.toString(port));
                if (line.startsWith("./evenkeel standalone")) {
                    continue;
                }
                if (line.startsWith("./evenkeel link")) {
                    String dial =
                            line.replace(" link ", " link --gateway " + site.address("link") + " ");
                    backend =
                            shell(site, dial)
                                    .redirectOutput(site.folder.resolve("link.log").toFile())
                                    .start();
                    Site.await("the backend serves", Duration.ofSeconds(30), () -> serves(site));
                    continue;
                }
                Output output = Output.of(shell(site, line));
                assertThat(output.code()).as("%s%n%s", line, output.text()).isZero();
                assertThat(output.text()).as(line).isNotBlank();
            }
            Path resources = site.folder.resolve("resources.yaml");
            Files.write(resources, block(lines, "## Use it", "yaml", 0));
            Output applied =
                    Output.of(
                            shell(
                                    site,
                                    block(lines, "## Use it", "", 1)
                                            .getFirst()
                                            .replace("resources.yaml", resources.toString())));
            assertThat(applied.code()).as(applied.text()).isZero();
            assertThat(applied.text()).contains("route", "policy", "created");
            assertThat(site.api().list("routes")).hasSize(1);
        } finally {
            if (backend != null) {
                backend.destroy();
                assertThat(backend.waitFor(20, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    private static boolean serves(Site site) {
        try {
            return site.get("shop", "/").statusCode() == 200;
        } catch (IOException | InterruptedException early) {
            return false;
        }
    }

    private static ProcessBuilder shell(Site site, String line) {
        ProcessBuilder builder =
                new ProcessBuilder("bash", "-c", "exec " + line)
                        .directory(HOME.toFile())
                        .redirectErrorStream(true);
        builder.environment().put("EVENKEEL_API", "http://" + site.address("admin"));
        return builder;
    }

    /** A fenced block and the word behind its opening fence. */
    private record Block(String language, List<String> lines) {}

    /** The number-th block of this language below the heading. */
    private static List<String> block(
            List<String> lines, String heading, String language, int number) {
        List<Block> blocks = new ArrayList<>();
        Block open = null;
        for (String line : lines.subList(lines.indexOf(heading), lines.size())) {
            if (!line.startsWith("```")) {
                if (open != null) {
                    open.lines().add(line);
                }
            } else if (open == null) {
                open = new Block(line.substring(3), new ArrayList<>());
            } else {
                blocks.add(open);
                open = null;
            }
        }
        return blocks.stream()
                .filter(block -> block.language().equals(language))
                .toList()
                .get(number)
                .lines();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
