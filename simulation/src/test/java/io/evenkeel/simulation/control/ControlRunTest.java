package io.evenkeel.simulation.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.simulation.invariant.BrokenPromise;
import io.evenkeel.simulation.time.Seed;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ControlRunTest {
    /** Ten minutes. */
    private static final int SECONDS = 600;

    private static void unheard(String line) {}

    private static ControlRun.Result run(long seed, ControlJoints joints) {
        try {
            return ControlRun.run(new Seed(seed), SECONDS, joints, ControlRunTest::unheard);
        } catch (BrokenPromise broken) {
            throw new AssertionError("seed " + seed + ": " + broken.getMessage(), broken);
        }
    }

    private static void runs(int count) {
        long faults = 0;
        long terms = 0;
        long refused = 0;
        for (long seed = 1; seed <= count; seed++) {
            ControlRun.Result result = run(seed, ControlJoints.SOUND);
            assertThat(result.faults()).as("seed %d", seed).isGreaterThanOrEqualTo(20);
            faults += result.faults();
            terms += result.terms();
            refused += result.refused();
        }
        System.out.printf(
                "controls: %d runs of ten minutes, %d faults, %d terms, %d late writes refused%n",
                count, faults, terms, refused);
        assertThat(terms).isGreaterThan(10L * count);
        // Else it was not tried whether they are.
        assertThat(refused).isGreaterThan(count);
    }

    @Test
    void controlsKeepTheirPromisesUnderFaults() {
        runs(100);
    }

    @Test
    @Tag("long")
    void controlsKeepTheirPromisesUnderManyFaults() {
        runs(10_000);
    }

    @Test
    void sameSeedIsTheSameRun() {
        List<String> first = new ArrayList<>();
        List<String> second = new ArrayList<>();
        ControlRun.Result one =
                ControlRun.run(new Seed(7), SECONDS, ControlJoints.SOUND, first::add);
        assertThat(ControlRun.run(new Seed(7), SECONDS, ControlJoints.SOUND, second::add))
                .isEqualTo(one);
        assertThat(second).isEqualTo(first).hasSizeGreaterThan(50);
    }

    private static void assertCaught(String promise, ControlJoints planted) {
        assertThatThrownBy(
                        () -> {
                            for (long seed = 1; seed <= 100; seed++) {
                                run(seed, planted);
                            }
                        })
                .hasMessageContaining(promise);
    }

    @Test
    void writeWithoutTermIsCaught() {
        assertCaught("only while the lock is its own", new ControlJoints(false, false));
    }

    @Test
    void acknowledgementBeforeTheCommitIsCaught() {
        assertCaught("what was acknowledged is in the store", new ControlJoints(true, true));
    }
}
