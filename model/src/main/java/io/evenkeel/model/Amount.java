package io.evenkeel.model;

import io.evenkeel.model.bind.WholeNumbers;
import io.evenkeel.model.bind.Written;

/**
 * A number of things, or a percentage of all of them.
 *
 * @param value 0 or more; at most 100 for a percentage
 */
@Written("a number such as 2, or a percentage such as 25%")
public record Amount(int value, boolean percent) {

    /** Checks the range. */
    public Amount {
        if (value < 0 || (percent && value > 100)) {
            throw new IllegalArgumentException("amount out of range");
        }
    }

    /** Takes {@code 2} and {@code 25%}. */
    public static Amount parse(String text) {
        boolean percent = text.endsWith("%");
        return new Amount(
                WholeNumbers.parseInt(percent ? text.substring(0, text.length() - 1) : text),
                percent);
    }

    /** So many of {@code total}, a fraction counted as a whole. */
    public int roundedUp(int total) {
        return percent ? (int) (((long) total * value + 99) / 100) : value;
    }

    /** So many of {@code total}, a fraction dropped. */
    public int roundedDown(int total) {
        return percent ? (int) ((long) total * value / 100) : value;
    }

    @Override
    public String toString() {
        return percent ? value + "%" : Integer.toString(value);
    }
}
