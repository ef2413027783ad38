package io.evenkeel.cli;

import io.evenkeel.model.bind.Durations;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A duration as in files: 500ms, 30s, 5m. */
final class DurationWord implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
        try {
            return Durations.parse(text);
        } catch (IllegalArgumentException bad) {
            throw new TypeConversionException(
                    "'" + text + "' (expected: a duration such as 500ms, 30s or 5m)");
        }
    }
}
