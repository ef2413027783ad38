package io.evenkeel.model.bind;

import io.evenkeel.model.Words;
import io.evenkeel.model.tree.Scalars;
import io.evenkeel.model.tree.Tree.Scalar;
import io.evenkeel.model.tree.Tree.ScalarKind;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A type that is one scalar in a text.
 *
 * @param expected what is expected, as a noun phrase
 * @param words the allowed words, if they can be counted
 * @param parse the value; throws {@link IllegalArgumentException} if it is none
 * @param write the scalar that {@code parse} takes back
 * @param remedy what to do about a scalar that {@code parse} refused, or empty
 */
record ScalarType(
        String expected,
        List<String> words,
        Function<Scalar, Object> parse,
        Function<Object, Scalar> write,
        Function<Scalar, String> remedy)
        implements ValueType {

    /** The type of a class, or null if it is not one scalar. */
    static @Nullable ScalarType of(Class<?> type) {
        if (type == String.class) {
            return simple(
                    "a text",
                    scalar -> Words.shared(text(scalar)),
                    value -> Scalars.text((String) value));
        }
        if (type == int.class || type == Integer.class) {
            return simple(
                    "a whole number",
                    scalar -> Math.toIntExact(whole(scalar)),
                    value -> Scalars.number((Integer) value));
        }
        if (type == long.class || type == Long.class) {
            return simple(
                    "a whole number", ScalarType::whole, value -> Scalars.number((Long) value));
        }
        if (type == double.class || type == Double.class) {
            return simple(
                    "a number",
                    ScalarType::fraction,
                    value -> new Scalar(ScalarKind.NUMBER, String.valueOf(value), false, -1, -1));
        }
        if (type == boolean.class || type == Boolean.class) {
            return words(
                    List.of("true", "false"),
                    scalar -> {
                        require(scalar.kind() == ScalarKind.BOOLEAN);
                        return scalar.text().equalsIgnoreCase("true");
                    },
                    value -> Scalars.bool((Boolean) value));
        }
        if (type == Duration.class) {
            return new ScalarType(
                    "a duration such as 500ms, 30s, 5m or 2h",
                    List.of(),
                    scalar -> Durations.parse(string(scalar)),
                    value -> Scalars.text(Durations.write((Duration) value)),
                    scalar ->
                            scalar.kind() == ScalarKind.NUMBER
                                    ? "write the unit: " + scalar.text() + "s"
                                    : "");
        }
        if (type == Instant.class) {
            return simple(
                    "a time such as 2026-01-31T12:00:00Z",
                    ScalarType::instant,
                    value -> Scalars.text(value.toString()));
        }
        if (type == Path.class) {
            return simple(
                    "a path",
                    scalar -> Path.of(text(scalar)),
                    value -> Scalars.text(value.toString()));
        }
        if (type.isEnum()) {
            return constants(type);
        }
        Written written = type.getAnnotation(Written.class);
        return written == null ? null : written(type, written.value());
    }

    private static ScalarType simple(
            String expected, Function<Scalar, Object> parse, Function<Object, Scalar> write) {
        return new ScalarType(expected, List.of(), parse, write, _ -> "");
    }

    private static ScalarType words(
            List<String> words, Function<Scalar, Object> parse, Function<Object, Scalar> write) {
        String expected =
                words.size() == 2
                        ? words.getFirst() + " or " + words.getLast()
                        : "one of " + String.join(", ", words);
        return new ScalarType(
                expected,
                words,
                parse,
                write,
                scalar -> {
                    String nearest = Nearest.of(scalar.text(), words);
                    return nearest.isEmpty() ? "" : "did you mean " + nearest + "?";
                });
    }

    private static ScalarType constants(Class<?> type) {
        Map<String, Object> byWord = new LinkedHashMap<>();
        for (Object constant : type.getEnumConstants()) {
            byWord.put(Naming.constant(((Enum<?>) constant).name()), constant);
        }
        return words(
                new ArrayList<>(byWord.keySet()),
                scalar -> {
                    // The words true and false may be meant, with or without quotes.
                    Object constant = byWord.get(scalar.text());
                    if (constant == null || scalar.kind() == ScalarKind.NUMBER) {
                        throw new IllegalArgumentException("unknown word");
                    }
                    return constant;
                },
                value -> Scalars.text(Naming.constant(((Enum<?>) value).name())));
    }

    private static ScalarType written(Class<?> type, String expected) {
        MethodHandle parse;
        try {
            MethodHandles.Lookup lookup =
                    MethodHandles.privateLookupIn(type, MethodHandles.lookup());
            parse =
                    lookup.findStatic(type, "parse", MethodType.methodType(type, String.class))
                            .asType(MethodType.methodType(Object.class, String.class));
        } catch (ReflectiveOperationException bad) {
            throw new IllegalStateException(type + " has no parse(String)", bad);
        }
        return simple(
                expected,
                scalar -> {
                    require(
                            scalar.kind() == ScalarKind.STRING
                                    || scalar.kind() == ScalarKind.NUMBER
                                    || scalar.plain());
                    try {
                        return parse.invokeExact(scalar.text());
                    } catch (IllegalArgumentException bad) {
                        throw bad;
                    } catch (Throwable bad) {
                        throw new IllegalStateException(type + ".parse", bad);
                    }
                },
                value -> {
                    Scalar plain = Scalars.plain(value.toString());
                    return plain.kind() == ScalarKind.NUMBER
                            ? new Scalar(ScalarKind.NUMBER, plain.text(), false, -1, -1)
                            : Scalars.text(value.toString());
                });
    }

    private static String text(Scalar scalar) {
        require(scalar.kind() == ScalarKind.STRING || scalar.plain());
        return scalar.text();
    }

    private static String string(Scalar scalar) {
        require(scalar.kind() == ScalarKind.STRING);
        return scalar.text();
    }

    private static long whole(Scalar scalar) {
        require(scalar.kind() == ScalarKind.NUMBER);
        String text = scalar.text();
        // -0 is refused: it would come back as 0.
        return text.startsWith("-") && !text.equals("-0")
                ? Math.negateExact(WholeNumbers.parse(text.substring(1)))
                : WholeNumbers.parse(text);
    }

    private static double fraction(Scalar scalar) {
        require(scalar.kind() == ScalarKind.NUMBER);
        double value = Double.parseDouble(scalar.text());
        require(!Double.isInfinite(value));
        return value;
    }

    private static Instant instant(Scalar scalar) {
        try {
            return Instants.parse(string(scalar));
        } catch (DateTimeException bad) {
            throw new IllegalArgumentException("not a time", bad);
        }
    }

    private static void require(boolean good) {
        if (!good) {
            throw new IllegalArgumentException("another type");
        }
    }
}
