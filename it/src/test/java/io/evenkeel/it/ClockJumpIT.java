package io.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.app.demo.Answer;
import io.evenkeel.app.demo.Launched;
import io.evenkeel.app.demo.LoadClient;
import io.evenkeel.app.demo.LoadTotals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** X1: decisions are timed by a clock that nobody sets; the wall clock only dates what is shown. */
@Tag("X")
class ClockJumpIT {
    private static final Duration AFTER_A_JUMP = Duration.ofSeconds(4);

    @Test
    void hoursForwardAndBackEvictNobodyAndLoseNothing() throws Exception {
        Path folder = Files.createTempDirectory("evenkeel-clock");
        Path clock = folder.resolve("clock");
        set(clock, "+0");
        List<String> clocked =
                List.of(
                        "env",
                        "LD_PRELOAD=" + library(),
                        "FAKETIME_TIMESTAMP_FILE=" + clock,
                        "FAKETIME_CACHE_DURATION=1",
                        // As with a real clock that is set: only the wall clock jumps.
                        "FAKETIME_DONT_FAKE_MONOTONIC=1");
        try (Site site = Site.start(clocked)) {
            Launched backends = site.backend("web", "shop", "--count=20");
            backends.awaitReady(Site.START_LIMIT);
            String before = epochs(site);
            LoadTotals totals = new LoadTotals();
            try (LoadClient _ =
                    LoadClient.start(
                            site.http(),
                            LoadClient.Request.get("shop.example", "/"),
                            4,
                            Duration.ofMillis(5),
                            totals)) {
                for (String jump : new String[] {"+2h", "-3h", "+0"}) {
                    set(clock, jump);
                    TimeUnit.NANOSECONDS.sleep(AFTER_A_JUMP.toNanos());
                    assertThat(epochs(site))
                            .as("nobody registered anew at %s", jump)
                            .isEqualTo(before);
                    assertThat(Queues.of(site, "shop").stream().filter(Queues.Node::pickable))
                            .as("pickable at %s", jump)
                            .hasSize(20);
                    String name = "during" + jump.replaceAll("[^0-9]", "");
                    assertThat(site.command("apply", "-f", endpoint(folder, name)).code()).isZero();
                    assertThat(offBy(created(site, name))).isCloseTo(hours(jump), ofHours());
                }
            }
            assertThat(totals.failures()).isEmpty();
            assertThat(totals.cut()).isZero();
            assertThat(totals.answered()).isGreaterThan(500);
        }
    }

    /** Proof that the jump has reached the process: what it dates is off by as much. */
    private static Duration offBy(Instant dated) {
        return Duration.between(Instant.now(), dated).truncatedTo(ChronoUnit.SECONDS);
    }

    private static Duration hours(String jump) {
        return jump.equals("+0") ? Duration.ZERO : Duration.ofHours(jump.equals("+2h") ? 2 : -3);
    }

    private static Duration ofHours() {
        return Duration.ofMinutes(2);
    }

    private static Instant created(Site site, String name) throws Exception {
        for (Answer entry : site.api().read("/v1/audit?limit=50").at("entries").items()) {
            if (entry.at("name").text().equals(name)) {
                return Instant.parse(entry.at("at").text());
            }
        }
        throw new AssertionError("no audit entry of " + name);
    }

    private static String endpoint(Path folder, String name) throws IOException {
        Path file = folder.resolve(name + ".yaml");
        Files.writeString(
                file,
                """
                apiVersion: evenkeel.io/v1
                kind: Endpoint
                metadata: {name: %s}
                spec: {service: other, workload: %s, address: "127.0.0.1:9"}
                """
                        .formatted(name, name));
        return file.toString();
    }

    private static String epochs(Site site) throws Exception {
        StringBuilder epochs = new StringBuilder();
        for (Answer item : site.api().list("endpoints")) {
            if (item.at("spec").at("service").text().equals("shop")) {
                epochs.append(item.at("metadata").at("revision").number()).append(' ');
            }
        }
        return epochs.toString();
    }

    private static void set(Path clock, String offset) throws IOException {
        Path next = clock.resolveSibling("clock.next");
        Files.writeString(next, offset + "\n");
        Files.move(
                next, clock, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static Path library() throws IOException {
        try (Stream<Path> found =
                Files.find(
                        Path.of("/usr/lib"),
                        3,
                        (p, a) -> p.endsWith("faketime/libfaketimeMT.so.1"))) {
            return Programs.require(
                    found.findFirst().orElse(Path.of("/usr/lib/faketime/libfaketimeMT.so.1")));
        }
    }
}
