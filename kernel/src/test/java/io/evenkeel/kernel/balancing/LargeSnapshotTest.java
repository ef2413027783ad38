package io.evenkeel.kernel.balancing;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.balancing.QueueSnapshot.Entry;
import io.evenkeel.kernel.balancing.QueueSnapshot.Standing;
import io.evenkeel.kernel.eligibility.EligibilityInputs;
import io.evenkeel.kernel.health.OutlierSettings;
import io.evenkeel.model.AdminState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a view of a queue promises, also of one that is too large to be looked at in one go. */
class LargeSnapshotTest {
    private static final int NODES = 3 * SnapshotBuilder.EXACT;

    private final SplittableRandom random = new SplittableRandom(7);

    /** Weights, loads and orders of all kinds. */
    private ServiceQueue queue(Algorithm algorithm) {
        ServiceQueue queue =
                new ServiceQueue(
                        "shop",
                        BalancingSettings.DEFAULT.with(algorithm).withSlowStart(Duration.ZERO),
                        OutlierSettings.DEFAULT,
                        Locality.UNKNOWN,
                        1);
        for (int i = 0; i < NODES; i++) {
            int weight = random.nextInt(3) == 0 ? 1 + random.nextInt(9) : 1;
            Node node =
                    queue.join(
                            new EndpointSettings("e" + i, 1, weight, 4, Locality.UNKNOWN),
                            EligibilityInputs.NEWCOMER,
                            0);
            if (random.nextInt(10) == 0) {
                queue.admin(node, AdminState.DRAIN);
            }
        }
        queue.tick(1_000_000_000);
        PickContext context = new PickContext(random.split());
        for (int i = 0; i < NODES; i++) {
            context.reset();
            queue.acquire(context);
        }
        return queue;
    }

    @ParameterizedTest
    @EnumSource
    void everyNodeIsInItOnceAndStandsWithItsLike(Algorithm algorithm) {
        QueueSnapshot snapshot = queue(algorithm).snapshot();
        assertThat(snapshot.entries())
                .extracting(Entry::endpoint)
                .hasSize(NODES)
                .doesNotHaveDuplicates();
        assertThat(snapshot.entries()).isSortedAccordingTo(Comparator.comparing(Entry::standing));
        assertThat(snapshot.entries())
                .filteredOn(e -> e.standing() == Standing.OUT)
                .hasSize(NODES - snapshot.eligible())
                .noneMatch(e -> e.eligibility().isEligible());
    }

    /** The first places are those that picks take, one after the other. */
    @ParameterizedTest
    @EnumSource(names = {"LEAST_LOAD", "ROUND_ROBIN"})
    void theFirstPlacesAreExactAndTheRestFollowsByScore(Algorithm algorithm) {
        ServiceQueue queue = queue(algorithm);
        List<Entry> entries = queue.snapshot().entries();
        PickContext context = new PickContext(random.split());
        List<String> picked = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            assertThat(queue.snapshot().entries().getFirst().endpoint())
                    .isEqualTo(next(queue, context, picked));
        }
        if (algorithm == Algorithm.ROUND_ROBIN) {
            assertThat(entries.subList(0, 50)).extracting(Entry::endpoint).isEqualTo(picked);
        } else {
            long[] scores =
                    entries.stream()
                            .filter(e -> e.standing() == Standing.QUEUED)
                            .mapToLong(Entry::score)
                            .toArray();
            assertThat(scores).hasSizeGreaterThan(SnapshotBuilder.EXACT).isSorted();
            assertThat(Arrays.stream(scores).distinct().count()).isGreaterThan(2);
        }
    }

    private static String next(ServiceQueue queue, PickContext context, List<String> picked) {
        context.reset();
        String id = ((Node) queue.acquire(context)).id();
        picked.add(id);
        return id;
    }
}
