package io.evenkeel.cli;

/** Ends a verb with exit code 1; the message is for people and says what to do. */
final class FailedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    FailedException(String message) {
        super(message, null, false, false);
    }
}
