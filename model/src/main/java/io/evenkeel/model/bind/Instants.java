package io.evenkeel.model.bind;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;

/**
 * Reads times. Images of large clusters hold a time in every record, and the JDK's parser, which
 * takes many more forms, is then a tenth of all work of loading them.
 */
final class Instants {
    private static final int SECONDS_END = 19;
    private static final int NANO_DIGITS = 9;

    private Instants() {}

    /**
     * The time; anything but the usual form {@code 2026-01-31T12:00:00[.123456789]Z} is left to
     * {@link Instant#parse}.
     */
    static Instant parse(String text) {
        int last = text.length() - 1;
        boolean usual =
                last >= SECONDS_END
                        && text.charAt(4) == '-'
                        && text.charAt(7) == '-'
                        && text.charAt(10) == 'T'
                        && text.charAt(13) == ':'
                        && text.charAt(16) == ':'
                        && text.charAt(last) == 'Z';
        int year = usual ? number(text, 0, 4) : -1;
        int nanos = usual ? nanos(text, last) : -1;
        int second = usual ? number(text, 17, SECONDS_END) : -1;
        if (year < 0 || nanos < 0 || second > 59) {
            return Instant.parse(text);
        }
        try {
            LocalDate day = LocalDate.of(year, number(text, 5, 7), number(text, 8, 10));
            LocalTime time =
                    LocalTime.of(number(text, 11, 13), number(text, 14, 16), second, nanos);
            return Instant.ofEpochSecond(day.toEpochSecond(time, ZoneOffset.UTC), nanos);
        } catch (DateTimeException unusual) {
            return Instant.parse(text);
        }
    }

    /** The fraction of a second, -1 if what stands there is none. */
    private static int nanos(String text, int last) {
        int digits = last - SECONDS_END - 1;
        if (last == SECONDS_END) {
            return 0;
        } else if (digits < 1 || digits > NANO_DIGITS || text.charAt(SECONDS_END) != '.') {
            return -1;
        }
        int nanos = number(text, SECONDS_END + 1, last);
        for (int i = digits; i < NANO_DIGITS && nanos > 0; i++) {
            nanos *= 10;
        }
        return nanos;
    }

    /** A number of digits only, -1 if there is something else. */
    private static int number(String text, int from, int to) {
        int value = 0;
        for (int i = from; i < to; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value;
    }
}
