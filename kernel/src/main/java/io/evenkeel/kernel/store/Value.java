package io.evenkeel.kernel.store;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The bytes stored under a key, usually UTF-8 JSON. Immutable, compared by content. */
public final class Value {
    public static final Value EMPTY = new Value(new byte[0]);

    private final byte[] bytes;

    private Value(byte[] bytes) {
        this.bytes = bytes;
    }

    public static Value of(String text) {
        return new Value(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Copies {@code bytes}. */
    public static Value of(byte[] bytes) {
        return new Value(bytes.clone());
    }

    /** The value as UTF-8 text; malformed bytes become U+FFFD. */
    public String text() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** A copy of the bytes. */
    public byte[] toBytes() {
        return bytes.clone();
    }

    public int size() {
        return bytes.length;
    }

    /** Unsigned lexicographic order, as etcd compares values. */
    int compareBytes(Value other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Value value && Arrays.equals(bytes, value.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return bytes.length <= 64
                ? text()
                : text().substring(0, 40) + "... (" + bytes.length + " bytes)";
    }
}
