package io.evenkeel.wire.link;

import java.util.List;

/** The outcome of reading something: the thing, or everything that is wrong with it. */
public sealed interface Parsed<T> {

    /** It was read. */
    record Valid<T>(T value) implements Parsed<T> {}

    /**
     * It was not.
     *
     * @param problems at least one, each a sentence with field, value seen and value expected
     */
    record Invalid<T>(List<String> problems) implements Parsed<T> {
        public Invalid {
            problems = List.copyOf(problems);
        }
    }
}
