package io.evenkeel.kernel.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.kernel.health.OutlierDetection.Reason;
import io.evenkeel.kernel.health.OutlierSettings.Enforcing;
import io.evenkeel.kernel.health.OutlierSettings.FailurePercentage;
import io.evenkeel.kernel.health.OutlierSettings.Rows;
import io.evenkeel.kernel.health.OutlierSettings.SuccessRate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

/** Envoy's names and semantics (requirement A6). */
class OutlierDetectionTest implements OutlierDetection.Changes {
    private static final long SECOND = 1_000_000_000L;
    private static final SuccessRate RATES = OutlierSettings.DEFAULT.successRate();
    private static final FailurePercentage OFF_PERCENTAGE = new FailurePercentage(0, 5, 50);
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
        return settings(
                OutlierSettings.DEFAULT.rows(),
                false,
                10,
                RATES,
                OFF_PERCENTAGE,
                new Enforcing(percent, percent, percent, percent, percent, percent, percent));
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
    void hostThatFailsThePercentageIsEjectedHoweverItsPeersDo() {
        OutlierDetection detection = hosts(10, percentage(false, 100, 0));
        interval(detection, 100, host -> host == 7 ? 85 : 84);
        assertThat(changes).containsExactly("ejected 7 FAILURE_PERCENTAGE");
    }

    @Test
    void failurePercentageIsNotEnforcedUnlessAskedFor() {
        assertThat(OutlierSettings.DEFAULT.enforcing().failurePercentage()).isZero();
        OutlierDetection detection = hosts(10, percentage(false, 0, 0));
        interval(detection, 100, host -> host == 7 ? 100 : 0);
        assertThat(changes).isEmpty();
    }

    @Test
    void percentageOfTooFewRequestsOrHostsIsNotJudged() {
        OutlierDetection fewRequests = hosts(10, percentage(false, 100, 0));
        interval(fewRequests, 49, _ -> 49);
        OutlierDetection fewHosts = hosts(4, percentage(false, 100, 0));
        interval(fewHosts, 100, host -> host < 4 ? 100 : 0);
        assertThat(changes).isEmpty();
    }

    @Test
    void splitFailuresToReachAHostAreJudgedApartFromItsReplies() {
        OutlierDetection byReplies = hosts(10, percentage(true, 100, 0));
        interval(byReplies, 100, host -> host == 7 ? 90 : 0, Outcome.CONNECT_FAILED);
        assertThat(changes).as("its ten replies were good").isEmpty();
        OutlierDetection byContacts = hosts(10, percentage(true, 0, 100));
        Arrays.fill(completed, 0);
        interval(byContacts, 100, host -> host == 7 ? 90 : 0, Outcome.CONNECT_FAILED);
        assertThat(changes).containsExactly("ejected 7 FAILURE_PERCENTAGE_LOCAL_ORIGIN");
    }

    @Test
    void splitSuccessRatesOfReachingHostsAreComparedWithEachOther() {
        OutlierSettings split =
                settings(Rows.OFF, true, 50, RATES, OFF_PERCENTAGE, Enforcing.DEFAULT);
        OutlierDetection detection = hosts(10, split);
        interval(detection, 200, host -> host == 7 ? 60 : 1, Outcome.TIMED_OUT);
        assertThat(changes).containsExactly("ejected 7 LOCAL_ORIGIN_SUCCESS_RATE");
    }

    @Test
    void rowsOfFailuresToReachAHostEjectOnlyIfEnforced() {
        Enforcing not = new Enforcing(100, 100, 0, 100, 100, 0, 0);
        OutlierSettings split = settings(new Rows(0, 0, 2), true, 50, RATES, OFF_PERCENTAGE, not);
        OutlierDetection detection = hosts(10, split);
        for (int i = 0; i < 10; i++) {
            record(detection, 1, Outcome.CONNECT_FAILED);
        }
        assertThat(detection.isEjected(1)).isFalse();
    }

    @Test
    void settingsThatContradictEachOtherAreNamedTogether() {
        assertThatThrownBy(() ->
                        new OutlierSettings(
                                new Rows(-1, 5, 5),
                                false,
                                Duration.ZERO,
                                Duration.ofSeconds(30),
                                Duration.ofSeconds(3),
                                101,
                                true,
                                RATES,
                                new FailurePercentage(101, 5, 50),
                                Enforcing.DEFAULT))
                .hasMessageContaining("failurePercentageThreshold: 101")
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
    private void interval(OutlierDetection detection, int requests, IntUnaryOperator failures) {
        interval(detection, requests, failures, Outcome.SERVER_ERROR);
    }

    private void interval(
            OutlierDetection detection, int requests, IntUnaryOperator failures, Outcome failure) {
        tick(detection, 0);
        for (int host = 0; host < completed.length; host++) {
            completed[host] += requests;
        }
        for (int host = 0; host < 10; host++) {
            for (int i = 0; i < failures.applyAsInt(host); i++) {
                detection.record(host, failure, 0);
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
        return settings(
                new Rows(all, gateway, local),
                split,
                10,
                new SuccessRate(0, 0, 0),
                OFF_PERCENTAGE,
                Enforcing.DEFAULT);
    }

    private static OutlierSettings rates() {
        return settings(Rows.OFF, false, 50, RATES, OFF_PERCENTAGE, Enforcing.DEFAULT);
    }

    private static OutlierSettings percentage(boolean split, int replies, int contacts) {
        return settings(
                Rows.OFF,
                split,
                50,
                new SuccessRate(5, 100, 0),
                new FailurePercentage(85, 5, 50),
                new Enforcing(100, 100, 100, 100, 100, replies, contacts));
    }

    private static OutlierSettings settings(
            Rows rows,
            boolean split,
            int maxEjectionPercent,
            SuccessRate successRate,
            FailurePercentage failurePercentage,
            Enforcing enforcing) {
        OutlierSettings d = OutlierSettings.DEFAULT;
        return new OutlierSettings(
                rows,
                split,
                d.interval(),
                d.baseEjectionTime(),
                d.maxEjectionTime(),
                maxEjectionPercent,
                true,
                successRate,
                failurePercentage,
                enforcing);
    }
}
