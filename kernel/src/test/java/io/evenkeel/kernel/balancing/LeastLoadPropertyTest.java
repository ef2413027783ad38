package io.evenkeel.kernel.balancing;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.balancing.QueueSnapshot.Entry;
import io.evenkeel.kernel.balancing.QueueSnapshot.Standing;
import io.evenkeel.kernel.eligibility.Eligibility;
import io.evenkeel.kernel.eligibility.EligibilityInputs;
import io.evenkeel.kernel.eligibility.HealthState;
import io.evenkeel.kernel.health.Outcome;
import io.evenkeel.kernel.health.OutlierSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Requirement A3: the pick is the head of an exact order, whatever happens around it. */
class LeastLoadPropertyTest {
    private static int surplus(ServiceQueue queue, String id) {
        return queue.snapshot().entries().stream()
                .filter(entry -> entry.endpoint().equals(id))
                .findFirst()
                .orElseThrow()
                .surplus();
    }

    private static final BalancingSettings PLAIN =
            new BalancingSettings(Algorithm.LEAST_LOAD, Duration.ZERO, 10, 1024, 0);

    @Test
    void everyPickIsTheOneOfTheNaiveModel() {
        Seeds.each(300, LeastLoadPropertyTest::followTheModel);
    }

    private static void followTheModel(SplittableRandom random) {
        ServiceQueue queue = new ServiceQueue("s", PLAIN, OutlierSettings.OFF, Locality.UNKNOWN, 1);
        NaiveQueue model = new NaiveQueue();
        PickContext context = new PickContext(random.split());
        List<Node> inFlight = new ArrayList<>();
        int joined = 0;
        int most = 1 + random.nextInt(12);
        for (int i = 0; i < 400; i++) {
            List<Node> nodes = queue.nodes();
            int dice = random.nextInt(100);
            if (nodes.isEmpty() || (dice < 5 && nodes.size() < most)) {
                int cap = random.nextInt(4) == 0 ? 1 + random.nextInt(3) : 0;
                String id = "n" + joined++;
                queue.join(
                        new EndpointSettings(id, 1, 1, cap, Locality.UNKNOWN),
                        EligibilityInputs.NEWCOMER,
                        0);
                model.join(id, cap == 0 ? 1024 : cap);
            } else if (dice < 8) {
                Node node = nodes.get(random.nextInt(nodes.size()));
                queue.leave(node);
                model.leave(node.id());
            } else if (dice < 16) {
                Node node = nodes.get(random.nextInt(nodes.size()));
                boolean healthy = random.nextBoolean();
                queue.health(node, healthy ? HealthState.HEALTHY : HealthState.UNHEALTHY);
                model.eligible(node.id(), healthy);
            } else if (dice < 20) {
                Node node = nodes.get(random.nextInt(nodes.size()));
                queue.report(node, random.nextInt(200), 1_000_000_000, 0);
                model.extra(node.id(), surplus(queue, node.id()));
            } else if (dice < 65 || inFlight.isEmpty()) {
                context.reset();
                Pick pick = queue.acquire(context);
                String expected = model.acquire();
                if (expected == null) {
                    assertThat(pick).isNotInstanceOf(Node.class);
                } else {
                    assertThat(pick).isInstanceOf(Node.class);
                    assertThat(((Node) pick).id()).as("step %d", i).isEqualTo(expected);
                    inFlight.add((Node) pick);
                }
            } else {
                Node node = inFlight.remove(random.nextInt(inFlight.size()));
                queue.release(node, Outcome.SUCCESS, 1000);
                if (!node.isGone()) {
                    model.release(node.id());
                }
            }
        }
    }

    @Test
    void snapshotListsTheOrderInWhichPicksWouldCome() {
        Seeds.each(
                50,
                random -> {
                    ServiceQueue queue = crowded(random);
                    PickContext context = new PickContext(random.split());
                    for (int i = 0; i < 20; i++) {
                        List<Entry> entries = queue.snapshot().entries();
                        context.reset();
                        if (queue.acquire(context) instanceof Node node) {
                            assertThat(entries.getFirst().endpoint()).isEqualTo(node.id());
                            assertThat(entries.getFirst().score()).isEqualTo(context.score());
                        }
                    }
                });
    }

    @Test
    void noPickableNodeEverScoresLessThanThePick() {
        Seeds.each(200, LeastLoadPropertyTest::leastOfAll);
    }

    /** Everything at once: weights, slow start, caps, failures, reports, time. */
    private static void leastOfAll(SplittableRandom random) {
        ServiceQueue queue = crowded(random);
        PickContext context = new PickContext(random.split());
        List<Node> inFlight = new ArrayList<>();
        long now = 1_000_000_000;
        int joined = 1000;
        for (int i = 0; i < 300; i++) {
            List<Node> nodes = queue.nodes();
            Node any = nodes.get(random.nextInt(nodes.size()));
            switch (random.nextInt(20)) {
                case 0 ->
                        queue.join(
                                settings("n" + joined++, random), EligibilityInputs.NEWCOMER, now);
                case 1 -> {
                    if (nodes.size() > 2) {
                        queue.leave(any);
                    }
                }
                case 2 ->
                        queue.health(
                                any,
                                random.nextInt(3) == 0
                                        ? HealthState.UNHEALTHY
                                        : HealthState.HEALTHY);
                case 3 -> queue.report(any, random.nextInt(20), 1_000_000_000, now);
                case 4, 5 -> {
                    now += random.nextLong(2_000_000_000L);
                    queue.tick(now);
                }
                case 6 -> queue.update(any, settings(any.id(), random));
                case 7, 8, 9, 10 -> {
                    if (!inFlight.isEmpty()) {
                        Outcome outcome =
                                random.nextInt(4) == 0 ? Outcome.SERVER_ERROR : Outcome.SUCCESS;
                        queue.release(
                                inFlight.remove(random.nextInt(inFlight.size())), outcome, 1000);
                    }
                }
                default -> {
                    QueueSnapshot before = queue.snapshot();
                    context.reset();
                    Pick pick = queue.acquire(context);
                    checkPick(before, pick, context, i);
                    if (pick instanceof Node node) {
                        inFlight.add(node);
                    }
                }
            }
            checkStandings(queue.snapshot(), inFlight);
        }
    }

    private static void checkPick(QueueSnapshot before, Pick pick, PickContext context, int step) {
        List<Entry> pickable =
                before.entries().stream().filter(e -> e.standing() == Standing.QUEUED).toList();
        if (pickable.isEmpty()) {
            assertThat(pick).isNotInstanceOf(Node.class);
            return;
        }
        long least = pickable.stream().mapToLong(Entry::score).min().orElseThrow();
        assertThat(pick).isInstanceOf(Node.class);
        assertThat(context.score()).as("step %d of %s", step, before).isEqualTo(least);
        assertThat(pickable.getFirst().endpoint()).isEqualTo(((Node) pick).id());
    }

    private static void checkStandings(QueueSnapshot snapshot, List<Node> inFlight) {
        for (Entry entry : snapshot.entries()) {
            long ours =
                    inFlight.stream()
                            .filter(n -> !n.isGone() && n.id().equals(entry.endpoint()))
                            .count();
            assertThat(entry.outstanding()).isEqualTo((int) ours);
            int load = entry.outstanding() + entry.surplus() + entry.penalty();
            assertThat(entry.score() / (double) LoadScore.UNIT)
                    .as("score of %s", entry)
                    .isBetween(
                            load * 100.0 / (entry.weight() * (entry.factorPercent() + 1.01)) - 1,
                            load * 100.0 / (entry.weight() * entry.factorPercent()) + 1);
            boolean full = entry.outstanding() >= entry.cap();
            boolean usable =
                    switch (entry.eligibility()) {
                        case Eligibility.Eligible _ -> true;
                        case Eligibility.NotEligible no ->
                                no.reasons().equals(List.of(Eligibility.Reason.AT_CAPACITY))
                                        || (snapshot.panic()
                                                && no.reasons().stream()
                                                        .noneMatch(r ->
                                                                r.isFact()
                                                                        && r
                                                                                != Eligibility
                                                                                        .Reason
                                                                                        .AT_CAPACITY));
                    };
            assertThat(entry.standing())
                    .as("%s", entry)
                    .isEqualTo(!usable ? Standing.OUT : full ? Standing.PARKED : Standing.QUEUED);
        }
    }

    private static ServiceQueue crowded(SplittableRandom random) {
        ServiceQueue queue =
                new ServiceQueue(
                        "s",
                        new BalancingSettings(
                                Algorithm.LEAST_LOAD, Duration.ofSeconds(10), 10, 8, 50),
                        OutlierSettings.DEFAULT,
                        Locality.UNKNOWN,
                        1);
        int count = 2 + random.nextInt(8);
        for (int i = 0; i < count; i++) {
            queue.join(settings("n" + i, random), EligibilityInputs.NEWCOMER, 0);
        }
        return queue;
    }

    private static EndpointSettings settings(String id, SplittableRandom random) {
        int weight = random.nextInt(3) == 0 ? 1 + random.nextInt(20) : 1;
        return new EndpointSettings(id, 1, weight, random.nextInt(5), Locality.UNKNOWN);
    }
}
