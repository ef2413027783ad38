package io.evenkeel.control;

/** Control cannot start; the message says what was seen, what is expected and what to do. */
public final class ControlStartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With the whole message. */
    public ControlStartException(String message) {
        super(message);
    }

    /** With what failed underneath. */
    public ControlStartException(String message, Throwable cause) {
        super(message, cause);
    }
}
