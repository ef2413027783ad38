package io.evenkeel.model.bind;

import java.time.Duration;

/** Durations as they are written in files: {@code 500ms}, {@code 30s}, {@code 5m}, {@code 2h}. */
public final class Durations {
    private static final long MAX_MILLIS = Duration.ofDays(3650).toMillis();

    private Durations() {}

    /** Takes a whole number with one of the units ms, s, m, h and d. */
    public static Duration parse(String text) {
        int digits = 0;
        while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
            digits++;
        }
        if (digits == 0 || digits > 15) {
            throw new IllegalArgumentException("no number");
        }
        long number = Long.parseLong(text.substring(0, digits));
        long unitMillis =
                switch (text.substring(digits)) {
                    case "ms" -> 1;
                    case "s" -> 1_000;
                    case "m" -> 60_000;
                    case "h" -> 3_600_000;
                    case "d" -> 86_400_000;
                    default -> throw new IllegalArgumentException("no unit");
                };
        if (number > MAX_MILLIS / unitMillis) {
            throw new IllegalArgumentException("longer than ten years");
        }
        return Duration.ofMillis(number * unitMillis);
    }

    /** The shortest whole number of one unit; what is below a millisecond is dropped. */
    public static String write(Duration duration) {
        long millis = duration.toMillis();
        if (millis == 0) {
            return "0s";
        }
        if (millis % 1_000 != 0) {
            return millis + "ms";
        }
        if (millis % 60_000 != 0) {
            return millis / 1_000 + "s";
        }
        return millis % 3_600_000 != 0 ? millis / 60_000 + "m" : millis / 3_600_000 + "h";
    }
}
