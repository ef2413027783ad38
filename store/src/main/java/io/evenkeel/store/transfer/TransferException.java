package io.evenkeel.store.transfer;

import org.jspecify.annotations.Nullable;

/** An export or import that could not be done; the message says what to do. */
public final class TransferException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Code {
        /** The file is cut, altered, of another version, or no export at all. */
        DAMAGED,
        /** The store to import into holds something already. Nothing was written. */
        NOT_EMPTY,
        /** An import into this store was begun and has not come to its end. */
        UNFINISHED,
        /** Another import into the same store took over. */
        TAKEN_OVER,
        /** The store does not answer, or takes no writes. */
        STORE
    }

    private final Code code;

    TransferException(Code code, String message) {
        this(code, message, null);
    }

    TransferException(Code code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    public Code code() {
        return code;
    }
}
