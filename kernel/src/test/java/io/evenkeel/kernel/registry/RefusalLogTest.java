package io.evenkeel.kernel.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.registry.AdmissionReply.Code;
import io.evenkeel.kernel.registry.AdmissionReply.Refused;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RefusalLogTest {
    private final RefusalLog log = new RefusalLog();

    private void note(String workload, long atMillis) {
        log.note(
                Registration.of("web", workload, "10.0.0.1:80", "n"),
                null,
                new Refused(Code.INVALID, "m".repeat(10_000), Duration.ZERO),
                7,
                atMillis);
    }

    @Test
    void oneThatComesAgainAndAgainDoesNotWashOutTheOthers() {
        note("quiet", 1);
        for (int i = 0; i < 10 * RefusalLog.CAPACITY; i++) {
            note("loud", 2 + i);
        }
        assertThat(log.latest()).extracting(Refusal::workload).containsExactly("loud", "quiet");
        Refusal loud = log.latest().getFirst();
        assertThat(loud.count()).isEqualTo(10L * RefusalLog.CAPACITY);
        assertThat(loud.firstMillis()).isEqualTo(2);
        assertThat(loud.lastMillis()).isEqualTo(1 + 10L * RefusalLog.CAPACITY);
    }

    @Test
    void floodOfDifferentOnesStaysBoundedInNumberAndSize() {
        for (int i = 0; i < 3 * RefusalLog.CAPACITY; i++) {
            note("w" + i, i);
        }
        assertThat(log.latest()).hasSize(RefusalLog.CAPACITY);
        assertThat(log.latest().getFirst().workload()).isEqualTo("w767");
        assertThat(log.latest()).allMatch(refusal -> refusal.message().length() < 300);
    }
}
