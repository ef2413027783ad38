package io.evenkeel.kernel.balancing;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.balancing.PickContext.Binding;
import io.evenkeel.kernel.eligibility.EligibilityInputs;
import io.evenkeel.kernel.eligibility.HealthState;
import io.evenkeel.kernel.eligibility.Presence;
import io.evenkeel.kernel.health.Outcome;
import io.evenkeel.kernel.health.OutlierSettings;
import io.evenkeel.model.AdminState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A7: requests of a session stay with its endpoint; all others find the queue as it always is. */
class SessionBindingTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int CAP = 50;

    private final PickContext context = new PickContext(new SplittableRandom(7));

    private static ServiceQueue queue(Algorithm algorithm, int nodes) {
        ServiceQueue queue =
                new ServiceQueue(
                        "s",
                        new BalancingSettings(algorithm, Duration.ZERO, 10, CAP, 50),
                        OutlierSettings.DEFAULT,
                        Locality.UNKNOWN,
                        1);
        for (int i = 0; i < nodes; i++) {
            join(queue, i, 1);
        }
        queue.tick(0);
        return queue;
    }

    private static Node join(ServiceQueue queue, int number, long epoch) {
        return queue.join(
                new EndpointSettings("e" + number, epoch, 1, 0, Locality.UNKNOWN),
                EligibilityInputs.NEWCOMER,
                0);
    }

    private Pick free(ServiceQueue queue) {
        context.reset();
        return queue.acquire(context);
    }

    private Pick bound(ServiceQueue queue, int number) {
        context.reset();
        context.bind(ServiceQueue.endpointHash("e" + number));
        return queue.acquire(context);
    }

    private static Node node(ServiceQueue queue, int number) {
        return Objects.requireNonNull(queue.node("e" + number));
    }

    @ParameterizedTest
    @EnumSource
    void everyRequestOfASessionGoesToItsEndpointHoweverLoadedThatIs(Algorithm algorithm) {
        ServiceQueue queue = queue(algorithm, 5);
        for (int i = 0; i < CAP; i++) {
            assertThat(bound(queue, 3)).isSameAs(node(queue, 3));
            assertThat(context.binding()).isEqualTo(Binding.HONOURED);
        }
        assertThat(queue.outstanding(node(queue, 3))).isEqualTo(CAP);
        assertThat(queue.snapshot().passedOver()).isPositive();
    }

    @ParameterizedTest
    @EnumSource
    void aFullEndpointSendsTheRequestElsewhereAndKeepsTheSession(Algorithm algorithm) {
        ServiceQueue queue = queue(algorithm, 5);
        for (int i = 0; i < CAP; i++) {
            bound(queue, 3);
        }
        assertThat(bound(queue, 3)).isInstanceOf(Node.class).isNotSameAs(node(queue, 3));
        assertThat(context.binding()).isEqualTo(Binding.FULL);
        queue.release(node(queue, 3), Outcome.SUCCESS, 1);
        assertThat(bound(queue, 3)).isSameAs(node(queue, 3));
    }

    @ParameterizedTest
    @EnumSource
    void aDrainingEndpointServesItsSessionsUntilTheDeadlineAndNobodyElse(Algorithm algorithm) {
        ServiceQueue queue = queue(algorithm, 3);
        queue.tick(100 * SECOND);
        queue.sessionsUntil(node(queue, 1), 130 * SECOND);
        queue.admin(node(queue, 1), AdminState.DRAIN);
        for (int i = 0; i < 30; i++) {
            assertThat(free(queue)).isNotSameAs(node(queue, 1));
            assertThat(bound(queue, 1)).isSameAs(node(queue, 1));
            queue.release(node(queue, 1), Outcome.SUCCESS, 1);
        }
        queue.tick(130 * SECOND);
        assertThat(bound(queue, 1)).isNotSameAs(node(queue, 1));
        assertThat(context.binding()).isEqualTo(Binding.BROKEN);
    }

    @ParameterizedTest
    @EnumSource
    void whatIsOutForAnotherReasonThanItsDrainServesNoSession(Algorithm algorithm) {
        ServiceQueue queue = queue(algorithm, 6);
        for (int i = 0; i < 5; i++) {
            queue.sessionsUntil(node(queue, i), 100 * SECOND);
        }
        queue.admin(node(queue, 0), AdminState.MAINT);
        queue.presence(node(queue, 1), Presence.ABSENT);
        queue.health(node(queue, 2), HealthState.UNHEALTHY);
        queue.draining(node(queue, 3), true);
        queue.health(node(queue, 3), HealthState.UNHEALTHY);
        queue.leave(node(queue, 4));
        for (int i = 0; i < 5; i++) {
            assertThat(bound(queue, i)).as("e%d", i).isSameAs(node(queue, 5));
            assertThat(context.binding()).isEqualTo(Binding.BROKEN);
        }
    }

    @Test
    void aRetryGoesElsewhereThoughTheSessionIsBound() {
        ServiceQueue queue = queue(Algorithm.LEAST_LOAD, 2);
        context.reset();
        context.bind(ServiceQueue.endpointHash("e0"));
        context.avoid(node(queue, 0));
        assertThat(queue.acquire(context)).isSameAs(node(queue, 1));
        assertThat(context.binding()).isEqualTo(Binding.BROKEN);
    }

    @Test
    void aNewIncarnationTakesOverTheSessionsOfItsEndpoint() {
        ServiceQueue queue = queue(Algorithm.LEAST_LOAD, 3);
        Node newer = join(queue, 1, 2);
        assertThat(bound(queue, 1)).isSameAs(newer);
    }

    /** Free picks among bound ones: none finds a node with less outstanding than it got. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theQueueStaysExactForAllOtherRequests(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        ServiceQueue queue = queue(Algorithm.LEAST_LOAD, 8);
        List<Node> running = new ArrayList<>();
        for (int step = 0; step < 20_000; step++) {
            int dice = random.nextInt(10);
            if (dice < 5 && !running.isEmpty()) {
                Node done = running.remove(random.nextInt(running.size()));
                queue.release(done, Outcome.SUCCESS, 1);
            } else if (dice < 8) {
                int least =
                        queue.nodes().stream()
                                .filter(n -> n.inputs().admin() == AdminState.READY)
                                .mapToInt(queue::outstanding)
                                .min()
                                .orElseThrow();
                if (free(queue) instanceof Node picked) {
                    assertThat(queue.outstanding(picked))
                            .as("seed %d step %d", seed, step)
                            .isEqualTo(least + 1);
                    running.add(picked);
                }
            } else if (dice < 9) {
                if (bound(queue, random.nextInt(8)) instanceof Node picked) {
                    running.add(picked);
                }
            } else {
                Node node = node(queue, random.nextInt(7));
                boolean drain = random.nextBoolean();
                queue.sessionsUntil(node, Long.MAX_VALUE);
                queue.admin(node, drain ? AdminState.DRAIN : AdminState.READY);
            }
        }
        running.forEach(node -> queue.release(node, Outcome.SUCCESS, 1));
        assertThat(queue.nodes()).allMatch(node -> queue.outstanding(node) == 0);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theIndexFindsWhatAMapFinds(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        SessionIndex index = new SessionIndex();
        Map<Long, Integer> model = new HashMap<>();
        for (int step = 0; step < 20_000; step++) {
            // Few homes, so that runs are long and wrap around.
            long hash = random.nextLong(300) << 60 | random.nextLong(300);
            Integer known = model.get(hash);
            if (known == null && model.size() < 200) {
                model.put(hash, step);
                index.add(hash, step);
            } else if (known != null && random.nextBoolean()) {
                model.remove(hash);
                index.remove(hash, known);
            }
            long asked = random.nextLong(300);
            assertThat(index.slot(asked))
                    .as("seed %d step %d", seed, step)
                    .isEqualTo(model.getOrDefault(asked, -1));
            assertThat(index.slot(hash)).isEqualTo(model.getOrDefault(hash, -1));
        }
    }
}
