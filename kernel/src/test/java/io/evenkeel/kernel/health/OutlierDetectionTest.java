package io.evenkeel.kernel.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.kernel.health.OutlierDetection.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Envoy's names and semantics (requirement A6). */
class OutlierDetectionTest implements OutlierDetection.Changes {
    private static final long SECOND = 1_000_000_000L;
    private final List<String> changes = new ArrayList<>();
    private final int[] completed = new int[100];

    @Test
    void fiveFailuresInARowEject() {
        OutlierDetection detection = hosts(10, OutlierSettings.DEFAULT);
        for (int i = 0; i < 4; i++) {
            assertThat(record(detection, 3, Outcome.SERVER_ERROR)).isEqualTo(Reason.NONE);
        }
        assertThat(record(detection, 3, Outcome.SERVER_ERROR)).isEqualTo(Reason.CONSECUTIVE_5XX);
        assertThat(detection.isEjected(3)).isTrue();
    }

    /** Envoy's enforcing_consecutive_5xx: asked once for each row. */
    @Test
    void halfEnforcedHalfOfTheRowsEject() {
        int ejected = 0;
        for (int seed = 0; seed < 1_000; seed++) {
            OutlierDetection detection = hosts(10, enforcing(50), seed);
            for (int i = 0; i < 5; i++) {
                record(detection, 3, Outcome.SERVER_ERROR);
            }
            ejected += detection.isEjected(3) ? 1 : 0;
        }
        assertThat(ejected).isBetween(450, 550);
    }

    @Test
    void rowThatChanceSparedBeginsAnew() {
        int rows = 0;
        OutlierDetection detection = hosts(10, enforcing(1), 7);
        for (int i = 0; !detection.isEjected(3); i++) {
            record(detection, 3, Outcome.SERVER_ERROR);
            rows += i % 5 == 4 ? 1 : 0;
            assertThat(detection.isEjected(3) && i % 5 != 4).as("within a row").isFalse();
        }
        assertThat(rows).isGreaterThan(1);
    }

    @Test
    void notEnforcedNothingEjects() {
        OutlierDetection detection = hosts(10, enforcing(0), 1);
        for (int i = 0; i < 100; i++) {
            record(detection, 3, Outcome.GATEWAY_ERROR);
        }
        assertThat(detection.isEjected(3)).isFalse();
    }

    private static OutlierSettings enforcing(int percent) {
        OutlierSettings d = OutlierSettings.DEFAULT;
        return new OutlierSettings(
                d.consecutive5xx(),
                d.consecutiveGatewayFailure(),
                false,
                0,
                d.interval(),
                d.baseEjectionTime(),
                d.maxEjectionTime(),
                d.maxEjectionPercent(),
                true,
                d.successRateMinimumHosts(),
                d.successRateRequestVolume(),
                d.successRateStdevFactor(),
                new OutlierSettings.Enforcing(percent, percent, percent));
    }

    @Test
    void oneSuccessBreaksTheRow() {
        OutlierDetection detection = hosts(10, OutlierSettings.DEFAULT);
        for (int i = 0; i < 20; i++) {
            record(detection, 3, i % 5 == 4 ? Outcome.SUCCESS : Outcome.SERVER_ERROR);
        }
        assertThat(detection.isEjected(3)).isFalse();
    }

    @Test
    void cancelledAndUnsentRequestsNeitherCountNorBreakTheRow() {
        OutlierDetection detection = hosts(10, OutlierSettings.DEFAULT);
        for (int i = 0; i < 4; i++) {
            record(detection, 3, Outcome.SERVER_ERROR);
            record(detection, 3, Outcome.CANCELLED);
            record(detection, 3, Outcome.NOT_SENT);
        }
        assertThat(detection.isEjected(3)).isFalse();
        assertThat(record(detection, 3, Outcome.SERVER_ERROR)).isEqualTo(Reason.CONSECUTIVE_5XX);
    }

    @Test
    void gatewayFailuresHaveARowOfTheirOwn() {
        OutlierDetection detection = hosts(10, consecutive(0, 3, false, 0));
        for (int i = 0; i < 10; i++) {
            record(detection, 1, Outcome.SERVER_ERROR);
        }
        assertThat(detection.isEjected(1)).isFalse();
        record(detection, 1, Outcome.GATEWAY_ERROR);
        record(detection, 1, Outcome.SERVER_ERROR);
        record(detection, 1, Outcome.GATEWAY_ERROR);
        record(detection, 1, Outcome.GATEWAY_ERROR);
        assertThat(detection.isEjected(1)).isFalse();
        assertThat(record(detection, 1, Outcome.GATEWAY_ERROR))
                .isEqualTo(Reason.CONSECUTIVE_GATEWAY_FAILURE);
    }

    @Test
    void failuresWithoutAReplyCountAsGatewayFailuresUnlessSplit() {
        OutlierDetection joint = hosts(10, consecutive(0, 2, false, 2));
        record(joint, 1, Outcome.CONNECT_FAILED);
        assertThat(record(joint, 1, Outcome.TIMED_OUT))
                .isEqualTo(Reason.CONSECUTIVE_GATEWAY_FAILURE);

        OutlierDetection split = hosts(10, consecutive(2, 2, true, 3));
        record(split, 1, Outcome.CONNECT_FAILED);
        record(split, 1, Outcome.BROKEN);
        assertThat(split.isEjected(1)).isFalse();
        assertThat(record(split, 1, Outcome.TIMED_OUT))
                .isEqualTo(Reason.CONSECUTIVE_LOCAL_ORIGIN_FAILURE);
    }

    @Test
    void ejectedEndpointReturnsAfterBaseTime() {
        OutlierDetection detection = hosts(10, OutlierSettings.DEFAULT);
        eject(detection, 3, 0);
        tick(detection, 30 * SECOND - 1);
        assertThat(detection.isEjected(3)).isTrue();
        tick(detection, 30 * SECOND);
        assertThat(detection.isEjected(3)).isFalse();
        assertThat(changes).containsExactly("returned 3");
    }

    @Test
    void returnedEndpointStartsWithACleanRow() {
        OutlierDetection detection = hosts(10, OutlierSettings.DEFAULT);
        eject(detection, 3, 0);
        tick(detection, 30 * SECOND);
        assertThat(record(detection, 3, Outcome.SERVER_ERROR)).isEqualTo(Reason.NONE);
    }

    @Test
    void eachEjectionLastsLongerUpToTheMaximum() {
        OutlierDetection detection = hosts(10, OutlierSettings.DEFAULT);
        long now = 0;
        List<Long> lasted = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            eject(detection, 3, now);
            lasted.add((detection.returnsAtNanos(3) - now) / SECOND);
            // Straight to its return, and no whole interval in service.
            now = detection.returnsAtNanos(3);
            detection.tick(now, host -> completed[host], this);
            assertThat(detection.isEjected(3)).isFalse();
        }
        assertThat(lasted.subList(0, 3)).isSorted();
        assertThat(lasted).allMatch(seconds -> seconds <= 300);
    }

    @Test
    void everyIntervalInServiceForgivesOneEjection() {
        OutlierDetection detection = hosts(10, OutlierSettings.DEFAULT);
        tick(detection, 0);
        eject(detection, 3, 0);
        assertThat(detection.ejections(3)).isEqualTo(1);
        for (long now = 0; now <= 29 * SECOND; now += SECOND) {
            tick(detection, now);
        }
        assertThat(detection.ejections(3)).as("not while it is out").isEqualTo(1);
        for (long now = 30 * SECOND; now <= 50 * SECOND; now += SECOND) {
            tick(detection, now);
        }
        assertThat(detection.ejections(3)).isZero();
    }

    @Test
    void noMoreThanTheShareIsEjectedAtOnce() {
        OutlierDetection detection = hosts(20, OutlierSettings.DEFAULT);
        for (int host = 0; host < 20; host++) {
            for (int i = 0; i < 10; i++) {
                record(detection, host, Outcome.SERVER_ERROR);
            }
        }
        int ejected = 0;
        for (int host = 0; host < 20; host++) {
            ejected += detection.isEjected(host) ? 1 : 0;
        }
        assertThat(ejected).as("10 % of 20").isEqualTo(2);
    }

    @Test
    void oneMayBeEjectedEvenIfThatIsMoreThanTheShare() {
        OutlierDetection detection = hosts(3, OutlierSettings.DEFAULT);
        eject(detection, 0, 0);
        assertThat(detection.isEjected(0)).isTrue();
        for (int i = 0; i < 10; i++) {
            record(detection, 1, Outcome.SERVER_ERROR);
        }
        assertThat(detection.isEjected(1)).isFalse();
    }

    @Test
    void leavingMakesRoomForAnotherEjection() {
        OutlierDetection detection = hosts(3, OutlierSettings.DEFAULT);
        eject(detection, 0, 0);
        detection.remove(0);
        eject(detection, 1, 0);
        assertThat(detection.isEjected(1)).isTrue();
    }

    @Test
    void successRateFarBelowItsPeersEjects() {
        OutlierDetection detection = hosts(10, rates());
        interval(detection, 200, host -> host == 7 ? 60 : 1);
        assertThat(changes).containsExactly("ejected 7 SUCCESS_RATE");
    }

    @Test
    void equalRatesEjectNobodyHoweverBad() {
        OutlierDetection detection = hosts(10, rates());
        interval(detection, 200, _ -> 150);
        assertThat(changes).isEmpty();
    }

    @Test
    void tooFewRequestsAreNotCompared() {
        OutlierDetection detection = hosts(10, rates());
        interval(detection, 99, host -> host == 7 ? 60 : 1);
        assertThat(changes).isEmpty();
    }

    @Test
    void tooFewHostsAreNotCompared() {
        OutlierDetection detection = hosts(4, rates());
        interval(detection, 200, host -> host == 3 ? 150 : 1);
        assertThat(changes).isEmpty();
    }

    @Test
    void eachIntervalIsJudgedByItself() {
        OutlierDetection detection = hosts(10, rates());
        interval(detection, 200, _ -> 0);
        tick(detection, 20 * SECOND);
        assertThat(changes).isEmpty();
        for (int host = 0; host < 10; host++) {
            completed[host] += 50;
        }
        for (int i = 0; i < 40; i++) {
            detection.record(7, Outcome.SERVER_ERROR, 0);
        }
        tick(detection, 30 * SECOND);
        assertThat(changes).as("50 requests are too few").isEmpty();
    }

    @Test
    void settingsThatContradictEachOtherAreNamedTogether() {
        assertThatThrownBy(() ->
                        new OutlierSettings(
                                -1,
                                5,
                                false,
                                5,
                                Duration.ZERO,
                                Duration.ofSeconds(30),
                                Duration.ofSeconds(3),
                                101,
                                true,
                                5,
                                100,
                                1900,
                                OutlierSettings.Enforcing.ALWAYS))
                .hasMessageContaining("consecutive5xx: -1")
                .hasMessageContaining("interval: PT0S")
                .hasMessageContaining("maxEjectionPercent: 101")
                .hasMessageContaining("maxEjectionTime: PT3S");
    }

    @Override
    public void ejected(int host, Reason reason, long untilNanos) {
        changes.add("ejected " + host + " " + reason);
    }

    @Override
    public void returned(int host) {
        changes.add("returned " + host);
    }

    /** One interval in which every host completes so many requests, of which some fail. */
    private void interval(
            OutlierDetection detection,
            int requests,
            java.util.function.IntUnaryOperator failures) {
        tick(detection, 0);
        for (int host = 0; host < completed.length; host++) {
            completed[host] += requests;
        }
        for (int host = 0; host < 10; host++) {
            for (int i = 0; i < failures.applyAsInt(host); i++) {
                detection.record(host, Outcome.SERVER_ERROR, 0);
                detection.record(host, Outcome.SUCCESS, 0);
            }
        }
        tick(detection, 10 * SECOND);
    }

    private void tick(OutlierDetection detection, long now) {
        detection.tick(now, host -> completed[host], this);
    }

    private static void eject(OutlierDetection detection, int host, long now) {
        for (int i = 0; i < 5; i++) {
            detection.record(host, Outcome.SERVER_ERROR, now);
        }
    }

    private static Reason record(OutlierDetection detection, int host, Outcome outcome) {
        return detection.record(host, outcome, 0);
    }

    private static OutlierDetection hosts(int count, OutlierSettings settings) {
        return hosts(count, settings, 1);
    }

    private static OutlierDetection hosts(int count, OutlierSettings settings, long seed) {
        OutlierDetection detection = new OutlierDetection(settings, seed);
        for (int i = 0; i < count; i++) {
            detection.add(i);
        }
        return detection;
    }

    private static OutlierSettings consecutive(int all, int gateway, boolean split, int local) {
        OutlierSettings d = OutlierSettings.DEFAULT;
        return new OutlierSettings(
                all,
                gateway,
                split,
                local,
                d.interval(),
                d.baseEjectionTime(),
                d.maxEjectionTime(),
                d.maxEjectionPercent(),
                d.alwaysEjectOneHost(),
                0,
                0,
                0,
                OutlierSettings.Enforcing.ALWAYS);
    }

    private static OutlierSettings rates() {
        OutlierSettings d = OutlierSettings.DEFAULT;
        return new OutlierSettings(
                0,
                0,
                false,
                0,
                d.interval(),
                d.baseEjectionTime(),
                d.maxEjectionTime(),
                50,
                false,
                d.successRateMinimumHosts(),
                d.successRateRequestVolume(),
                d.successRateStdevFactor(),
                OutlierSettings.Enforcing.ALWAYS);
    }
}
