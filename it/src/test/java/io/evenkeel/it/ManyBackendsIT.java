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
import org.junit.jupiter.api.Test;

/** A2, A3, A7: a thousand backends, fifty of them coming or going each second. */
@Tag("A")
class ManyBackendsIT {
    private static final int PROCESSES = 25;
    private static final int EACH = 40;
    private static final int SECONDS = 60;

    @Test
    void aThousandBackendsComeAndGoAndNoGetFails() throws Exception {
        try (Site site = Site.start()) {
            List<Launched> hosts = new ArrayList<>();
            for (int i = 0; i < PROCESSES; i++) {
                hosts.add(
                        site.backend(
                                "host-" + i,
                                "shop",
                                "--count=" + EACH,
                                "--churn=2",
                                "--seed=" + i));
            }
            for (Launched host : hosts) {
                host.awaitReady(Duration.ofMinutes(2));
            }
            LoadTotals totals = new LoadTotals();
            List<Long> residentMib = new ArrayList<>();
            try (LoadClient load =
                    LoadClient.start(
                            site.http(),
                            LoadClient.Request.get("shop.example", "/"),
                            16,
                            Duration.ofMillis(2),
                            totals)) {
                assertThat(load).isNotNull();
                for (int second = 0; second < SECONDS; second++) {
                    TimeUnit.SECONDS.sleep(1);
                    assertOrdered(Queues.of(site, "shop"));
                    residentMib.add(residentMib(site.standalone().pid()));
                }
            }
            long reached = totals.byBackend().size();
            System.out.printf(
                    "%d backends in %d processes: %d answered by %d of them, %d lost, %d cut; RSS %d to %d MiB%n",
                    PROCESSES * EACH,
                    PROCESSES,
                    totals.answered(),
                    reached,
                    totals.lost(),
                    totals.cut(),
                    residentMib.getFirst(),
                    residentMib.getLast());
            assertThat(totals.failures()).isEmpty();
            assertThat(reached).as("backends that served").isGreaterThan(900);
            assertThat(residentMib.getLast())
                    .as("RSS in MiB at the end, against the middle %s", residentMib)
                    .isLessThan(residentMib.get(SECONDS / 2) + 64);
        }
    }

    /** Head first, those that may be picked: their scores never fall. */
    private static void assertOrdered(List<Queues.Node> nodes) {
        List<Long> scores =
                nodes.stream().filter(Queues.Node::queued).map(Queues.Node::score).toList();
        // Of a large queue under load the snapshot is taken in pieces: a node that moved meanwhile
        // may stand in the place that it had.
        long inversions = 0;
        for (int i = 1; i < scores.size(); i++) {
            inversions += scores.get(i) < scores.get(i - 1) ? 1 : 0;
        }
        assertThat(inversions).as("nodes out of order of %d", scores.size()).isLessThan(20);
        // Churn leaves or brings back any of them: in the long run half are away.
        assertThat(scores.size()).isBetween(PROCESSES * EACH / 3, PROCESSES * EACH);
    }

    private static long residentMib(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024;
            }
        }
        throw new IOException("no VmRSS of " + pid);
    }
}
