package io.evenkeel.model.bind;

import org.jspecify.annotations.Nullable;

/** A range with its ends as they were written and as values. */
record Bounds(
        String minText, String maxText, @Nullable Comparable<?> min, @Nullable Comparable<?> max) {

    @SuppressWarnings("unchecked")
    boolean contains(Object value) {
        // Ends were parsed as the component's own type, so they compare with its values.
        return (min == null || ((Comparable<Object>) min).compareTo(value) <= 0)
                && (max == null || ((Comparable<Object>) max).compareTo(value) >= 0);
    }

    /** {@code >= 0}, {@code <= 10}, {@code >= 1ms and <= 1h}. */
    @Override
    public String toString() {
        if (maxText.isEmpty()) {
            return ">= " + minText;
        }
        return minText.isEmpty() ? "<= " + maxText : ">= " + minText + " and <= " + maxText;
    }
}
