package io.evenkeel.kernel.decision;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DecisionRingTest {
    @Test
    void keepsTheLatestThirtyTwoInOrder() {
        DecisionRing ring = DecisionRing.EMPTY;
        for (int number = 0; number < 100; number++) {
            ring = ring.with(record(number));
        }
        assertThat(ring.records())
                .isEqualTo(IntStream.range(68, 100).mapToObj(DecisionRingTest::record).toList());
    }

    @Test
    void leavesTheOlderRingAsItWas() {
        DecisionRing one = DecisionRing.EMPTY.with(record(1));
        one.with(record(2));
        assertThat(one.records()).containsExactly(record(1));
    }

    private static DecisionRecord record(int number) {
        return DecisionRecord.of(number, "registry", number, "rule", "did " + number, List.of());
    }
}
