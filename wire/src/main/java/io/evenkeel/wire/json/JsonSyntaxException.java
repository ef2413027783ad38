package io.evenkeel.wire.json;

/** The text is not JSON, or is beyond a limit. Cheap to throw: it has no stack trace. */
public final class JsonSyntaxException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int offset;

    JsonSyntaxException(int offset, String what) {
        super("at byte " + offset + ": " + what, null, false, false);
        this.offset = offset;
    }

    /** Where reading stopped, in bytes from the start of the text. */
    public int offset() {
        return offset;
    }
}
