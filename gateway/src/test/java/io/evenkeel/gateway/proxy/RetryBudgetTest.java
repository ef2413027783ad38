package io.evenkeel.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class RetryBudgetTest {
    private static final long SECOND = 1_000_000_000L;

    private static int retries(RetryBudget budget, int tries, long now) {
        int granted = 0;
        for (int i = 0; i < tries; i++) {
            granted += budget.tryRetry(now) ? 1 : 0;
        }
        return granted;
    }

    @Test
    void aShareOfTheRequestsMayBeRetried() {
        RetryBudget budget = new RetryBudget(20, 0, 0);
        for (int i = 0; i < 100; i++) {
            budget.request();
        }
        assertThat(retries(budget, 100, 0)).isEqualTo(20);
    }

    @Test
    void aFewASecondMayBeRetriedWhateverTheRequests() {
        RetryBudget budget = new RetryBudget(0, 5, 0);
        assertThat(retries(budget, 100, 0)).isEqualTo(5);
        assertThat(retries(budget, 100, SECOND)).isEqualTo(5);
        assertThat(retries(budget, 100, 3 * SECOND)).isEqualTo(10);
    }

    @Test
    void aLongQuietTimeSavesUpNoMoreThanTenSeconds() {
        RetryBudget budget = new RetryBudget(0, 5, 0);
        assertThat(retries(budget, 1000, 3600 * SECOND)).isEqualTo(50);
    }

    @Test
    void manyRequestsSaveUpNoMoreThanAThousandAreWorth() {
        RetryBudget budget = new RetryBudget(10, 0, 0);
        for (int i = 0; i < 1_000_000; i++) {
            budget.request();
        }
        assertThat(retries(budget, 1000, 0)).isEqualTo(100);
    }

    @Test
    void noBudgetIsNoRetryAtOnce() {
        RetryBudget budget = new RetryBudget(20, 10, 0);
        budget.limits(0, 0);
        assertThat(retries(budget, 10, SECOND)).isZero();
    }

    @Test
    void lessThanOneASecondComesTogether() {
        RetryBudget budget = new RetryBudget(0, 0.5, 0);
        assertThat(retries(budget, 10, 0)).isZero();
        assertThat(retries(budget, 10, 2 * SECOND)).isEqualTo(1);
    }
}
