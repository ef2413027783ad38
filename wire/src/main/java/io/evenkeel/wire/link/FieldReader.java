package io.evenkeel.wire.link;

import io.evenkeel.wire.json.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Takes fields out of one JSON object and collects every problem instead of stopping at the first.
 * A field that is absent or null has its default; fields nobody asks for are ignored, so that a
 * newer peer may send more.
 */
final class FieldReader {
    private static final int SHOWN = 60;

    private final Json.Obj object;
    private final String prefix;
    private final List<String> problems;

    FieldReader(Json.Obj object) {
        this(object, "", new ArrayList<>());
    }

    private FieldReader(Json.Obj object, String prefix, List<String> problems) {
        this.object = object;
        this.prefix = prefix;
        this.problems = problems;
    }

    List<String> problems() {
        return problems;
    }

    <T> Parsed<T> parsed(java.util.function.Supplier<T> value) {
        return problems.isEmpty()
                ? new Parsed.Valid<>(value.get())
                : new Parsed.Invalid<>(problems);
    }

    void problem(String field, String seen, String expected) {
        problems.add(prefix + field + ": " + seen + " (expected: " + expected + ")");
    }

    boolean has(String name) {
        return present(name) != null;
    }

    /** A string that must be there and match. */
    String required(String name, Pattern pattern, String expected) {
        Json value = present(name);
        if (value == null) {
            problem(name, "missing", expected);
            return "";
        }
        return match(name, value, pattern, expected);
    }

    /** A string that must match if it is there. */
    String optional(String name, Pattern pattern, String expected, String otherwise) {
        Json value = present(name);
        return value == null ? otherwise : match(name, value, pattern, expected);
    }

    /** Free text of at most {@code longest} characters. */
    String text(String name, int longest, String otherwise) {
        Json value = present(name);
        if (value == null) {
            return otherwise;
        } else if (value instanceof Json.Text text && text.value().length() <= longest) {
            return text.value();
        }
        problem(name, seen(value), "a string of at most " + longest + " characters");
        return otherwise;
    }

    /** A string that no message to people may show, not even when it is wrong. */
    String secret(String name, int longest) {
        Json value = present(name);
        if (value instanceof Json.Text text && text.value().length() <= longest) {
            return text.value();
        } else if (value != null) {
            String seen =
                    value instanceof Json.Text text
                            ? text.value().length() + " characters"
                            : value.shape();
            problem(name, seen, "a string of at most " + longest + " characters");
        }
        return "";
    }

    /** An integer within bounds. */
    long integer(String name, long least, long most, long otherwise) {
        Json value = present(name);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof Json.Numeral number) {
            OptionalLong integer = number.integer();
            if (integer.isPresent()
                    && integer.getAsLong() >= least
                    && integer.getAsLong() <= most) {
                return integer.getAsLong();
            }
        }
        problem(name, seen(value), "an integer from " + least + " to " + most);
        return otherwise;
    }

    /** A number within bounds. */
    double real(String name, double least, double most, double otherwise) {
        Json value = present(name);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof Json.Numeral number
                && number.real() >= least
                && number.real() <= most) {
            return number.real();
        }
        problem(name, seen(value), "a number from " + least + " to " + most);
        return otherwise;
    }

    boolean bool(String name, boolean otherwise) {
        Json value = present(name);
        if (value == null) {
            return otherwise;
        } else if (value instanceof Json.Bool bool) {
            return bool.value();
        }
        problem(name, seen(value), "true or false");
        return otherwise;
    }

    /** The fields of a nested object, or none of them. */
    FieldReader object(String name) {
        Json value = present(name);
        if (value instanceof Json.Obj inner) {
            return new FieldReader(inner, prefix + name + ".", problems);
        } else if (value != null) {
            problem(name, seen(value), "an object");
        }
        return new FieldReader(new Json.Obj(Collections.emptyMap()), prefix + name + ".", problems);
    }

    /** A list of strings that match, at most {@code most}. */
    List<String> list(String name, int most, Pattern pattern, String expected) {
        Json value = present(name);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof Json.Array array)) {
            problem(name, seen(value), "an array of strings");
            return List.of();
        }
        if (array.items().size() > most) {
            problem(name, array.items().size() + " items", "at most " + most);
            return List.of();
        }
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < array.items().size(); i++) {
            texts.add(match(name + "[" + i + "]", array.items().get(i), pattern, expected));
        }
        return texts;
    }

    /**
     * An object of strings whose names and values match, at most {@code most}, in the order
     * written.
     */
    Map<String, String> map(String name, int most, Pattern key, Pattern text, String expected) {
        Json value = present(name);
        if (value == null) {
            return Map.of();
        }
        if (!(value instanceof Json.Obj map)) {
            problem(name, seen(value), "an object of strings");
            return Map.of();
        }
        if (map.fields().size() > most) {
            problem(name, map.fields().size() + " entries", "at most " + most);
            return Map.of();
        }
        Map<String, String> texts = new LinkedHashMap<>();
        for (Map.Entry<String, Json> entry : map.fields().entrySet()) {
            if (entry.getValue() instanceof Json.Text value1
                    && key.matcher(entry.getKey()).matches()
                    && text.matcher(value1.value()).matches()) {
                texts.put(entry.getKey(), value1.value());
            } else {
                problem(name + "." + shorten(entry.getKey()), seen(entry.getValue()), expected);
            }
        }
        return texts;
    }

    private String match(String name, Json value, Pattern pattern, String expected) {
        if (value instanceof Json.Text text && pattern.matcher(text.value()).matches()) {
            return text.value();
        }
        problem(name, seen(value), expected);
        return "";
    }

    private @Nullable Json present(String name) {
        Json value = object.field(name);
        return value instanceof Json.Null ? null : value;
    }

    private static String seen(Json value) {
        return value instanceof Json.Obj || value instanceof Json.Array
                ? value.shape()
                : shorten(value.text());
    }

    private static String shorten(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    }
}
