package io.evenkeel.simulation.invariant;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.gateway.proxy.ServicePolicy;
import io.evenkeel.kernel.balancing.Algorithm;
import io.evenkeel.kernel.balancing.BalancingSettings;
import io.evenkeel.kernel.balancing.EndpointSettings;
import io.evenkeel.kernel.balancing.Node;
import io.evenkeel.kernel.balancing.Pick;
import io.evenkeel.kernel.balancing.PickContext;
import io.evenkeel.kernel.balancing.ServiceQueue;
import io.evenkeel.kernel.eligibility.EligibilityInputs;
import io.evenkeel.kernel.eligibility.HealthState;
import io.evenkeel.kernel.eligibility.Presence;
import io.evenkeel.kernel.health.Outcome;
import io.evenkeel.kernel.health.OutlierSettings;
import io.evenkeel.model.AdminState;
import io.evenkeel.simulation.cast.Answer;
import io.evenkeel.simulation.fault.FaultOptions;
import io.evenkeel.simulation.fault.FaultRun;
import io.evenkeel.simulation.net.NetworkOptions;
import io.evenkeel.simulation.stage.QueueAccess;
import io.evenkeel.simulation.stage.Stage;
import io.evenkeel.simulation.time.Seed;
import java.time.Duration;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/**
 * A checker that has never caught anything proves nothing: each one catches a fault planted here.
 */
class PlantedFaultsTest {
    private static final Seed SEED = new Seed(5);

    private static FaultOptions options(int cap) {
        return new FaultOptions(
                10,
                5,
                10,
                4,
                150,
                8,
                1000,
                2_000_000_000L,
                NetworkOptions.QUIET,
                new BalancingSettings(Algorithm.LEAST_LOAD, Duration.ofMillis(500), 10, cap, 0),
                OutlierSettings.OFF,
                ServicePolicy.DEFAULT);
    }

    private static void run(int cap, Function<ServiceQueue, QueueAccess> access) {
        FaultRun.run(SEED, options(cap), access, line -> {});
    }

    @Test
    void withoutAFaultNothingIsBroken() {
        assertThatCode(() -> run(1024, QueueAccess::new)).doesNotThrowAnyException();
        assertThatCode(() -> run(2, QueueAccess::new)).doesNotThrowAnyException();
    }

    @Test
    void aQueueThatSkipsTheHeadIsCaught() {
        RandomGenerator random = SEED.generator("planted");
        assertCaught(
                "the pick is the head",
                queue ->
                        new QueueAccess(queue) {
                            @Override
                            public Pick acquire(PickContext context) {
                                Pick head = super.acquire(context);
                                if (random.nextInt(20) == 0 && head instanceof Node node) {
                                    context.avoid(node);
                                    Pick next = super.acquire(context);
                                    super.release(node, node.index(), Outcome.NOT_SENT, 0);
                                    context.reset();
                                    return next;
                                }
                                return head;
                            }
                        });
    }

    @Test
    void aQueueThatLetsANewcomerWaitIsCaught() {
        Node[] newest = new Node[1];
        assertCaught(
                "a newcomer gets the very next request|the pick is the head",
                queue ->
                        new QueueAccess(queue) {
                            @Override
                            public Node put(EndpointSettings s, EligibilityInputs i, long now) {
                                newest[0] = super.put(s, i, now);
                                return newest[0];
                            }

                            @Override
                            public Pick acquire(PickContext context) {
                                Pick head = super.acquire(context);
                                if (head == newest[0]) {
                                    context.avoid(newest[0]);
                                    Pick next = super.acquire(context);
                                    super.release(
                                            newest[0], newest[0].index(), Outcome.NOT_SENT, 0);
                                    context.reset();
                                    return next;
                                }
                                return head;
                            }
                        });
    }

    @Test
    void aQueueThatDoesNotHearOfADrainIsCaught() {
        assertCaught(
                "a drained endpoint gets no new request|an ineligible endpoint is never picked",
                queue ->
                        new QueueAccess(queue) {
                            @Override
                            public void admin(Node node, AdminState value) {}

                            @Override
                            public void draining(Node node, boolean value) {}
                        });
    }

    @Test
    void aQueueThatDoesNotHearOfHealthIsCaught() {
        assertCaught(
                "an ineligible endpoint is never picked",
                queue ->
                        new QueueAccess(queue) {
                            @Override
                            public void health(Node node, HealthState value) {}
                        });
    }

    @Test
    void aQueueThatKeepsTheAbsentOutForEverIsCaught() {
        assertCaught(
                "a request is refused only when nobody can take it|the pick is the head|newcomer",
                queue ->
                        new QueueAccess(queue) {
                            @Override
                            public Node put(EndpointSettings s, EligibilityInputs i, long now) {
                                return super.put(s, i.withPresence(Presence.ABSENT), now);
                            }
                        });
    }

    @Test
    void aQueueThatForgetsAReleaseIsCaught() {
        RandomGenerator random = SEED.generator("planted");
        assertCaught(
                "outstanding counts equal the requests in flight",
                queue ->
                        new QueueAccess(queue) {
                            @Override
                            public void release(Node node, int index, Outcome outcome, long nanos) {
                                if (random.nextInt(20) > 0) {
                                    super.release(node, node.index(), outcome, nanos);
                                }
                            }
                        });
    }

    @Test
    void aQueueThatReleasesTwiceIsCaught() {
        assertThatThrownBy(() ->
                        run(
                                1024,
                                queue ->
                                        new QueueAccess(queue) {
                                            @Override
                                            public void release(
                                                    Node node, int index, Outcome o, long nanos) {
                                                super.release(node, node.index(), o, nanos);
                                                super.release(node, node.index(), o, nanos);
                                            }
                                        }))
                .isInstanceOfAny(BrokenPromise.class, IllegalStateException.class);
    }

    @Test
    void aQueueThatExceedsItsCapIsCaught() {
        assertThatThrownBy(() ->
                        run(
                                1,
                                queue ->
                                        new QueueAccess(queue) {
                                            @Override
                                            public Node put(
                                                    EndpointSettings s,
                                                    EligibilityInputs i,
                                                    long now) {
                                                return super.put(
                                                        new EndpointSettings(
                                                                s.id(),
                                                                s.epoch(),
                                                                s.weight(),
                                                                1000,
                                                                s.locality()),
                                                        i,
                                                        now);
                                            }
                                        }))
                .isInstanceOf(BrokenPromise.class)
                .hasMessageContaining("caps hold");
    }

    @Test
    void aRequestLostInSilenceIsCaught() {
        Stage stage = stage();
        EveryRequestEndsOnce checker = new EveryRequestEndsOnce(stage);
        stage.client(1_000_000_000L, answer -> {}).get(Stage.SERVICE);

        assertThatThrownBy(() -> checker.atEnd(stage.service()))
                .isInstanceOf(BrokenPromise.class)
                .hasMessageContaining("every request ends once");
    }

    @Test
    void aSecondAnswerOrAWrongOneIsCaught() {
        Stage stage = stage();
        EveryRequestEndsOnce checker = new EveryRequestEndsOnce(stage);
        var client = stage.client(1_000_000_000L, answer -> {});
        Answer answer = new Answer(0, 0, 1, 200, "a", Answer.Ending.REPLIED);
        checker.answered(client, answer);

        assertThatThrownBy(() -> checker.answered(client, answer))
                .isInstanceOf(BrokenPromise.class)
                .hasMessageContaining("two answers");
        assertThatThrownBy(() ->
                        checker.answered(
                                client, new Answer(1, 0, 1, 200, "a", Answer.Ending.WRONG)))
                .isInstanceOf(BrokenPromise.class)
                .hasMessageContaining("belongs to its request");
    }

    private static Stage stage() {
        return new Stage(
                SEED,
                NetworkOptions.QUIET,
                BalancingSettings.DEFAULT,
                OutlierSettings.OFF,
                ServicePolicy.DEFAULT,
                QueueAccess::new);
    }

    private static void assertCaught(String promises, Function<ServiceQueue, QueueAccess> planted) {
        assertThatThrownBy(() -> run(1024, planted))
                .isInstanceOf(BrokenPromise.class)
                .message()
                .containsPattern(promises);
    }
}
