package io.evenkeel.agent.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.model.HostInventory;
import io.evenkeel.model.HostUse;
import io.evenkeel.model.bind.Size;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadingsTest {
    private static final long SECOND = 1_000_000_000L;

    private static ProcessorTime time(String line) {
        return ProcessorTime.read(line + "\ncpu0 1 2 3\n").orElseThrow();
    }

    @Test
    void coresInUseAreWhatWasNeitherIdleNorWaiting() {
        ProcessorTime before = time("cpu  100 0 100 1000 50 0 0 0 0 0");
        ProcessorTime after = time("cpu  150 10 120 1080 70 5 5 10 0 0");
        // 200 ticks passed; idle and waiting took 100 of them.
        assertThat(after.busyMillicores(before, 4)).isEqualTo(2_000);
        assertThat(after.busyMillicores(after, 4)).isZero();
        assertThat(before.busyMillicores(after, 4)).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "cpu",
                "cpu 1 2 3 4 5 6 7",
                "cpu0 1 2 3 4 5 6 7 8",
                "cpu 1 2 3 4 5 6 7 x",
                "cpu 1 2 3 4 5 6 7 99999999999999999999"
            })
    void whatIsNoLineOfAllProcessorsIsNotRead(String stat) {
        assertThat(ProcessorTime.read(stat)).isEmpty();
    }

    @Test
    void memoryInUseIsWhatProgramsCouldNotGet() {
        MemoryState memory =
                MemoryState.read(
                                "MemTotal:       16384 kB\nMemFree: 1 kB\nMemAvailable:    6144 kB\n")
                        .orElseThrow();
        assertThat(memory.total()).isEqualTo(Size.parse("16MiB"));
        assertThat(memory.used()).isEqualTo(Size.parse("10MiB"));
        assertThat(MemoryState.read("MemTotal: 16384 kB\n")).isEmpty();
        assertThat(MemoryState.read("MemTotal: -1 kB\nMemAvailable: 1 kB\n")).isEmpty();
    }

    @Test
    void onlyNewsAndOneReportAMinuteAreWorthAWrite() {
        UseReports reports =
                new UseReports(new HostInventory("a", "", "", 4, Size.parse("100MiB")));
        HostUse use = new HostUse(Instant.EPOCH, 1_000, Size.parse("50MiB"));
        assertThat(reports.worthTelling(0, use)).isTrue();
        reports.told(0, use);
        assertThat(reports.worthTelling(SECOND, use)).isFalse();
        HostUse almost = new HostUse(Instant.EPOCH, 1_199, Size.parse("46MiB"));
        assertThat(reports.worthTelling(SECOND, almost)).isFalse();
        HostUse busier = new HostUse(Instant.EPOCH, 1_200, Size.parse("50MiB"));
        assertThat(reports.worthTelling(SECOND, busier)).isTrue();
        HostUse fuller = new HostUse(Instant.EPOCH, 1_000, Size.parse("45MiB"));
        assertThat(reports.worthTelling(SECOND, fuller)).isTrue();
        assertThat(reports.worthTelling(60 * SECOND, use)).isTrue();
        reports.lost();
        assertThat(reports.worthTelling(SECOND, use)).isTrue();
    }
}
