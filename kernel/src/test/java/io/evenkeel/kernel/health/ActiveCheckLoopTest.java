package io.evenkeel.kernel.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.eligibility.HealthState;
import io.evenkeel.kernel.health.ActiveCheckLoop.Effect;
import io.evenkeel.kernel.health.ActiveCheckLoop.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Requirement A6: active checks decide on thresholds, and time comes in from outside. */
class ActiveCheckLoopTest {
    private static final long MILLI = 1_000_000L;
    private static final long SECOND = 1000 * MILLI;

    /** Interval 5 s, timeout 1 s, 2 passes, 3 failures. */
    private static final CheckSettings HTTP =
            new CheckSettings(
                    CheckSettings.Type.HTTP,
                    "/health",
                    0,
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(1),
                    2,
                    3,
                    200,
                    399);

    private final ActiveCheckLoop loop = new ActiveCheckLoop();
    private final List<Effect.Health> changes = new ArrayList<>();
    private final List<Effect.Probe> probes = new ArrayList<>();
    private final List<Effect.CancelProbe> cancelled = new ArrayList<>();

    @Test
    void newEndpointIsProbedAtOnceAndNotTrustedBefore() {
        step(0, new Event.Added("a", HTTP));
        assertThat(probes).hasSize(1);
        assertThat(loop.health("a")).isEqualTo(HealthState.PENDING);
    }

    @Test
    void firstResultDecidesAlone() {
        step(0, new Event.Added("a", HTTP));
        answer(MILLI, true);
        assertThat(loop.health("a")).isEqualTo(HealthState.HEALTHY);
        step(0, new Event.Added("b", HTTP));
        answer(MILLI, false);
        assertThat(loop.health("b")).isEqualTo(HealthState.UNHEALTHY);
    }

    @Test
    void onlyThreeFailuresInARowMakeUnhealthyAndTwoPassesHealthyAgain() {
        step(0, new Event.Added("a", HTTP));
        assertThat(after(true, false, false, true, false, false)).isEqualTo(HealthState.HEALTHY);
        assertThat(after(false)).isEqualTo(HealthState.UNHEALTHY);
        assertThat(after(true, false, true)).isEqualTo(HealthState.UNHEALTHY);
        assertThat(after(true)).isEqualTo(HealthState.HEALTHY);
        assertThat(changes)
                .extracting(Effect.Health::state)
                .containsExactly(
                        HealthState.PENDING,
                        HealthState.HEALTHY,
                        HealthState.UNHEALTHY,
                        HealthState.HEALTHY);
    }

    @Test
    void silenceIsAFailureAtTheTimeoutAndItsLateAnswerIsIgnored() {
        step(0, new Event.Added("a", HTTP));
        Effect.Probe silent = probes.getLast();
        step(SECOND - 1, new Event.Tick());
        assertThat(loop.health("a")).isEqualTo(HealthState.PENDING);
        step(SECOND, new Event.Tick());
        assertThat(loop.health("a")).isEqualTo(HealthState.UNHEALTHY);
        assertThat(cancelled).containsExactly(new Effect.CancelProbe("a", silent.token()));
        step(SECOND + 1, new Event.Probed("a", silent.token(), true, "200"));
        step(SECOND + 2, new Event.Probed("a", silent.token(), true, "200"));
        assertThat(loop.health("a")).isEqualTo(HealthState.UNHEALTHY);
    }

    @Test
    void probesStartAnIntervalApartWithAtMostATenthOfJitter() {
        step(0, new Event.Added("a", HTTP));
        long last = 0;
        for (int i = 0; i < 50; i++) {
            answer(last + 200 * MILLI, true);
            long due = loop.nextDueNanos();
            assertThat(due - last).isBetween(5 * SECOND, 5 * SECOND + SECOND / 2);
            step(due, new Event.Tick());
            last = due;
        }
        assertThat(probes).hasSize(51);
    }

    @Test
    void endpointsOfOneMomentSpreadOut() {
        for (int i = 0; i < 100; i++) {
            step(0, new Event.Added("e" + i, HTTP));
        }
        List<Effect.Probe> first = List.copyOf(probes);
        first.forEach(p -> step(MILLI, new Event.Probed(p.endpoint(), p.token(), true, "")));
        List<Long> dues = new ArrayList<>();
        while (dues.size() < 50) {
            long due = loop.nextDueNanos();
            dues.add(due);
            step(due, new Event.Tick());
        }
        assertThat(dues.stream().distinct().count()).isGreaterThan(40);
    }

    @Test
    void sameEventsGiveTheSameEffects() {
        assertThat(transcript()).isEqualTo(transcript());
    }

    private static List<Effect> transcript() {
        ActiveCheckLoop loop = new ActiveCheckLoop();
        List<Effect> effects = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            effects.addAll(loop.step(i, new Event.Added("e" + i, HTTP)));
        }
        for (int i = 0; i < 200; i++) {
            effects.addAll(loop.step(loop.nextDueNanos(), new Event.Tick()));
        }
        return effects;
    }

    @Test
    void loopThatWasItselfAsleepBlamesNobody() {
        step(0, new Event.Added("a", HTTP));
        answer(MILLI, true);
        step(loop.nextDueNanos(), new Event.Tick());
        long timeout = loop.nextDueNanos();
        for (int i = 0; i < 10; i++) {
            // Five seconds late each time.
            step(timeout + 5 * SECOND, new Event.Tick());
            timeout = loop.nextDueNanos();
        }
        assertThat(loop.health("a")).isEqualTo(HealthState.HEALTHY);
        assertThat(probes).as("asked again each time").hasSize(12);
    }

    @Test
    void removedEndpointIsNeitherProbedNorReported() {
        step(0, new Event.Added("a", HTTP));
        Effect.Probe probe = probes.getLast();
        step(1, new Event.Removed("a"));
        assertThat(cancelled).containsExactly(new Effect.CancelProbe("a", probe.token()));
        step(2, new Event.Probed("a", probe.token(), false, "refused"));
        step(100 * SECOND, new Event.Tick());
        assertThat(probes).hasSize(1);
        assertThat(loop.health("a")).isEqualTo(HealthState.UNCHECKED);
    }

    @Test
    void anotherCheckKeepsWhatIsKnownUntilItSaysOtherwise() {
        step(0, new Event.Added("a", HTTP));
        answer(MILLI, true);
        CheckSettings tcp =
                new CheckSettings(
                        CheckSettings.Type.TCP,
                        "/",
                        9,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(1),
                        2,
                        1,
                        200,
                        399);
        step(2 * MILLI, new Event.Added("a", tcp));
        assertThat(loop.health("a")).isEqualTo(HealthState.HEALTHY);
        assertThat(probes.getLast().settings()).isEqualTo(tcp);
        answer(3 * MILLI, false);
        assertThat(loop.health("a")).isEqualTo(HealthState.UNHEALTHY);
    }

    @Test
    void endpointWhoseCheckIsTurnedOffIsTrusted() {
        step(0, new Event.Added("a", HTTP));
        answer(MILLI, false);
        step(2 * MILLI, new Event.Added("a", CheckSettings.OFF));
        assertThat(changes.getLast().state()).isEqualTo(HealthState.UNCHECKED);
        step(100 * SECOND, new Event.Tick());
        assertThat(probes).hasSize(1);
    }

    /** The state after these results, each for the next probe due. */
    private HealthState after(boolean... results) {
        for (boolean passed : results) {
            int before = probes.size();
            if (!isAnswered()) {
                answer(loop.nextDueNanos() - SECOND / 2, passed);
                continue;
            }
            step(loop.nextDueNanos(), new Event.Tick());
            assertThat(probes).hasSize(before + 1);
            answer(loop.nextDueNanos() - SECOND / 2, passed);
        }
        return loop.health("a");
    }

    private long answered;

    private boolean isAnswered() {
        return !probes.isEmpty() && answered == probes.getLast().token();
    }

    private void answer(long now, boolean passed) {
        Effect.Probe probe = probes.getLast();
        answered = probe.token();
        step(now, new Event.Probed(probe.endpoint(), probe.token(), passed, "test"));
    }

    private void step(long now, Event event) {
        for (Effect effect : loop.step(now, event)) {
            switch (effect) {
                case Effect.Probe probe -> probes.add(probe);
                case Effect.Health health -> changes.add(health);
                case Effect.CancelProbe cancel -> cancelled.add(cancel);
            }
        }
    }
}
