package io.evenkeel.gateway.observe;

import java.nio.ByteBuffer;

/**
 * Spells points in time as RFC 3339 in UTC with microseconds. The part down to the second is kept
 * until the second changes. Days become dates by Howard Hinnant's {@code civil_from_days}.
 */
final class Timestamp {
    private static final int SECOND_BYTES = 19;

    private final byte[] second = new byte[SECOND_BYTES];
    private long spelled = Long.MIN_VALUE;

    /** Writes nanoseconds since 1970 as {@code 2026-01-02T03:04:05.678901Z}. */
    void write(long wallNanos, ByteBuffer target) {
        long seconds = Math.floorDiv(wallNanos, 1_000_000_000L);
        if (seconds != spelled) {
            spell(seconds);
            spelled = seconds;
        }
        target.put(second).put((byte) '.');
        long micros = Math.floorMod(wallNanos, 1_000_000_000L) / 1000;
        for (long divisor = 100_000; divisor > 0; divisor /= 10) {
            target.put((byte) ('0' + micros / divisor % 10));
        }
        target.put((byte) 'Z');
    }

    private void spell(long seconds) {
        long days = Math.floorDiv(seconds, 86_400L);
        int ofDay = (int) Math.floorMod(seconds, 86_400L);
        long shifted = days + 719_468; // days since 0000-03-01
        long era = Math.floorDiv(shifted, 146_097L);
        long ofEra = shifted - era * 146_097;
        long yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365;
        long ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        long marchMonth = (5 * ofYear + 2) / 153;
        int day = (int) (ofYear - (153 * marchMonth + 2) / 5 + 1);
        int month = (int) (marchMonth < 10 ? marchMonth + 3 : marchMonth - 9);
        int year = (int) (yearOfEra + era * 400 + (month <= 2 ? 1 : 0));
        digits(0, 4, year);
        second[4] = '-';
        digits(5, 2, month);
        second[7] = '-';
        digits(8, 2, day);
        second[10] = 'T';
        digits(11, 2, ofDay / 3600);
        second[13] = ':';
        digits(14, 2, ofDay / 60 % 60);
        second[16] = ':';
        digits(17, 2, ofDay % 60);
    }

    private void digits(int at, int count, int value) {
        int rest = value;
        for (int i = at + count - 1; i >= at; i--) {
            second[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }
}
