package io.evenkeel.gateway.observe;

/**
 * Spells points in time as RFC 3339 in UTC with microseconds. The part down to the second is kept
 * until the second changes. Days become dates by Howard Hinnant's {@code civil_from_days}.
 */
final class Timestamp {
    private static final int SECOND_BYTES = 19;

    private final byte[] second = new byte[SECOND_BYTES];
    private long spelled = Long.MIN_VALUE;

    /**
     * Writes nanoseconds since 1970 as {@code 2026-01-02T03:04:05.678901Z}. Returns where that
     * ends.
     */
    int write(long wallNanos, byte[] target, int at) {
        long seconds = Math.floorDiv(wallNanos, 1_000_000_000L);
        if (seconds != spelled) {
            spell(seconds);
            spelled = seconds;
        }
        System.arraycopy(second, 0, target, at, SECOND_BYTES);
        target[at + SECOND_BYTES] = '.';
        long micros = Math.floorMod(wallNanos, 1_000_000_000L) / 1000;
        int end = Digits.write(micros, 6, target, at + SECOND_BYTES + 1);
        target[end] = 'Z';
        return end + 1;
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
        Digits.write(year, 4, second, 0);
        second[4] = '-';
        Digits.write(month, 2, second, 5);
        second[7] = '-';
        Digits.write(day, 2, second, 8);
        second[10] = 'T';
        Digits.write(ofDay / 3600, 2, second, 11);
        second[13] = ':';
        Digits.write(ofDay / 60 % 60, 2, second, 14);
        second[16] = ':';
        Digits.write(ofDay % 60, 2, second, 17);
    }
}
