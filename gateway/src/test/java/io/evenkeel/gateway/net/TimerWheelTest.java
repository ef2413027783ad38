package io.evenkeel.gateway.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class TimerWheelTest {
    private static final long MS = 1_000_000L;

    @Test
    void aTimerFiresInTheTickBehindItsDeadlineAndNeverBefore() {
        TimerWheel wheel = new TimerWheel(0);
        List<Long> fired = new ArrayList<>();
        Timer timer = new Timer(fired::add);
        wheel.schedule(timer, 100 * MS);
        wheel.advance(100 * MS - 1);
        assertThat(fired).isEmpty();
        assertThat(timer.isArmed()).isTrue();
        wheel.advance(100 * MS + TimerWheel.TICK_NANOS);
        assertThat(fired).hasSize(1);
        assertThat(timer.isArmed()).isFalse();
    }

    @Test
    void movingADeadlineAwayKeepsItsPlaceAndFiresAtTheNewOne() {
        TimerWheel wheel = new TimerWheel(0);
        List<Long> fired = new ArrayList<>();
        Timer timer = new Timer(fired::add);
        wheel.schedule(timer, 50 * MS);
        wheel.schedule(timer, 20_000 * MS);
        wheel.advance(19_999 * MS);
        assertThat(fired).isEmpty();
        wheel.advance(20_020 * MS);
        assertThat(fired).hasSize(1);
        assertThat(wheel.size()).isZero();
    }

    @Test
    void movingADeadlineNearFiresAtTheNewOne() {
        TimerWheel wheel = new TimerWheel(0);
        List<Long> fired = new ArrayList<>();
        Timer timer = new Timer(fired::add);
        wheel.schedule(timer, 3_000 * MS);
        wheel.schedule(timer, 30 * MS);
        assertThat(wheel.nextDeadlineNanos()).isLessThanOrEqualTo(30 * MS + TimerWheel.TICK_NANOS);
        wheel.advance(30 * MS + TimerWheel.TICK_NANOS);
        assertThat(fired).hasSize(1);
    }

    @Test
    void anActionMayCancelAnotherTimerOfTheSameTick() {
        TimerWheel wheel = new TimerWheel(0);
        int[] fired = new int[1];
        Timer second = new Timer(now -> fired[0]++);
        Timer first = new Timer(now -> wheel.cancel(second));
        wheel.schedule(first, 10 * MS);
        wheel.schedule(second, 10 * MS);
        wheel.advance(1_000 * MS);
        assertThat(fired[0]).isZero();
        assertThat(wheel.size()).isZero();
    }

    @Test
    void anActionMayArmItsOwnTimerAgain() {
        TimerWheel wheel = new TimerWheel(0);
        int[] fired = new int[1];
        Timer[] self = new Timer[1];
        self[0] =
                new Timer(now -> {
                    fired[0]++;
                    wheel.schedule(self[0], now + 50 * MS);
                });
        wheel.schedule(self[0], 50 * MS);
        for (long now = 0; now <= 1_000 * MS; now += MS) {
            wheel.advance(now);
        }
        assertThat(fired[0]).isBetween(16, 20);
    }

    @Test
    void anEmptyWheelHasNoDeadline() {
        TimerWheel wheel = new TimerWheel(7);
        assertThat(wheel.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
        Timer timer = new Timer(now -> {});
        wheel.schedule(timer, 9);
        wheel.cancel(timer);
        assertThat(wheel.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
    }

    /** Against a list of deadlines: nothing early, nothing later than a tick, nothing twice. */
    @Test
    void agreesWithASortedListOfDeadlines() {
        for (long s = 1; s <= 200; s++) {
            long seed = s;
            SplittableRandom random = new SplittableRandom(seed);
            long start = random.nextLong(1L << 40);
            TimerWheel wheel = new TimerWheel(start);
            Map<Integer, Long> expected = new HashMap<>();
            List<Timer> timers = new ArrayList<>();
            long[] now = {start};
            for (int i = 0; i < 50; i++) {
                int n = i;
                timers.add(
                        new Timer(at -> {
                            Long deadline = expected.remove(n);
                            assertThat(deadline)
                                    .as("seed %d: armed", seed)
                                    .isNotNull()
                                    .isLessThanOrEqualTo(at);
                        }));
            }
            for (int step = 0; step < 400; step++) {
                int n = random.nextInt(timers.size());
                switch (random.nextInt(4)) {
                    case 0, 1 -> {
                        long deadline = now[0] + random.nextLong(10_000 * MS);
                        wheel.schedule(timers.get(n), deadline);
                        expected.put(n, deadline);
                    }
                    case 2 -> {
                        wheel.cancel(timers.get(n));
                        expected.remove(n);
                    }
                    default -> {
                        now[0] += random.nextLong(random.nextInt(10) == 0 ? 20_000 * MS : 200 * MS);
                        wheel.advance(now[0]);
                        for (long deadline : expected.values()) {
                            assertThat(deadline + TimerWheel.TICK_NANOS)
                                    .as("seed %d: fired in time", seed)
                                    .isGreaterThan(now[0]);
                        }
                    }
                }
                assertThat(wheel.size()).as("seed %d", seed).isEqualTo(expected.size());
                long earliest =
                        expected.values().stream().min(Long::compare).orElse(Long.MAX_VALUE);
                if (earliest != Long.MAX_VALUE) {
                    assertThat(wheel.nextDeadlineNanos())
                            .as("seed %d", seed)
                            .isLessThanOrEqualTo(
                                    Math.max(now[0], earliest) + 2 * TimerWheel.TICK_NANOS);
                }
            }
        }
    }
}
