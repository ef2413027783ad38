package io.evenkeel.kernel.balancing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.kernel.balancing.QueueSnapshot.Entry;
import io.evenkeel.kernel.balancing.QueueSnapshot.Standing;
import io.evenkeel.kernel.eligibility.Eligibility;
import io.evenkeel.kernel.eligibility.EligibilityInputs;
import io.evenkeel.kernel.eligibility.HealthState;
import io.evenkeel.kernel.eligibility.Presence;
import io.evenkeel.kernel.health.Outcome;
import io.evenkeel.kernel.health.OutlierDetection;
import io.evenkeel.kernel.health.OutlierSettings;
import io.evenkeel.model.AdminState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every algorithm behind the port promises. */
class BalancingContractTest {
    private static final long SECOND = 1_000_000_000L;
    private static final List<HealthState> HEALTH = List.of(HealthState.values());
    private static final List<Outcome> OUTCOMES = List.of(Outcome.values());
    private final PickContext context = new PickContext(new SplittableRandom(7));
    private long sources;

    @ParameterizedTest
    @EnumSource
    void serviceWithoutEndpointsSaysSo(Algorithm algorithm) {
        assertThat(queue(algorithm, 0).acquire(context)).isEqualTo(Pick.NoEndpoints.NO_ENDPOINTS);
    }

    @ParameterizedTest
    @EnumSource
    void everyEligibleEndpointGetsTraffic(Algorithm algorithm) {
        ServiceQueue queue = queue(algorithm, 10);
        assertThat(spread(queue, 2_000).keySet()).hasSize(10);
    }

    @ParameterizedTest
    @EnumSource
    void factsKeepAnEndpointOut(Algorithm algorithm) {
        ServiceQueue queue = queue(algorithm, 5);
        queue.admin(node(queue, 0), AdminState.DRAIN);
        queue.admin(node(queue, 1), AdminState.MAINT);
        queue.draining(node(queue, 2), true);
        queue.presence(node(queue, 3), Presence.ABSENT);
        assertThat(spread(queue, 500).keySet()).containsExactly("e4");
        queue.poolShare(node(queue, 4), 0);
        assertThat(queue.acquire(context)).isEqualTo(Pick.NoneEligible.NONE_ELIGIBLE);
        queue.admin(node(queue, 1), AdminState.READY);
        assertThat(spread(queue, 100).keySet()).containsExactly("e1");
    }

    @ParameterizedTest
    @EnumSource
    void unhealthyEndpointIsNotPicked(Algorithm algorithm) {
        ServiceQueue queue = queue(algorithm, 5);
        queue.health(node(queue, 0), HealthState.UNHEALTHY);
        queue.suspected(node(queue, 1), true);
        assertThat(spread(queue, 500).keySet()).containsExactly("e2", "e3", "e4");
        queue.health(node(queue, 0), HealthState.HEALTHY);
        assertThat(spread(queue, 2_000).keySet()).contains("e0");
    }

    @ParameterizedTest
    @EnumSource
    void panicUsesTheSuspectedButNeverThatWhichFailsItsCheckOrIsOut(Algorithm algorithm) {
        ServiceQueue queue = queue(algorithm, 7);
        queue.admin(node(queue, 0), AdminState.MAINT);
        queue.presence(node(queue, 1), Presence.ABSENT);
        queue.suspected(node(queue, 2), true);
        queue.suspected(node(queue, 3), true);
        queue.health(node(queue, 6), HealthState.UNHEALTHY);
        assertThat(queue.snapshot().panic()).as("2 of 4 is half").isFalse();
        queue.suspected(node(queue, 4), true);
        assertThat(queue.snapshot().panic()).as("1 of 4 is less").isTrue();
        assertThat(spread(queue, 2_000).keySet()).containsExactly("e2", "e3", "e4", "e5");
        assertThat(context.panic()).isTrue();
        queue.suspected(node(queue, 4), false);
        assertThat(spread(queue, 2_000).keySet()).containsExactly("e4", "e5");
        List<QueueEvent> events = new ArrayList<>();
        queue.events(events::add);
        assertThat(events)
                .hasExactlyElementsOfTypes(
                        QueueEvent.PanicBegan.class, QueueEvent.PanicEnded.class);
    }

    @ParameterizedTest
    @EnumSource
    void serviceWhoseEndpointsAllFailTheirChecksIsDownAndNotInPanic(Algorithm algorithm) {
        ServiceQueue queue = queue(algorithm, 2);
        queue.health(node(queue, 0), HealthState.UNHEALTHY);
        queue.health(node(queue, 1), HealthState.PENDING);
        assertThat(queue.snapshot().panic()).isFalse();
        assertThat(queue.acquire(context)).isEqualTo(Pick.NoneEligible.NONE_ELIGIBLE);
    }

    @ParameterizedTest
    @EnumSource
    void capHoldsAndIsSeen(Algorithm algorithm) {
        ServiceQueue queue =
                new ServiceQueue(
                        "s", settings(algorithm), OutlierSettings.OFF, new Locality("z", "h"), 1);
        for (int i = 0; i < 3; i++) {
            queue.join(
                    new EndpointSettings("e" + i, 1, 1, 2, Locality.UNKNOWN),
                    EligibilityInputs.NEWCOMER,
                    0);
        }
        List<Node> held = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            held.add(pick(queue));
        }
        assertThat(queue.acquire(context)).isEqualTo(Pick.OverLimit.OVER_LIMIT);
        assertThat(queue.snapshot().entries())
                .allSatisfy(e -> {
                    assertThat(e.standing()).isEqualTo(Standing.PARKED);
                    assertThat(e.eligibility())
                            .isEqualTo(
                                    new Eligibility.NotEligible(
                                            List.of(Eligibility.Reason.AT_CAPACITY)));
                });
        queue.release(held.get(3), Outcome.SUCCESS, 1);
        assertThat(pick(queue)).isSameAs(held.get(3));
    }

    @ParameterizedTest
    @EnumSource
    void retryGoesElsewhereAndIsCounted(Algorithm algorithm) {
        ServiceQueue queue = queue(algorithm, 3);
        for (int i = 0; i < 50; i++) {
            context.reset();
            context.sourceHash(i);
            Node first = (Node) queue.acquire(context);
            context.avoid(first);
            Node second = (Node) queue.acquire(context);
            context.avoid(second);
            Node third = (Node) queue.acquire(context);
            assertThat(List.of(first, second, third)).doesNotHaveDuplicates();
            context.avoid(third);
            assertThat(context.avoids((Node) queue.acquire(context)))
                    .as("all have been tried")
                    .isTrue();
        }
        assertThat(queue.snapshot().passedOver()).isPositive();
    }

    @ParameterizedTest
    @EnumSource
    void newerIncarnationTakesThePlaceOfTheOlder(Algorithm algorithm) {
        ServiceQueue queue = queue(algorithm, 1);
        Node older = pick(queue);
        Node newer = queue.join(EndpointSettings.of("e0", 9), EligibilityInputs.NEWCOMER, SECOND);
        assertThat(older.isGone()).isTrue();
        assertThat(pick(queue)).isSameAs(newer);
        assertThat(queue.join(EndpointSettings.of("e0", 8), EligibilityInputs.NEWCOMER, SECOND))
                .as("the older one is refused")
                .isSameAs(newer);
        queue.release(older, Outcome.SERVER_ERROR, 1);
        assertThat(queue.snapshot().entries())
                .singleElement()
                .extracting(Entry::penalty)
                .as("the old one's failure isn't the new one's")
                .isEqualTo(0);
    }

    @ParameterizedTest
    @EnumSource
    void whatIsOutstandingSurvivesNewSettings(Algorithm algorithm) {
        ServiceQueue queue = queue(algorithm, 4);
        List<Node> held = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            held.add(pick(queue));
        }
        for (Algorithm next : Algorithm.values()) {
            queue.settings(settings(next), OutlierSettings.OFF);
            queue.update(
                    node(queue, 1),
                    new EndpointSettings("e1", 1, 7, 0, new Locality("z", "other")));
            assertThat(queue.snapshot().entries().stream().mapToInt(Entry::outstanding).sum())
                    .isEqualTo(40);
            assertThat(spread(queue, 100)).as(next.name()).isNotEmpty();
        }
        queue.settings(settings(algorithm), OutlierSettings.OFF);
        held.forEach(node -> queue.release(node, Outcome.SUCCESS, 1));
        assertThat(queue.snapshot().entries()).allMatch(e -> e.outstanding() == 0);
        assertThatThrownBy(() -> queue.release(held.getFirst(), Outcome.SUCCESS, 1))
                .isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @EnumSource
    void ejectedEndpointReturnsAfterItsTime(Algorithm algorithm) {
        ServiceQueue queue =
                new ServiceQueue(
                        "s",
                        settings(algorithm),
                        OutlierSettings.DEFAULT,
                        new Locality("z", "h"),
                        1);
        for (int i = 0; i < 10; i++) {
            queue.join(EndpointSettings.of("e" + i, 1), EligibilityInputs.NEWCOMER, 0);
        }
        queue.tick(SECOND);
        int failures = 0;
        while (failures < 5) {
            Node node = pick(queue);
            boolean bad = node.id().equals("e3");
            failures += bad ? 1 : 0;
            queue.release(node, bad ? Outcome.SERVER_ERROR : Outcome.SUCCESS, 1);
            // So that the penalty doesn't keep the bad one from failing again.
            queue.tick(SECOND + failures * 20L * SECOND);
        }
        long ejected = SECOND + 80 * SECOND;
        assertThat(spread(queue, 1_000).keySet()).doesNotContain("e3");
        List<QueueEvent> events = new ArrayList<>();
        queue.events(events::add);
        assertThat(events)
                .containsExactly(
                        new QueueEvent.Ejected(
                                ejected,
                                "e3",
                                OutlierDetection.Reason.CONSECUTIVE_5XX,
                                ejected + 30 * SECOND));
        queue.tick(ejected + 30 * SECOND);
        assertThat(spread(queue, 2_000).keySet()).contains("e3");
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsLostOrCountedTwiceInAnyTurmoil(Algorithm algorithm) {
        Seeds.each(30, random -> turmoil(algorithm, random));
    }

    private void turmoil(Algorithm algorithm, SplittableRandom random) {
        ServiceQueue queue = queue(algorithm, 3);
        List<Node> held = new ArrayList<>();
        int joined = 100;
        long now = 0;
        for (int i = 0; i < 500; i++) {
            List<Node> nodes = queue.nodes();
            Node any = nodes.isEmpty() ? null : nodes.get(random.nextInt(nodes.size()));
            switch (random.nextInt(16)) {
                case 0 ->
                        queue.join(
                                new EndpointSettings(
                                        "e" + joined++,
                                        1,
                                        1 + random.nextInt(9),
                                        random.nextInt(4),
                                        new Locality("z" + random.nextInt(2), "h" + joined % 3)),
                                EligibilityInputs.NEWCOMER,
                                now);
                case 1 -> {
                    if (any != null) {
                        queue.leave(any);
                    }
                }
                case 2 -> {
                    if (any != null) {
                        queue.health(any, HEALTH.get(random.nextInt(HEALTH.size())));
                    }
                }
                case 3 -> {
                    now += random.nextLong(5 * SECOND);
                    queue.tick(now);
                }
                case 4, 5, 6, 7, 8 -> {
                    if (!held.isEmpty()) {
                        queue.release(
                                held.remove(random.nextInt(held.size())),
                                OUTCOMES.get(random.nextInt(OUTCOMES.size())),
                                1);
                    }
                }
                default -> {
                    boolean queued =
                            queue.snapshot().entries().stream()
                                    .anyMatch(e -> e.standing() == Standing.QUEUED);
                    context.reset();
                    context.sourceHash(random.nextLong());
                    Pick pick = queue.acquire(context);
                    assertThat(pick instanceof Node).isEqualTo(queued);
                    if (pick instanceof Node node) {
                        held.add(node);
                    }
                }
            }
        }
        for (Entry entry : queue.snapshot().entries()) {
            assertThat((long) entry.outstanding())
                    .isEqualTo(
                            held.stream()
                                    .filter(n -> !n.isGone() && n.id().equals(entry.endpoint()))
                                    .count());
        }
    }

    /** Picks and releases; how often each endpoint was picked. */
    private Map<String, Integer> spread(ServiceQueue queue, int requests) {
        Map<String, Integer> counts = new TreeMap<>();
        for (int i = 0; i < requests; i++) {
            Node node = pick(queue);
            counts.merge(node.id(), 1, Integer::sum);
            queue.release(node, Outcome.SUCCESS, 1000);
        }
        return counts;
    }

    private Node pick(ServiceQueue queue) {
        context.reset();
        context.sourceHash(sources++);
        Pick pick = queue.acquire(context);
        assertThat(pick).isInstanceOf(Node.class);
        return (Node) pick;
    }

    private static Node node(ServiceQueue queue, int index) {
        Node node = queue.node("e" + index);
        if (node == null) {
            throw new AssertionError("no node e" + index);
        }
        return node;
    }

    private static BalancingSettings settings(Algorithm algorithm) {
        return BalancingSettings.DEFAULT.with(algorithm);
    }

    private static ServiceQueue queue(Algorithm algorithm, int endpoints) {
        ServiceQueue queue =
                new ServiceQueue(
                        "s", settings(algorithm), OutlierSettings.OFF, new Locality("z", "h"), 1);
        for (int i = 0; i < endpoints; i++) {
            queue.join(EndpointSettings.of("e" + i, 1), EligibilityInputs.NEWCOMER, 0);
        }
        queue.tick(60 * SECOND);
        return queue;
    }
}
