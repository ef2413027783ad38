package io.evenkeel.host.foreign;

/** A native library, or a function in it, is not on this machine; the message names the package. */
public final class MissingLibraryException extends RuntimeException {
    private static final long serialVersionUID = 1;

    MissingLibraryException(String message) {
        super(message);
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
