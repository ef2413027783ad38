package io.evenkeel.model.tree;

import java.util.List;
import java.util.StringJoiner;

/** What came of reading or binding: a value, or every problem. */
public sealed interface Bound<T> {
    /** It is well. */
    record Good<T>(T value) implements Bound<T> {}

    /** It is not; at least one problem, in the order of the text. */
    record Bad<T>(List<Problem> problems) implements Bound<T> {
        /** Copies the list. */
        public Bad {
            problems = List.copyOf(problems);
        }
    }

    /** The problems; none if it is well. */
    default List<Problem> problems() {
        return this instanceof Bad<T>(List<Problem> problems) ? problems : List.of();
    }

    /**
     * The value of a text that must be well, such as one this program wrote itself.
     *
     * @throws IllegalArgumentException with every problem in its message
     */
    default T orElseThrow() {
        return switch (this) {
            case Good<T>(T value) -> value;
            case Bad<T>(List<Problem> problems) -> {
                StringJoiner all = new StringJoiner("; ");
                problems.forEach(problem -> all.add(problem.toString()));
                throw new IllegalArgumentException(all.toString());
            }
        };
    }
}
