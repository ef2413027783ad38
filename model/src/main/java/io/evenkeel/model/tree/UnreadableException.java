package io.evenkeel.model.tree;

/** Ends the reading of a text at its first fault of syntax; never leaves this package. */
final class UnreadableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Problem problem;

    UnreadableException(int line, int column, String seen, String expected, String remedy) {
        super(seen, null, false, false);
        this.problem = new Problem("", line, column, seen, expected, remedy);
    }

    Problem problem() {
        return problem;
    }
}
