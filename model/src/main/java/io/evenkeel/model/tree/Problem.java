package io.evenkeel.model.tree;

/**
 * One thing wrong in a text.
 *
 * @param path where in the resource: {@code spec.match.hosts[0]}; empty for the whole
 * @param line from 1, or -1 if the value did not come from a text
 * @param column from 1, or -1
 * @param seen the value as it was written
 * @param expected what would have been right
 * @param remedy what to do, or empty if {@code expected} says it all
 */
public record Problem(
        String path, int line, int column, String seen, String expected, String remedy) {

    /** The problem without its place: {@code spec.weight: -1 (expected: >= 1)}. */
    public String message() {
        String start = path.isEmpty() ? seen : path + ": " + seen;
        String end = remedy.isEmpty() ? "" : "; " + remedy;
        return start + " (expected: " + expected + ")" + end;
    }

    /** The same problem below a prefix of the path. */
    public Problem under(String prefix) {
        String joined =
                path.isEmpty() || path.startsWith("[") ? prefix + path : prefix + "." + path;
        return new Problem(joined, line, column, seen, expected, remedy);
    }

    @Override
    public String toString() {
        return line < 0 ? message() : line + ":" + column + ": " + message();
    }
}
