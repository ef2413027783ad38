package io.evenkeel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.balancing.QueueEvent;
import io.evenkeel.kernel.health.OutlierDetection.Reason;
import io.evenkeel.kernel.observe.ServiceEvent;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventHistoryTest {
    private static final long MILLI = 1_000_000;

    private final EventHistory history = new EventHistory();

    @Test
    void keepsTheLastFewTheLatestFirstAtTheWallClockOfTheirHappening() {
        for (int i = 1; i <= EventHistory.CAPACITY + 9; i++) {
            history.add(new QueueEvent.Returned(i * MILLI, "e" + i), 100 * MILLI, 5_100);
        }
        List<ServiceEvent> events = history.latestFirst();
        assertThat(events).hasSize(EventHistory.CAPACITY);
        assertThat(events.getFirst())
                .isEqualTo(new ServiceEvent(5_073, new QueueEvent.Returned(73 * MILLI, "e73")));
        assertThat(events.getLast().atMillis()).isEqualTo(5_010);
    }

    @Test
    void countsEjectionsByReasonAndKnowsWhetherThereIsPanic() {
        history.add(new QueueEvent.Ejected(1, "a", Reason.SUCCESS_RATE, 9), 1, 1);
        history.add(new QueueEvent.Ejected(2, "b", Reason.SUCCESS_RATE, 9), 2, 2);
        history.add(new QueueEvent.PanicBegan(3, 1, 2), 3, 3);
        assertThat(history.ejections(Reason.SUCCESS_RATE)).isEqualTo(2);
        assertThat(history.ejections(Reason.CONSECUTIVE_5XX)).isZero();
        assertThat(history.panic()).isTrue();
        history.add(new QueueEvent.PanicEnded(4, 2, 2), 4, 4);
        assertThat(history.panic()).isFalse();
    }
}
