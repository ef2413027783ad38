package io.evenkeel.store.embedded;

import org.jspecify.annotations.Nullable;

/** The store cannot be opened; the message says what to do. */
public final class StoreOpenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Code {
        /** Another process has the directory. */
        IN_USE,
        /** The directory cannot be created, read or written. */
        INACCESSIBLE,
        /** The files are not readable as a store, or were written by a newer version. */
        UNREADABLE,
        /** The files end before something that was acknowledged. */
        ACKNOWLEDGED_LOST
    }

    private final Code code;

    StoreOpenException(Code code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    public Code code() {
        return code;
    }
}
