package io.evenkeel.wire.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/**
 * Writes compact UTF-8 JSON, one value. The caller opens and closes what it writes in order; a
 * mistake in that order is a bug of the caller and is not detected. Not thread-safe.
 */
public final class JsonWriter {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private byte[] out = new byte[128];
    private int size;
    private boolean comma;

    /** Begins an object. */
    public JsonWriter begin() {
        return open('{');
    }

    /** Ends the object begun last. */
    public JsonWriter end() {
        return close('}');
    }

    /** Begins an array. */
    public JsonWriter beginArray() {
        return open('[');
    }

    /** Ends the array begun last. */
    public JsonWriter endArray() {
        return close(']');
    }

    /** The name of the next value. */
    public JsonWriter name(String name) {
        separate();
        string(name);
        put(':');
        comma = false;
        return this;
    }

    /** A string; half of a surrogate pair is written as U+FFFD. */
    public JsonWriter value(String text) {
        separate();
        string(text);
        return this;
    }

    /** An integer. */
    public JsonWriter value(long number) {
        separate();
        ascii(Long.toString(number));
        return this;
    }

    /**
     * A number.
     *
     * @throws IllegalArgumentException if it is infinite or not a number, which JSON lacks
     */
    public JsonWriter value(double number) {
        if (!Double.isFinite(number)) {
            throw new IllegalArgumentException("number: " + number + " (expected: a finite one)");
        }
        separate();
        ascii(Double.toString(number));
        return this;
    }

    /** {@code true} or {@code false}. */
    public JsonWriter value(boolean truth) {
        separate();
        ascii(truth ? "true" : "false");
        return this;
    }

    /** Any value. */
    public JsonWriter value(Json value) {
        if (value instanceof Json.Text text) {
            return value(text.value());
        } else if (value instanceof Json.Numeral number) {
            separate();
            ascii(number.literal());
        } else if (value instanceof Json.Bool bool) {
            return value(bool.value());
        } else if (value instanceof Json.Array array) {
            beginArray();
            for (Json item : array.items()) {
                value(item);
            }
            endArray();
        } else if (value instanceof Json.Obj object) {
            begin();
            for (Map.Entry<String, Json> field : object.fields().entrySet()) {
                name(field.getKey()).value(field.getValue());
            }
            end();
        } else {
            separate();
            ascii("null");
        }
        return this;
    }

    /** A field with a string. */
    public JsonWriter field(String name, String text) {
        return name(name).value(text);
    }

    /** A field with an integer. */
    public JsonWriter field(String name, long number) {
        return name(name).value(number);
    }

    /** What was written so far. */
    public byte[] toBytes() {
        return Arrays.copyOf(out, size);
    }

    /** What was written so far, with a line feed behind it. */
    public byte[] toLine() {
        byte[] line = Arrays.copyOf(out, size + 1);
        line[size] = '\n';
        return line;
    }

    private JsonWriter open(char bracket) {
        separate();
        put(bracket);
        comma = false;
        return this;
    }

    private JsonWriter close(char bracket) {
        put(bracket);
        comma = true;
        return this;
    }

    private void separate() {
        if (comma) {
            put(',');
        }
        comma = true;
    }

    private void string(String text) {
        put('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                put('\\');
                put(c);
            } else if (c < 0x20) {
                control(c);
            } else if (c < 0x80) {
                put(c);
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                utf8(Character.toCodePoint(c, text.charAt(++i)));
            } else {
                utf8(Character.isSurrogate(c) ? 0xfffd : c);
            }
        }
        put('"');
    }

    private void control(char c) {
        put('\\');
        switch (c) {
            case '\n' -> put('n');
            case '\r' -> put('r');
            case '\t' -> put('t');
            default -> {
                ascii("u00");
                put(HEX[c >> 4]);
                put(HEX[c & 15]);
            }
        }
    }

    private void utf8(int c) {
        if (c < 0x800) {
            put(0xc0 + (c >> 6));
        } else {
            if (c < 0x10000) {
                put(0xe0 + (c >> 12));
            } else {
                put(0xf0 + (c >> 18));
                put(0x80 + ((c >> 12) & 0x3f));
            }
            put(0x80 + ((c >> 6) & 0x3f));
        }
        put(0x80 + (c & 0x3f));
    }

    private void ascii(String text) {
        for (int i = 0; i < text.length(); i++) {
            put(text.charAt(i));
        }
    }

    private void put(int b) {
        if (size == out.length) {
            out = Arrays.copyOf(out, size * 2);
        }
        out[size++] = (byte) b;
    }
}
