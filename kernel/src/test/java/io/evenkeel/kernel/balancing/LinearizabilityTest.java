package io.evenkeel.kernel.balancing;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.balancing.History.Operation;
import io.evenkeel.kernel.balancing.History.Subject;
import io.evenkeel.kernel.eligibility.EligibilityInputs;
import io.evenkeel.kernel.health.Outcome;
import io.evenkeel.kernel.health.OutlierSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requirement A3 with several loops: exact at the linearization point, from recorded histories. */
class LinearizabilityTest {
    private static final int NODES = 5;
    private static final int CAP = 3;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void everyHistoryOfThreadsIsOneOfAnExactQueue(int threads) {
        int overlaps = 0;
        for (long seed = 1; seed <= 40 || (threads > 1 && overlaps <= 100 && seed <= 400); seed++) {
            ServiceQueue queue = queue();
            List<Subject> views = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                views.add(new View(queue));
            }
            History history = History.record(views, NODES, CAP, 400, seed);
            overlaps += history.overlaps();
            assertThat(history.isLinearizable()).as("seed %d", seed).isTrue();
        }
        if (threads > 1) {
            assertThat(overlaps).as("calls that overlapped").isGreaterThan(100);
        }
    }

    @Test
    void checkerAcceptsAnOrderThatOnlyOverlapExplains() {
        // Two nodes, newest first: n1 is due, then n0. The one who called first got the second.
        History history =
                new History(
                        List.of(
                                List.of(new Operation(true, 0, 0, 3)),
                                List.of(new Operation(true, 1, 1, 2))),
                        2,
                        CAP);
        assertThat(history.isLinearizable()).isTrue();
    }

    @Test
    void checkerRejectsTheSameOrderWithoutOverlap() {
        History history =
                new History(
                        List.of(
                                List.of(new Operation(true, 0, 0, 1)),
                                List.of(new Operation(true, 1, 2, 3))),
                        2,
                        CAP);
        assertThat(history.isLinearizable()).isFalse();
    }

    @Test
    void checkerRejectsTwoPicksOfOneHead() {
        History history =
                new History(
                        List.of(
                                List.of(new Operation(true, 1, 0, 3)),
                                List.of(new Operation(true, 1, 1, 2))),
                        2,
                        CAP);
        assertThat(history.isLinearizable()).isFalse();
    }

    @Test
    void checkerCatchesAQueueThatLooksAndTakesInTwoSteps() {
        boolean caught = false;
        for (long seed = 1; seed <= 200 && !caught; seed++) {
            TwoStepQueue queue = new TwoStepQueue();
            History history = History.record(List.of(queue, queue), NODES, CAP, 200, seed);
            caught = !history.isLinearizable();
        }
        assertThat(caught).as("a planted race was found").isTrue();
    }

    @Test
    void checkerCatchesAQueueThatPassesOverItsHeadNowAndThen() {
        ServiceQueue queue = queue();
        View view = new View(queue);
        Subject wrong =
                new Subject() {
                    private int count;

                    @Override
                    public int acquire() {
                        if (++count % 50 != 0) {
                            return view.acquire();
                        }
                        int passedOver = view.acquire();
                        int second = view.acquire();
                        if (passedOver >= 0) {
                            view.release(passedOver);
                        }
                        return second;
                    }

                    @Override
                    public void release(int node) {
                        view.release(node);
                    }
                };
        assertThat(History.record(List.of(wrong), NODES, CAP, 400, 1).isLinearizable()).isFalse();
    }

    private static ServiceQueue queue() {
        ServiceQueue queue =
                new ServiceQueue(
                        "s",
                        new BalancingSettings(Algorithm.LEAST_LOAD, Duration.ZERO, 10, CAP, 0),
                        OutlierSettings.OFF,
                        Locality.UNKNOWN,
                        1);
        for (int i = 0; i < NODES; i++) {
            queue.join(EndpointSettings.of("n" + i, 1), EligibilityInputs.NEWCOMER, 0);
        }
        return queue;
    }

    /** A loop's view of the real queue. */
    private static final class View implements Subject {
        private final ServiceQueue queue;
        private final List<Node> nodes;
        private final PickContext context = new PickContext(new SplittableRandom(1));

        View(ServiceQueue queue) {
            this.queue = queue;
            this.nodes = queue.nodes();
        }

        @Override
        public int acquire() {
            context.reset();
            return queue.acquire(context) instanceof Node node ? nodes.indexOf(node) : -1;
        }

        @Override
        public void release(int node) {
            queue.release(nodes.get(node), Outcome.SUCCESS, 1000);
        }
    }

    /** Wrong: between looking at the head and taking it, another thread may do the same. */
    private static final class TwoStepQueue implements Subject {
        private final View view = new View(queue());
        private final int[] outstanding = new int[NODES];

        @Override
        @SuppressWarnings("ThreadPriorityCheck") // invites the race
        public int acquire() {
            int head;
            synchronized (this) {
                head = view.acquire();
                if (head < 0) {
                    return head;
                }
                view.release(head);
            }
            Thread.yield();
            synchronized (this) {
                outstanding[head]++;
                return head;
            }
        }

        @Override
        public synchronized void release(int node) {
            outstanding[node]--;
        }
    }
}
