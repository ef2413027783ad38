package io.evenkeel.kernel.balancing;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.balancing.QueueSnapshot.Entry;
import io.evenkeel.kernel.balancing.QueueSnapshot.Standing;
import io.evenkeel.kernel.eligibility.EligibilityInputs;
import io.evenkeel.kernel.health.Outcome;
import io.evenkeel.kernel.health.OutlierSettings;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** A3: what is shown of a queue is the queue, also while it changes. */
class SnapshotTest {
    private static final int NODES = 500;
    private static final int THREADS = 2;
    private static final int EACH_HOLDS = 40;

    @Test
    void orderAndScoresAreOfOneInstantWhileRequestsComeAndGo() throws InterruptedException {
        ServiceQueue queue =
                new ServiceQueue(
                        "s",
                        BalancingSettings.DEFAULT,
                        OutlierSettings.DEFAULT,
                        Locality.UNKNOWN,
                        1);
        for (int i = 0; i < NODES; i++) {
            queue.join(EndpointSettings.of("n" + i, 1), EligibilityInputs.NEWCOMER, 0);
        }
        queue.tick(60_000_000_000L);
        AtomicBoolean stop = new AtomicBoolean();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int seed = i;
            threads.add(Thread.ofPlatform().start(() -> load(queue, seed, stop)));
        }
        try {
            for (int i = 0; i < 300; i++) {
                List<Entry> entries = queue.snapshot().entries();
                assertThat(entries).hasSize(NODES);
                assertThat(entries).allMatch(entry -> entry.standing() == Standing.QUEUED);
                assertThat(entries).isSortedAccordingTo(Comparator.comparingLong(Entry::score));
                assertThat(entries.stream().mapToInt(Entry::outstanding).sum())
                        .as("requests of %d threads", THREADS)
                        .isBetween(0, THREADS * EACH_HOLDS);
            }
        } finally {
            stop.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }

    private static void load(ServiceQueue queue, int seed, AtomicBoolean stop) {
        PickContext context = new PickContext(new SplittableRandom(seed));
        Deque<Node> held = new ArrayDeque<>();
        while (!stop.get()) {
            context.reset();
            if (queue.acquire(context) instanceof Node node) {
                held.add(node);
            }
            if (held.size() == EACH_HOLDS) {
                queue.release(held.remove(), Outcome.SUCCESS, 1_000);
            }
        }
        held.forEach(node -> queue.release(node, Outcome.SUCCESS, 1_000));
    }
}
