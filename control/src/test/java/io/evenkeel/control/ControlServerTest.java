package io.evenkeel.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.control.api.ApiListen;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlServerTest {
    @TempDir Path directory;

    @Test
    void addressThatOthersReachIsRefusedWithTheRemedy() {
        assertThatThrownBy(() ->
                        RunningControl.in(
                                directory,
                                Optional.empty(),
                                config ->
                                        new ControlConfig(
                                                ApiListen.on(
                                                        new InetSocketAddress("0.0.0.0", 7082)),
                                                Optional.empty(),
                                                "test",
                                                new ControlConfig.Part.Alone())))
                .isInstanceOf(ControlStartException.class)
                .hasMessageContaining("0.0.0.0:7082")
                .hasMessageContaining("expected: a loopback address such as 127.0.0.1:7082")
                .hasMessageContaining("ssh -L");
    }

    @Test
    void portInUseIsNamedWithTheRemedy() throws Exception {
        try (RunningControl first = RunningControl.in(directory.resolve("a"))) {
            assertThatThrownBy(() ->
                            RunningControl.in(
                                    directory.resolve("b"),
                                    Optional.empty(),
                                    config -> ControlConfig.onLoopback(first.port(), "test")))
                    .isInstanceOf(ControlStartException.class)
                    .hasMessageContaining(":" + first.port())
                    .hasMessageContaining("choose another port");
        }
    }

    @Test
    void everyMetricOfApiAndJvmIsInTheReference() throws Exception {
        String reference = Files.readString(Path.of("../docs/reference/metrics.md"));
        try (RunningControl control = RunningControl.in(directory)) {
            String metrics = control.get("/metrics").response().body();
            assertThat(metrics.lines().filter(line -> line.startsWith("# TYPE ")))
                    .hasSizeGreaterThan(8)
                    .allSatisfy(line ->
                            assertThat(reference)
                                    .contains(
                                            "`"
                                                    + line.replaceFirst("# TYPE (\\S+) .*", "$1")
                                                    + "`"));
        }
    }
}
