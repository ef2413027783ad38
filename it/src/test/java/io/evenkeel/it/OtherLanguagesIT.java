package io.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.app.demo.Launched;
import io.evenkeel.app.demo.LoadClient;
import io.evenkeel.app.demo.LoadTotals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A1, A3, A5, A7: a backend in another language, written from the protocol's document with nothing
 * but its standard library, is a backend like any other; by its address or by its tunnel.
 */
@Tag("A")
class OtherLanguagesIT {
    private static final int BACKENDS = 3;

    enum Example {
        PYTHON("python3", "examples/python/backend.py"),
        NODE("node", "examples/node/backend.mjs");

        final String program;
        final String script;

        Example(String program, String script) {
            this.program = program;
            this.script = script;
        }
    }

    @ParameterizedTest
    @EnumSource
    void backendsRegisterShareTheLoadAndLeaveWithoutLoss(Example example) throws Exception {
        List<Process> backends = new ArrayList<>();
        try (Site site = Site.start()) {
            for (int i = 0; i < BACKENDS; i++) {
                backends.add(backend(example, site, i));
            }
            awaitQueued(site, BACKENDS);
            LoadTotals gets = new LoadTotals();
            LoadTotals posts = new LoadTotals();
            List<Long> shares;
            try (LoadClient getting = load(site, "GET", gets);
                    LoadClient posting = load(site, "POST", posts)) {
                assertThat(getting).isNotEqualTo(posting);
                TimeUnit.SECONDS.sleep(3);
                shares = Queues.of(site, "hello").stream().map(Queues.Node::requests).toList();
                backends.getFirst().destroy();
                assertThat(backends.getFirst().waitFor(20, TimeUnit.SECONDS)).isTrue();
                awaitQueued(site, BACKENDS - 1);
                TimeUnit.SECONDS.sleep(1);
            }
            System.out.printf(
                    "%d backends in %s: %s requests each; %d GET and %d POST answered, one left%n",
                    BACKENDS, example.program, shares, gets.answered(), posts.answered());
            assertThat(backends.getFirst().exitValue()).as(log(site, 0)).isZero();
            assertThat(log(site, 0)).contains("registered as other-0.", "left");
            long most = shares.stream().mapToLong(Long::longValue).max().orElseThrow();
            assertThat(most).isGreaterThan(100);
            assertThat(shares).hasSize(BACKENDS).allMatch(share -> share > most / 2);
            assertThat(gets.failures()).isEmpty();
            assertThat(posts.failures()).isEmpty();
            assertThat(gets.cut() + posts.cut()).isZero();
            // Forgotten, not merely absent: it said goodbye.
            assertThat(site.api().list("endpoints")).hasSize(BACKENDS - 1);
        } finally {
            backends.forEach(Process::destroyForcibly);
        }
    }

    private static Process backend(Example example, Site site, int number) throws IOException {
        return new ProcessBuilder(
                        Programs.require(example.program).toString(),
                        Launched.home().resolve(example.script).toString(),
                        "--service=hello",
                        "--workload=other-" + number,
                        "--gateway=" + site.address("link"))
                .redirectErrorStream(true)
                .redirectOutput(logFile(site, number).toFile())
                .start();
    }

    private static Path logFile(Site site, int number) {
        return site.folder.resolve("other-" + number + ".log");
    }

    private static String log(Site site, int number) throws IOException {
        return Files.readString(logFile(site, number));
    }

    private static void awaitQueued(Site site, int count) throws InterruptedException {
        Site.await(
                count + " in the queue",
                Site.START_LIMIT,
                () -> {
                    try {
                        return Queues.of(site, "hello").stream().filter(Queues.Node::queued).count()
                                == count;
                    } catch (IOException | InterruptedException notYet) {
                        // No queue before the first registration.
                        return false;
                    }
                });
    }

    private static LoadClient load(Site site, String method, LoadTotals totals) {
        String body = method.equals("POST") ? "x".repeat(500) : "";
        return LoadClient.start(
                site.http(),
                new LoadClient.Request(method, "hello.example", "/", body),
                6,
                Duration.ofMillis(2),
                totals);
    }
}
