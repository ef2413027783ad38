package io.evenkeel.kernel.balancing;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.eligibility.EligibilityInputs;
import io.evenkeel.kernel.eligibility.HealthState;
import io.evenkeel.kernel.health.Outcome;
import io.evenkeel.kernel.health.OutlierSettings;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requirements A2 and A8. */
class NewcomerTest {
    private static final long SECOND = 1_000_000_000L;
    private final PickContext context = new PickContext(new SplittableRandom(1));
    private final ServiceQueue queue =
            new ServiceQueue(
                    "s", BalancingSettings.DEFAULT, OutlierSettings.DEFAULT, Locality.UNKNOWN, 1);

    @Test
    void newcomerGetsTheVeryNextRequest() {
        for (int i = 0; i < 130; i++) {
            join("old-" + i, 0);
        }
        pass(60 * SECOND);
        for (int i = 0; i < 10_000; i++) {
            pick();
        }
        Node newcomer = join("new", 60 * SECOND);
        assertThat(pick()).isSameAs(newcomer);
    }

    @Test
    void newcomerGetsTheVeryNextRequestOfAnIdleService() {
        join("a", 0);
        join("b", 0);
        pass(60 * SECOND);
        queue.release(pick(), Outcome.SUCCESS, 1);
        Node newcomer = join("new", 60 * SECOND);
        assertThat(pick()).isSameAs(newcomer);
    }

    @Test
    void newcomerThatWaitsForItsFirstCheckIsNextOnceItPassed() {
        join("a", 0);
        Node newcomer =
                queue.join(
                        EndpointSettings.of("new", 2),
                        EligibilityInputs.NEWCOMER.withHealth(HealthState.PENDING),
                        0);
        assertThat(pick()).isNotSameAs(newcomer);
        join("b", 0);
        queue.health(newcomer, HealthState.HEALTHY);
        assertThat(pick()).isSameAs(newcomer);
    }

    @Test
    void newcomerStaysNextThroughItsWholeSlowStart() {
        join("a", 0);
        join("b", 0);
        pass(60 * SECOND);
        Node newcomer = join("new", 60 * SECOND);
        pass(120 * SECOND);
        assertThat(pick()).isSameAs(newcomer);
    }

    /** One after the other is a moment's work; past one another it takes a minute and more. */
    @Test
    @Timeout(20)
    void manyNewcomersEndTheirSlowStartTogetherAndKeepTheirOrder() {
        int many = 200_000;
        Node[] newcomers = new Node[many];
        for (int i = 0; i < many; i++) {
            newcomers[i] = join("n-" + i, 0);
        }
        pass(60 * SECOND);
        for (int i = many - 1; i >= 0; i--) {
            assertThat(pick()).isSameAs(newcomers[i]);
        }
    }

    @Test
    @Timeout(20)
    void manyNewcomersThatGetAnotherWeightKeepTheirOrder() {
        int many = 100_000;
        Node[] newcomers = new Node[many];
        for (int i = 0; i < many; i++) {
            newcomers[i] = join("n-" + i, 0);
        }
        pass(60 * SECOND);
        for (Node newcomer : newcomers) {
            queue.update(
                    newcomer,
                    new EndpointSettings(newcomer.id(), newcomer.epoch(), 3, 0, Locality.UNKNOWN));
        }
        for (int i = many - 1; i >= 0; i--) {
            assertThat(pick()).isSameAs(newcomers[i]);
        }
    }

    @Test
    void newcomerIsNotDrownedByWhatFollows() {
        for (int i = 0; i < 9; i++) {
            join("old-" + i, 0);
        }
        pass(60 * SECOND);
        for (int i = 0; i < 90; i++) {
            pick();
        }
        Node newcomer = join("new", 60 * SECOND);
        int given = 0;
        for (int i = 0; i < 20; i++) {
            if (pick() == newcomer) {
                given++;
            }
        }
        // At a tenth of full strength one request weighs like ten: as much as each peer carries.
        assertThat(given).isBetween(1, 2);
        pass(60 * SECOND + Duration.ofSeconds(10).toNanos());
        for (int i = 0; i < 9; i++) {
            assertThat(pick()).isSameAs(newcomer);
        }
    }

    private Node join(String id, long now) {
        return queue.join(EndpointSettings.of(id, 1), EligibilityInputs.NEWCOMER, now);
    }

    private void pass(long now) {
        queue.tick(now);
    }

    private Node pick() {
        context.reset();
        return queue.acquire(context) instanceof Node node ? node : failed();
    }

    private static Node failed() {
        throw new AssertionError("no node was picked");
    }
}
