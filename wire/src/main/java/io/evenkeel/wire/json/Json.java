package io.evenkeel.wire.json;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** One JSON value. Immutable and safe to share between threads. */
public sealed interface Json {

    /** A string; never holds half of a surrogate pair when it was read by {@link JsonReader}. */
    record Text(String value) implements Json {}

    /**
     * A number, kept as it was written, so that no digit is lost.
     *
     * @param literal matches the number grammar of RFC 8259 section 6
     */
    record Numeral(String literal) implements Json {

        /**
         * The value if it is written as an integer (no fraction, no exponent) that a long holds.
         */
        public OptionalLong integer() {
            // Longer literals cannot fit: 19 digits and a sign.
            if (literal.length() > 20) {
                return OptionalLong.empty();
            }
            for (int i = 0; i < literal.length(); i++) {
                char c = literal.charAt(i);
                if (c == '.' || c == 'e' || c == 'E') {
                    return OptionalLong.empty();
                }
            }
            try {
                return OptionalLong.of(Long.parseLong(literal));
            } catch (NumberFormatException outOfRange) {
                return OptionalLong.empty();
            }
        }

        /** The nearest double; infinite if the literal is beyond what a double holds. */
        public double real() {
            return Double.parseDouble(literal);
        }
    }

    /** {@code true} or {@code false}. */
    record Bool(boolean value) implements Json {}

    /** {@code null}. */
    record Null() implements Json {}

    /** A list in the order written. */
    record Array(List<Json> items) implements Json {
        public Array {
            items = List.copyOf(items);
        }
    }

    /** An object; its fields keep the order written. */
    record Obj(Map<String, Json> fields) implements Json {
        public Obj {
            fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
        }

        /** The value of the field, or null if there is none. */
        public @Nullable Json field(String name) {
            return fields.get(name);
        }
    }

    /** The value as compact JSON text. */
    default String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    /** The value as compact UTF-8 JSON. */
    default byte[] bytes() {
        return new JsonWriter().value(this).toBytes();
    }

    /** What the value is called in messages to people: "a string", "a number" and so on. */
    default String shape() {
        if (this instanceof Text) {
            return "a string";
        } else if (this instanceof Numeral) {
            return "a number";
        } else if (this instanceof Bool) {
            return "a boolean";
        } else if (this instanceof Array) {
            return "an array";
        } else if (this instanceof Obj) {
            return "an object";
        }
        return "null";
    }
}
