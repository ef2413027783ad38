package io.evenkeel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.balancing.QueueEvent;
import io.evenkeel.kernel.observe.MetricFamily;
import io.evenkeel.kernel.observe.ServiceEvent;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What happens in a queue under real requests is there for operators. */
class QueueEventsTest extends ProxySuite {
    @Test
    void ejectionUnderTrafficIsShownAsEventAndCountedByReason() {
        backend(talk -> {
            while (!talk.head().isEmpty()) {
                talk.send("HTTP/1.1 500 Broken\r\nContent-Length: 0\r\n\r\n");
            }
        });
        long beforeMillis = System.currentTimeMillis();
        await(
                "an ejection and a panic are shown",
                () -> {
                    client().send(get("/")).reply();
                    return gateway.events("default", SERVICE).size() >= 2;
                });
        List<ServiceEvent> events = gateway.events("default", SERVICE);
        assertThat(events)
                .anySatisfy(
                        event -> assertThat(event.event()).isInstanceOf(QueueEvent.Ejected.class))
                .allSatisfy(event ->
                        assertThat(event.atMillis())
                                .isBetween(beforeMillis - 1_000, System.currentTimeMillis() + 1));
        assertThat(samples("evenkeel_ejections", "reason", "consecutive-5xx")).isEqualTo(1);
        assertThat(samples("evenkeel_panic", "service", SERVICE)).isEqualTo(1);
        assertThat(gateway.events("default", "nobody")).isEmpty();
    }

    private double samples(String family, String label, String value) {
        return gateway.metrics(100).stream()
                .filter(metric -> metric.name().equals(family))
                .flatMap(metric -> metric.samples().stream())
                .filter(sample -> sample.labels().contains(new MetricFamily.Label(label, value)))
                .mapToDouble(sample -> ((MetricFamily.Value) sample).value())
                .sum();
    }
}
