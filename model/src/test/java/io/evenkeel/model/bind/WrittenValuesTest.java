package io.evenkeel.model.bind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class WrittenValuesTest {
    @ParameterizedTest
    @CsvSource({
        "500ms,500",
        "0s,0",
        "0ms,0",
        "1s,1000",
        "90s,90000",
        "5m,300000",
        "2h,7200000",
        "1d,86400000",
        "3650d,315360000000"
    })
    void durationsAreAWholeNumberAndAUnit(String text, long millis) {
        assertThat(Durations.parse(text)).isEqualTo(Duration.ofMillis(millis));
        assertThat(Durations.parse(Durations.write(Duration.ofMillis(millis))))
                .isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "s", "5", "-5s", "+5s", "1.5s", "5 s", "5S", "5w", "3651d", "٣s", "5ss"})
    void otherDurationsAreRefused(String text) {
        assertThatThrownBy(() -> Durations.parse(text))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aDurationOfManyDigitsIsRefusedRatherThanWrapped() {
        assertThatThrownBy(() -> Durations.parse("9".repeat(15) + "h"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Durations.parse("9".repeat(40) + "h"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"0B,0", "512B,512", "64KiB,65536", "1MiB,1048576", "3GiB,3221225472"})
    void sizesAreAWholeNumberAndABinaryUnit(String text, long bytes) {
        assertThat(Size.parse(text)).isEqualTo(new Size(bytes)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "1KB", "1 KiB", "-1B", "1.5KiB", "kib", "9007199254740993TiB"})
    void otherSizesAreRefused(String text) {
        assertThatThrownBy(() -> Size.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "adress,address",
        "servcie,service",
        "health-check,healthCheck",
        "HealthCheck,healthCheck",
        "health_check,healthCheck",
        "lables,labels",
        "xyz,''",
        "id,''",
        "a,''"
    })
    void theNearestWordIsTheOneThatWasProbablyMeant(String word, String meant) {
        assertThat(Nearest.of(word, List.of("address", "service", "healthCheck", "labels", "kind")))
                .isEqualTo(meant);
        assertThat(Nearest.of("a".repeat(100_000), List.of("address"))).isEmpty();
    }
}
