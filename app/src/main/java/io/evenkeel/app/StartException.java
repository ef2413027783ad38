package io.evenkeel.app;

import org.jspecify.annotations.Nullable;

/**
 * A role can't start; the message is for the operator: what, value seen, value expected, remedy.
 */
final class StartException extends RuntimeException {
    private static final long serialVersionUID = 1;

    StartException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
