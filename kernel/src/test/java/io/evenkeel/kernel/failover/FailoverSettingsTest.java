package io.evenkeel.kernel.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FailoverSettingsTest {
    private static final FailoverSettings OF = Profile.PATIENT.settings();

    private static FailoverSettings with(
            long aliveTtl, long deathTtl, long lockTtl, long round, Duration expiry, int share) {
        return new FailoverSettings(
                Duration.ofSeconds(aliveTtl),
                Duration.ofSeconds(2),
                Duration.ofSeconds(deathTtl),
                Duration.ofSeconds(lockTtl),
                Duration.ofSeconds(round),
                Duration.ofSeconds(round),
                Duration.ofSeconds(round),
                OF.fenceTimeout(),
                expiry,
                OF.fenceReassert(),
                new Breaker(2, share),
                Set.of());
    }

    @Test
    void patientIsFiveMinutesAndHalfAMinute() {
        assertThat(OF.deathTtl()).isEqualTo(Duration.ofMinutes(5));
        assertThat(OF.lockTtl()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void everyRelationThatFailsIsNamed() {
        assertThatThrownBy(() -> with(5, 10, 2, 3, Duration.ofDays(1), 0))
                .hasMessageContaining("alive-ttl: PT5S (expected: >= PT6S, 3 x alive-renewal")
                .hasMessageContaining("lock-ttl: PT2S (expected: >= PT9S, round-interval +")
                .hasMessageContaining("fence-expiry: PT24H (expected: >= PT720H")
                .hasMessageContaining("breaker-share: 0")
                .hasMessageNotContaining("death-ttl: ");
        assertThatThrownBy(() -> with(60, 10, 10, 3, OF.fenceExpiry(), 30))
                .hasMessageContaining("death-ttl + lock-ttl: PT20S (expected: >= PT1M, alive-ttl");
    }

    @Test
    void breakerNeedsTwoAndMoreThanTheShare() {
        Breaker breaker = new Breaker(2, 30);
        assertThat(breaker.holds(1, 1)).isFalse();
        assertThat(breaker.holds(3, 10)).isFalse();
        assertThat(breaker.holds(4, 10)).isTrue();
        assertThat(breaker.holds(2, 3)).isTrue();
    }
}
