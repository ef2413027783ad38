package io.evenkeel.kernel.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.model.EndpointKey;
import org.junit.jupiter.api.Test;

class DepartedTest {
    private final Departed departed = new Departed();

    private static EndpointKey key(int number) {
        return new EndpointKey("default", "e" + number);
    }

    @Test
    void decisionsOutliveTheirEndpointForAnHour() {
        departed.left(key(1), 5);
        long hour = Departed.KEPT_FOR.toNanos();
        assertThat(departed.due(4 + hour, 10)).isEmpty();
        assertThat(departed.due(5 + hour, 10)).containsExactly(key(1));
        departed.forget(departed.due(5 + hour, 10));
        assertThat(departed.due(6 + hour, 10)).isEmpty();
    }

    @Test
    void churnUnderNewNamesKeepsThoseOfTheLatestOnly() {
        for (int i = 0; i < Departed.CAPACITY + 3; i++) {
            departed.left(key(i), i);
        }
        assertThat(departed.due(9_999, 2)).containsExactly(key(0), key(1));
        assertThat(departed.due(9_999, 100)).containsExactly(key(0), key(1), key(2));
    }
}
