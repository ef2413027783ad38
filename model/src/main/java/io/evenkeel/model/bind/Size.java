package io.evenkeel.model.bind;

/**
 * An amount of memory or data.
 *
 * @param bytes 0 or more
 */
@Written("a size such as 512B, 64KiB, 16MiB or 2GiB")
public record Size(long bytes) implements Comparable<Size> {
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

    /** Checks the range. */
    public Size {
        if (bytes < 0) {
            throw new IllegalArgumentException("negative size");
        }
    }

    /** Takes a whole number with one of the units B, KiB, MiB, GiB and TiB. */
    public static Size parse(String text) {
        for (int unit = UNITS.length - 1; unit >= 0; unit--) {
            if (text.endsWith(UNITS[unit])) {
                String digits = text.substring(0, text.length() - UNITS[unit].length());
                long number = WholeNumbers.parse(digits);
                if (number > Long.MAX_VALUE >> (10 * unit)) {
                    throw new IllegalArgumentException("too large");
                }
                return new Size(number << (10 * unit));
            }
        }
        throw new IllegalArgumentException("no unit");
    }

    @Override
    public int compareTo(Size other) {
        return Long.compare(bytes, other.bytes);
    }

    @Override
    public String toString() {
        int unit = 0;
        while (bytes != 0 && unit + 1 < UNITS.length && bytes % (1L << (10 * (unit + 1))) == 0) {
            unit++;
        }
        return (bytes >> (10 * unit)) + UNITS[unit];
    }
}
