package io.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.store.embedded.EmbeddedConfig;
import io.evenkeel.store.embedded.EmbeddedStore;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * X2: every command that the operating pages show does what they say, in their order, on the
 * service and the backend that they name.
 */
@Tag("X")
class OperatingIT {
    private static final String ENDPOINT = "web-1.8080";

    @Test
    void theCommandsOfTheOperatingPagesWork() throws Exception {
        try (Site site = Site.start()) {
            site.backend(ENDPOINT, "shop").awaitReady(Site.START_LIMIT);
            site.backend("other", "shop").awaitReady(Site.START_LIMIT);
            HttpResponse<String> reply = site.get("shop", "/");
            assertThat(reply.statusCode()).isEqualTo(200);
            String request = reply.headers().firstValue("X-Request-Id").orElseThrow();
            List<String> commands = commands();
            assertThat(commands).hasSizeGreaterThan(6);
            Path backup = Files.createDirectory(site.folder.resolve("backup"));
            for (String command : commands) {
                run(
                        site,
                        command.replace("REQUEST-ID", request)
                                .replace("/var/lib/evenkeel", stopped(site).toString())
                                .replace("/backup", backup.toString()));
            }
        }
    }

    /** The data folder of an Evenkeel that does not run. */
    private static Path stopped(Site site) {
        Path data = site.folder.resolve("stopped");
        try (Store store = EmbeddedStore.open(EmbeddedConfig.at(data))) {
            Txn txn = Txn.of(Op.put("/ek/1/assign/services/default/shop", "{\"v\":1}"));
            assertThat(store.txn(txn, Duration.ofSeconds(5)))
                    .isInstanceOf(TxnOutcome.Committed.class);
        }
        return data;
    }

    /** All of them; a block in another language is no command. */
    private static List<String> commands() throws IOException {
        List<String> commands = new ArrayList<>();
        try (Stream<Path> pages = Files.list(Documented.HOME.resolve("docs/operating"))) {
            for (Path page : pages.sorted().toList()) {
                for (Documented.Block block : Documented.blocks(page)) {
                    if (block.language().isEmpty()) {
                        block.lines().stream().map(Documented::command).forEach(commands::add);
                    }
                }
            }
        }
        return commands;
    }

    private static void run(Site site, String command) throws Exception {
        if (command.contains(" watch ") || command.contains(" top ")) {
            watch(site, command);
            return;
        }
        Output output = Output.of(Documented.shell(site, command));
        assertThat(output.code()).as("%s%n%s", command, output.text()).isZero();
        assertThat(output.text()).as(command).isNotBlank();
        if (command.contains("endpoint " + ENDPOINT)) {
            boolean ready = command.contains(" ready ");
            Site.await(
                    ENDPOINT + " is " + (ready ? "in" : "out") + " after: " + command,
                    Duration.ofSeconds(5),
                    () -> isQueued(site) == ready);
        }
    }

    /** Shows what there is, and goes on until somebody ends it. */
    private static void watch(Site site, String command) throws Exception {
        Path seen = site.folder.resolve("watch.log");
        Process watch = Documented.shell(site, command).redirectOutput(seen.toFile()).start();
        try {
            Site.await(
                    command + " shows " + ENDPOINT,
                    Site.START_LIMIT,
                    () -> {
                        try {
                            return Files.readString(seen).contains(ENDPOINT);
                        } catch (IOException notYet) {
                            return false;
                        }
                    });
            assertThat(watch.isAlive()).isTrue();
        } finally {
            watch.destroy();
            assertThat(watch.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static boolean isQueued(Site site) {
        try {
            return Queues.of(site, "shop").stream()
                    .anyMatch(node -> node.endpoint().equals(ENDPOINT) && node.queued());
        } catch (IOException | InterruptedException failed) {
            throw new AssertionError(failed);
        }
    }
}
