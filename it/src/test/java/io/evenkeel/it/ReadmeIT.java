package io.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
    @Test
    void theCommandsUnderUseItWork() throws Exception {
        List<Documented.Block> blocks = Documented.blocks(Documented.HOME.resolve("README.md"));
        List<String> commands = block(blocks, "", 0);
        assertThat(commands).hasSizeGreaterThan(5);
        int port = freePort();
        Process backend = null;
        try (Site site = Site.start()) {
            for (String command : commands) {
                String line =
                        Documented.command(command)
                                .replace("127.0.0.1:7080", site.address("http"))
                                .replace("8000", Integer.toString(port));
                if (line.startsWith("./evenkeel standalone")) {
                    continue;
                }
                if (line.startsWith("./evenkeel link")) {
                    String dial =
                            line.replace(" link ", " link --gateway " + site.address("link") + " ");
                    backend =
                            Documented.shell(site, dial)
                                    .redirectOutput(site.folder.resolve("link.log").toFile())
                                    .start();
                    Site.await("the backend serves", Duration.ofSeconds(30), () -> serves(site));
                    continue;
                }
                Output output = Output.of(Documented.shell(site, line));
                assertThat(output.code()).as("%s%n%s", line, output.text()).isZero();
                assertThat(output.text()).as(line).isNotBlank();
            }
            Path resources = site.folder.resolve("resources.yaml");
            Files.write(resources, block(blocks, "yaml", 0));
            Output applied =
                    Output.of(
                            Documented.shell(
                                    site,
                                    block(blocks, "", 1)
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

    /** The number-th block of this language about using it. */
    private static List<String> block(List<Documented.Block> blocks, String language, int number) {
        return blocks.stream()
                .filter(block -> block.heading().equals("## Use it"))
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
