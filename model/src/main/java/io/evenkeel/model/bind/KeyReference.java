package io.evenkeel.model.bind;

import io.evenkeel.model.bind.Shape.Part;
import io.evenkeel.model.bind.ValueType.Choice;
import io.evenkeel.model.bind.ValueType.Items;
import io.evenkeel.model.bind.ValueType.Labels;
import io.evenkeel.model.bind.ValueType.Maybe;
import io.evenkeel.model.bind.ValueType.Structure;
import java.util.ArrayList;
import java.util.List;

/**
 * One key of a text that binds to a record, for reference documents and defaults' tests.
 *
 * @param path from the record down: {@code healthCheck.interval}, {@code match.headers[].name}
 * @param expected what may be written, with its range
 * @param standard the default as it would be written; empty if there is none
 * @param about what the key means
 */
public record KeyReference(
        String path, String expected, boolean required, String standard, String about) {

    /** Every key of a record and of the records in it, in the order of the components. */
    public static List<KeyReference> of(Class<?> type, Naming naming) {
        List<KeyReference> keys = new ArrayList<>();
        collect(keys, "", type, naming, 0);
        return List.copyOf(keys);
    }

    private static void collect(
            List<KeyReference> keys, String prefix, Class<?> type, Naming naming, int depth) {
        if (depth > 8) {
            throw new IllegalStateException(type + " contains itself");
        }
        Shape shape = Shape.of(type);
        for (int i = 0; i < shape.parts().size(); i++) {
            Part part = shape.parts().get(i);
            String path = prefix + shape.keys(naming).get(i);
            Bounds bounds = part.bounds();
            String expected = expected(part.type()) + (bounds == null ? "" : ", " + bounds);
            String text = part.defaultText();
            keys.add(
                    new KeyReference(
                            path,
                            expected,
                            part.required(),
                            text == null ? "" : text,
                            part.about()));
            below(keys, path, part.type(), naming, depth);
        }
    }

    private static void below(
            List<KeyReference> keys, String path, ValueType type, Naming naming, int depth) {
        switch (type) {
            case Structure structure ->
                    collect(keys, path + ".", structure.type(), naming, depth + 1);
            case Choice choice ->
                    choice.types()
                            .forEach((word, member) ->
                                    collect(
                                            keys,
                                            path + "(" + word + ").",
                                            member,
                                            naming,
                                            depth + 1));
            case Items items -> below(keys, path + "[]", items.element(), naming, depth);
            case Labels labels -> below(keys, path + ".*", labels.value(), naming, depth);
            case Maybe maybe -> below(keys, path, maybe.value(), naming, depth);
            case ScalarType _ -> {}
        }
    }

    private static String expected(ValueType type) {
        return switch (type) {
            case Items items -> "list of " + items.element().expected();
            case Labels labels -> "object from text to " + labels.value().expected();
            case Maybe maybe -> expected(maybe.value());
            case Structure _, Choice _, ScalarType _ -> type.expected();
        };
    }
}
