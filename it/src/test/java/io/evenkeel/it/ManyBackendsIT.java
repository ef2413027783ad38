package io.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.app.demo.Answer;
import io.evenkeel.app.demo.Launched;
import io.evenkeel.app.demo.LoadClient;
import io.evenkeel.app.demo.LoadTotals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A2, A3, A7: a thousand backends, fifty of them coming or going each second, the same ones again
 * and again.
 *
 * <p>Each second two snapshots of the queue are taken through the API, and before and after them
 * the list of registered endpoints. {@link QueueModel} holds the second snapshot against the first:
 * its order has to be the model's, node for node. The lists say who has to be in it: who was
 * registered a second ago and still is under the same epoch stands in it once; who was registered
 * neither before nor after is not in it.
 */
@Tag("A")
class ManyBackendsIT {
    private static final int PROCESSES = 25;
    private static final int EACH = 40;
    private static final int SECONDS = 60;

    /**
     * Two snapshots further apart (on a machine too busy) may miss a node that went and came back
     * between them: its numbers are the same and its place is not.
     */
    private static final long CLOSE_NANOS = 250_000_000L;

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
            long liveMib = 0;
            int judged = 0;
            int kept = 0;
            int moved = 0;
            Map<String, Long> first = registered(site);
            Map<String, Long> secondAgo = first;
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
                    long asked = System.nanoTime();
                    Map<String, Long> before = registered(site);
                    long begun = System.nanoTime();
                    List<Queues.Node> earlier = Queues.of(site, "shop");
                    List<Queues.Node> later = Queues.of(site, "shop");
                    boolean close = System.nanoTime() - begun < CLOSE_NANOS;
                    Map<String, Long> after = registered(site);
                    assertThat(System.nanoTime() - asked)
                            .as("ns of the look: nobody leaves within 18 s of his coming")
                            .isLessThan(10_000_000_000L);
                    assertMembers(later, secondAgo, before, after);
                    if (close) {
                        QueueModel.Told told = QueueModel.hold(earlier, later);
                        judged++;
                        kept += told.keptTheirPlace();
                        moved += told.sawRequests();
                    }
                    secondAgo = after;
                    residentMib.add(residentMib(site.standalone().pid()));
                    if (second == SECONDS / 2) {
                        liveMib = liveMib(site.standalone().pid());
                    }
                }
            }
            long liveAtEndMib = liveMib(site.standalone().pid());
            Map<String, Long> last = secondAgo;
            long returned =
                    last.entrySet().stream()
                            .filter(entry -> !entry.getValue().equals(first.get(entry.getKey())))
                            .count();
            System.out.printf(
                    "%d backends in %d processes: %d answered by %d of them, %d lost, %d cut; RSS %d"
                            + " to %d MiB, live in the heap %d, then %d MiB; of the ranks seen %d were kept, %d new; %d backends are"
                            + " back from an absence%n",
                    PROCESSES * EACH,
                    PROCESSES,
                    totals.answered(),
                    totals.byBackend().size(),
                    totals.lost(),
                    totals.cut(),
                    residentMib.getFirst(),
                    residentMib.getLast(),
                    liveMib,
                    liveAtEndMib,
                    kept,
                    moved,
                    returned);
            assertThat(totals.failures()).isEmpty();
            assertThat(totals.byBackend()).as("backends that served").hasSize(PROCESSES * EACH);
            assertThat(judged).as("pairs of snapshots close together").isGreaterThan(SECONDS / 2);
            assertThat(kept).as("nodes whose place among equals was known").isGreaterThan(1_000);
            assertThat(moved).as("nodes that moved between two snapshots").isGreaterThan(1_000);
            assertThat(returned).as("backends that left and came back").isGreaterThan(500);
            assertThat(liveAtEndMib)
                    .as("MiB live in the heap at the end; RSS each second: %s", residentMib)
                    .isLessThan(liveMib + 32);
            assertThat(residentMib).as("RSS in MiB").allMatch(mib -> mib < 700);
        }
    }

    private static void assertMembers(
            List<Queues.Node> queue,
            Map<String, Long> secondAgo,
            Map<String, Long> before,
            Map<String, Long> after) {
        Map<String, Long> shown = new TreeMap<>();
        queue.forEach(node -> shown.put(node.endpoint(), node.epoch()));
        secondAgo.forEach((endpoint, epoch) -> {
            if (epoch.equals(after.get(endpoint))) {
                assertThat(shown).containsEntry(endpoint, epoch);
            }
        });
        for (Queues.Node node : queue) {
            if (node.queued()) {
                assertThat(
                                List.of(
                                        before.getOrDefault(node.endpoint(), 0L),
                                        after.getOrDefault(node.endpoint(), 0L)))
                        .as("epochs that %s is registered under before and after", node)
                        .contains(node.epoch());
            }
        }
    }

    /** The epoch of every endpoint that is registered. */
    private static Map<String, Long> registered(Site site)
            throws IOException, InterruptedException {
        Map<String, Long> epochs = new TreeMap<>();
        for (Answer endpoint : site.api().list("endpoints")) {
            epochs.put(
                    endpoint.at("metadata").at("name").text(),
                    endpoint.at("status").at("epoch").number());
        }
        return epochs;
    }

    /** What a collection of all garbage leaves: RSS alone says what the heap was once. */
    private static long liveMib(long pid) throws IOException, InterruptedException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        assertThat(Output.of(new ProcessBuilder(jcmd, "" + pid, "GC.run")).code()).isZero();
        String heap = Output.of(new ProcessBuilder(jcmd, "" + pid, "GC.heap_info")).text();
        Matcher used =
                Pattern.compile("(?:DefNew|Tenured) +total \\d+K, used (\\d+)K").matcher(heap);
        long kib = 0;
        while (used.find()) {
            kib += Long.parseLong(used.group(1));
        }
        assertThat(kib).as(heap).isPositive();
        return kib / 1024;
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
