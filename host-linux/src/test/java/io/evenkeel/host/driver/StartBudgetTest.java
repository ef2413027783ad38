package io.evenkeel.host.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StartBudgetTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final StartBudget budget = new StartBudget();

    @Test
    void fewStartsAreFreeAndFurtherOnesAreEarned() {
        long now = -SECOND;
        for (int i = 0; i < StartBudget.BURST; i++) {
            assertThat(budget.waitNanos(now)).isZero();
            budget.started(now);
        }
        assertThat(budget.waitNanos(now)).isEqualTo(2 * SECOND);
        assertThat(budget.waitNanos(now + 2 * SECOND)).isZero();
        budget.started(now + 2 * SECOND);
        assertThat(budget.waitNanos(now + 2 * SECOND)).isEqualTo(2 * SECOND);
        // Rest brings all of them back, and no more.
        long later = now + 1_000 * SECOND;
        for (int i = 0; i < StartBudget.BURST; i++) {
            assertThat(budget.waitNanos(later)).isZero();
            budget.started(later);
        }
        assertThat(budget.waitNanos(later)).isEqualTo(2 * SECOND);
    }

    @Test
    void failuresInSuccessionWaitLongerUpToTenSecondsAndAnAnswerEndsThat() {
        long now = 0;
        long[] waits = new long[12];
        for (int i = 0; i < waits.length; i++) {
            budget.failed(now);
            waits[i] = TimeUnit.NANOSECONDS.toMillis(budget.waitNanos(now));
        }
        assertThat(waits)
                .containsExactly(
                        100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000, 10_000, 10_000,
                        10_000);
        assertThat(budget.waitNanos(now + 10 * SECOND)).isZero();
        budget.answered();
        assertThat(budget.waitNanos(now)).isZero();
    }
}
