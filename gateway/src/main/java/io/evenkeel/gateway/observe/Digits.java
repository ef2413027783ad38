package io.evenkeel.gateway.observe;

/** Spells numbers in decimal into arrays. Every division is by a constant: several times faster. */
final class Digits {
    private Digits() {}

    /** Writes a number that is not negative, without leading zeros. Returns where it ends. */
    static int write(long value, byte[] target, int at) {
        int length = 1;
        for (long rest = value / 10; rest > 0; rest /= 10) {
            length++;
        }
        return write(value, length, target, at);
    }

    /** Writes the last {@code length} digits of a number that is not negative. */
    static int write(long value, int length, byte[] target, int at) {
        long rest = value;
        for (int i = at + length - 1; i >= at; i--) {
            long tenth = rest / 10;
            target[i] = (byte) ('0' + (rest - tenth * 10));
            rest = tenth;
        }
        return at + length;
    }
}
