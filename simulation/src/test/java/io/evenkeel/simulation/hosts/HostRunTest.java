package io.evenkeel.simulation.hosts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.kernel.failover.Profile;
import io.evenkeel.simulation.invariant.BrokenPromise;
import io.evenkeel.simulation.time.Seed;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class HostRunTest {
    /** Ten hours of twenty hosts: 200 host-hours. */
    private static final int SECONDS = 36_000;

    private static void unheard(String line) {}

    private static Profile profile(long seed) {
        return seed % 3 == 0 ? Profile.STANDARD : Profile.PATIENT;
    }

    private static HostRun.Result run(long seed, int seconds, HostJoints joints) {
        try {
            return HostRun.run(
                    new Seed(seed), seconds, profile(seed), joints, HostRunTest::unheard);
        } catch (BrokenPromise broken) {
            throw new AssertionError("seed " + seed + ": " + broken.getMessage(), broken);
        }
    }

    private static void runs(int count) {
        long hostHours = 0;
        long transients = 0;
        long failures = 0;
        long faults = 0;
        long confirmed = 0;
        long moved = 0;
        for (long seed = 1; seed <= count; seed++) {
            HostRun.Result result = run(seed, SECONDS, HostJoints.SOUND);
            hostHours += result.hostHours();
            transients += result.transients();
            failures += result.failures();
            faults += result.faults();
            confirmed += result.confirmed();
            moved += result.moved();
        }
        System.out.printf(
                "hosts: %d host-hours, %d transients, %d failures, %d other faults: %d confirmed,"
                        + " %d machines moved, 0 wrong recoveries, 0 disks with two writers%n",
                hostHours, transients, failures, faults, confirmed, moved);
        assertThat(transients * 24.0 / hostHours).isGreaterThanOrEqualTo(3);
        assertThat(confirmed).isGreaterThan(count);
        assertThat(moved).isGreaterThan(2L * count);
    }

    @Test
    void nobodyIsRecoveredWronglyInTwoThousandHostHours() {
        runs(10);
    }

    @Test
    @Tag("seeds")
    void nobodyIsRecoveredWronglyInTwentyThousandHostHours() {
        runs(100);
    }

    @Test
    @Tag("long")
    void nobodyIsRecoveredWronglyInAMillionHostHours() {
        runs(5_000);
    }

    @Test
    void sameSeedIsTheSameRun() {
        List<String> first = new ArrayList<>();
        List<String> second = new ArrayList<>();
        HostRun.Result one =
                HostRun.run(new Seed(7), SECONDS, Profile.PATIENT, HostJoints.SOUND, first::add);
        assertThat(
                        HostRun.run(
                                new Seed(7),
                                SECONDS,
                                Profile.PATIENT,
                                HostJoints.SOUND,
                                second::add))
                .isEqualTo(one);
        assertThat(second).isEqualTo(first).hasSizeGreaterThan(100);
    }

    private static void assertCaught(String promise, HostJoints planted) {
        assertThatThrownBy(
                        () -> {
                            for (long seed = 1; seed <= 20; seed++) {
                                run(seed, SECONDS, planted);
                            }
                        })
                .hasMessageContaining(promise);
    }

    @Test
    void startBeforeTheFenceIsCaught() {
        assertCaught("only from a fenced host", new HostJoints(false, true, true));
    }

    @Test
    void clientThatIsNotHeededIsCaught() {
        assertCaught("who gave a sign of life", new HostJoints(true, true, false));
    }
}
