package io.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.app.demo.Launched;
import io.evenkeel.app.demo.LoadClient;
import io.evenkeel.app.demo.LoadTotals;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** X1: while every fsync takes seconds, traffic and reading go on; what is acknowledged is kept. */
@Tag("X")
class SlowDiskIT {
    /** A group of changes takes two; a write may wait for one group before its own. */
    private static final Duration FSYNC = Duration.ofSeconds(1);

    private static final int LOOKS = 11;

    @Test
    void trafficAndReadsGoOnAndWritesAreAcknowledgedLate() throws Exception {
        Path strace = Programs.require("strace");
        try (Site site = Site.start()) {
            Launched backends = site.backend("web", "shop", "--count=10");
            backends.awaitReady(Site.START_LIMIT);
            site.awaitServing("shop");
            LoadTotals totals = new LoadTotals();
            try (LoadClient _ =
                    LoadClient.start(
                            site.http(),
                            LoadClient.Request.get("shop.example", "/"),
                            4,
                            Duration.ofMillis(10),
                            totals)) {
                Process slow = slowDown(strace, site.standalone().pid());
                Launched late;
                CompletableFuture<Output> write;
                try {
                    late = site.backend("late", "shop");
                    write = CompletableFuture.supplyAsync(() -> apply(site));
                    long answered = totals.answered();
                    long[] tookMillis = new long[LOOKS];
                    for (int look = 0; look < LOOKS; look++) {
                        long asked = System.nanoTime();
                        assertThat(site.api().list("endpoints")).hasSizeGreaterThanOrEqualTo(10);
                        assertThat(Queues.of(site, "shop")).hasSizeGreaterThanOrEqualTo(10);
                        tookMillis[look] = (System.nanoTime() - asked) / 1_000_000;
                        TimeUnit.MILLISECONDS.sleep(500);
                    }
                    Arrays.sort(tookMillis);
                    assertThat(tookMillis[LOOKS / 2])
                            .as(
                                    "reading waits for no disk: median of %s ms",
                                    Arrays.toString(tookMillis))
                            .isLessThan(FSYNC.toMillis() / 2);
                    assertThat(totals.answered() - answered).as("requests").isGreaterThan(100);
                    Output applied = write.get(60, TimeUnit.SECONDS);
                    assertThat(applied.code()).as(applied.text()).isZero();
                } finally {
                    slow.destroy();
                    assertThat(slow.waitFor(10, TimeUnit.SECONDS)).isTrue();
                }
                late.awaitReady(Site.START_LIMIT);
            }
            assertThat(totals.failures()).isEmpty();
            assertThat(totals.cut()).isZero();
            site.standalone().kill();
            site.restart();
            assertThat(site.command("get", "services").text()).contains("other  drain");
        }
    }

    private static Output apply(Site site) {
        try {
            Path file = site.folder.resolve("other.yaml");
            Files.writeString(
                    file,
                    """
                    apiVersion: evenkeel.io/v1
                    kind: Service
                    metadata: {name: other}
                    spec: {adminState: drain}
                    """);
            return site.command("apply", "-f", file.toString(), "--timeout=30s");
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Every fsync of the store takes this long, until the returned process is ended. */
    private static Process slowDown(Path strace, long pid) throws Exception {
        Path log = Files.createTempFile("evenkeel-strace", ".log");
        String flusher = thread(pid, "store-flusher");
        Process process =
                new ProcessBuilder(
                                strace.toString(),
                                "-p",
                                flusher,
                                "-e",
                                "trace=fsync,fdatasync",
                                "-e",
                                "inject=fsync,fdatasync:delay_enter=" + FSYNC.toMillis() * 1_000)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        Site.await(
                "strace is attached",
                Duration.ofSeconds(20),
                () -> {
                    try {
                        return Files.readString(log).contains("attached") || !process.isAlive();
                    } catch (IOException e) {
                        return false;
                    }
                });
        assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
        return process;
    }

    /** The system's number of a thread, by its name. */
    private static String thread(long pid, String name) throws IOException {
        try (DirectoryStream<Path> threads =
                Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "task"))) {
            for (Path thread : threads) {
                if (Files.readString(thread.resolve("comm")).strip().equals(name)) {
                    return thread.getFileName().toString();
                }
            }
        }
        throw new AssertionError("no thread " + name + " in process " + pid);
    }
}
