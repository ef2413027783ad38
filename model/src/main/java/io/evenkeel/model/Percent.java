package io.evenkeel.model;

import io.evenkeel.model.bind.WholeNumbers;
import io.evenkeel.model.bind.Written;

/**
 * A percentage.
 *
 * @param value 0 to 100
 */
@Written("a percentage from 0% to 100%, such as 10%")
public record Percent(int value) implements Comparable<Percent> {

    /** Checks the range. */
    public Percent {
        if (value < 0 || value > 100) {
            throw new IllegalArgumentException("percentage out of range");
        }
    }

    /** Takes {@code 10%} and {@code 10}. */
    public static Percent parse(String text) {
        return new Percent(
                WholeNumbers.parseInt(
                        text.endsWith("%") ? text.substring(0, text.length() - 1) : text));
    }

    @Override
    public int compareTo(Percent other) {
        return Integer.compare(value, other.value);
    }

    @Override
    public String toString() {
        return value + "%";
    }
}
