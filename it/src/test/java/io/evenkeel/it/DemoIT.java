package io.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.app.demo.Launched;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The first thing that a stranger runs. */
@Tag("A")
class DemoIT {
    @Test
    void demoPlaysOnceInUnderAMinuteAndLosesNothing() throws Exception {
        long begun = System.nanoTime();
        Output demo =
                Output.of(new ProcessBuilder(Launched.launcher().toString(), "demo", "--once"));
        assertThat(demo.text()).contains("kill -9", "drain", "return", " 0 lost");
        assertThat(demo.code()).as(demo.text()).isZero();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(60));
    }
}
