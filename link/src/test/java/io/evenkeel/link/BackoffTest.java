package io.evenkeel.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private final Random random = new Random(1);
    private final Backoff backoff = new Backoff(100, 1_000);

    @Test
    void waitsDoubleUpToTheMostAndAreJittered() {
        long[] most = {100, 200, 400, 800, 1_000, 1_000};
        for (long expected : most) {
            assertThat(backoff.next(0, random)).isBetween(expected / 2, expected);
        }
    }

    @Test
    void linkThatIsCutAtOnceDoesNotStartItOver() {
        for (int i = 0; i < 5; i++) {
            backoff.linked(i);
            backoff.next(i + 10, random);
        }
        assertThat(backoff.next(100, random)).isGreaterThanOrEqualTo(500);
    }

    @Test
    void linkThatStoodStartsItOver() {
        for (int i = 0; i < 5; i++) {
            backoff.next(0, random);
        }
        backoff.linked(0);
        assertThat(backoff.next(1_000, random)).isLessThanOrEqualTo(100);
    }
}
