package io.evenkeel.control.api;

import java.nio.charset.StandardCharsets;

/** The bytes of a request's or a reply's body. Immutable as long as nobody writes to the array. */
public final class ApiBody {
    /** No body. */
    public static final ApiBody EMPTY = new ApiBody(new byte[0]);

    private final byte[] bytes;

    private ApiBody(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Takes the array over. */
    public static ApiBody of(byte[] bytes) {
        return new ApiBody(bytes);
    }

    /** UTF-8. */
    public static ApiBody of(String text) {
        return new ApiBody(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The array itself, to be read only. */
    public byte[] bytes() {
        return bytes;
    }

    /** The bytes as UTF-8; what is malformed becomes U+FFFD. */
    public String text() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** How many. */
    public int size() {
        return bytes.length;
    }
}
