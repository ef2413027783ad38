package io.evenkeel.kernel.eligibility;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.kernel.eligibility.Eligibility.NotEligible;
import io.evenkeel.kernel.eligibility.Eligibility.Reason;
import io.evenkeel.model.AdminState;
import java.util.List;
import org.junit.jupiter.api.Test;

class EligibilityTest {
    private static final EligibilityInputs NEWCOMER = EligibilityInputs.NEWCOMER;

    @Test
    void selfRegisteredNewcomerIsEligible() {
        assertThat(Eligibility.of(NEWCOMER).isEligible()).isTrue();
    }

    @Test
    void eachInputAloneIsEnoughToKeepAnEndpointOut() {
        assertThat(reasons(NEWCOMER.withAdmin(AdminState.DRAIN)))
                .containsExactly(Reason.ADMIN_DRAIN);
        assertThat(reasons(NEWCOMER.withAdmin(AdminState.MAINT)))
                .containsExactly(Reason.ADMIN_MAINT);
        assertThat(reasons(NEWCOMER.withHealth(HealthState.UNHEALTHY)))
                .containsExactly(Reason.UNHEALTHY);
        assertThat(reasons(NEWCOMER.withHealth(HealthState.PENDING)))
                .containsExactly(Reason.NOT_YET_CHECKED);
        assertThat(reasons(NEWCOMER.withEjected(true))).containsExactly(Reason.EJECTED);
        assertThat(reasons(NEWCOMER.withSuspected(true))).containsExactly(Reason.SUSPECTED);
        assertThat(reasons(NEWCOMER.withDraining(true))).containsExactly(Reason.DRAINING);
        assertThat(reasons(NEWCOMER.withPresence(Presence.ABSENT))).containsExactly(Reason.ABSENT);
        assertThat(reasons(NEWCOMER.withPoolSharePercent(0))).containsExactly(Reason.NO_POOL_SHARE);
        assertThat(reasons(NEWCOMER.withAtCapacity(true))).containsExactly(Reason.AT_CAPACITY);
    }

    @Test
    void everyReasonIsNamedNotOnlyTheFirst() {
        EligibilityInputs all =
                new EligibilityInputs(
                        AdminState.MAINT,
                        HealthState.UNHEALTHY,
                        true,
                        true,
                        true,
                        Presence.ABSENT,
                        0,
                        true);
        assertThat(reasons(all)).hasSize(8);
    }

    @Test
    void endpointThatDialsAgainAfterAGatewayRestartIsEligibleMeanwhile() {
        assertThat(Eligibility.of(NEWCOMER.withPresence(Presence.GRACE)).isEligible()).isTrue();
    }

    @Test
    void panicOverridesConclusionsButNeitherOrdersNorFacts() {
        EligibilityInputs concluded = NEWCOMER.withEjected(true).withSuspected(true);
        assertThat(Eligibility.of(concluded).isUsableInPanic()).isTrue();
        assertThat(Eligibility.of(concluded.withAdmin(AdminState.MAINT)).isUsableInPanic())
                .isFalse();
        assertThat(Eligibility.of(concluded.withAdmin(AdminState.DRAIN)).isUsableInPanic())
                .isFalse();
        assertThat(Eligibility.of(concluded.withPresence(Presence.ABSENT)).isUsableInPanic())
                .isFalse();
        assertThat(Eligibility.of(concluded.withDraining(true)).isUsableInPanic()).isFalse();
        assertThat(Eligibility.of(concluded.withHealth(HealthState.UNHEALTHY)).isUsableInPanic())
                .isFalse();
        assertThat(Eligibility.of(concluded.withHealth(HealthState.PENDING)).isUsableInPanic())
                .isFalse();
    }

    @Test
    void shareOutOfRangeIsRefusedWithItsRange() {
        assertThatThrownBy(() -> NEWCOMER.withPoolSharePercent(101))
                .hasMessage("poolSharePercent: 101 (expected: 0..100)");
    }

    private static List<Reason> reasons(EligibilityInputs inputs) {
        return Eligibility.of(inputs) instanceof NotEligible no ? no.reasons() : List.of();
    }
}
