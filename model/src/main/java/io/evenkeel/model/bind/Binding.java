package io.evenkeel.model.bind;

import io.evenkeel.model.Words;
import io.evenkeel.model.bind.Shape.Part;
import io.evenkeel.model.bind.ValueType.Choice;
import io.evenkeel.model.bind.ValueType.Items;
import io.evenkeel.model.bind.ValueType.Labels;
import io.evenkeel.model.bind.ValueType.Maybe;
import io.evenkeel.model.bind.ValueType.Structure;
import io.evenkeel.model.tree.Problem;
import io.evenkeel.model.tree.Quoting;
import io.evenkeel.model.tree.Scalars;
import io.evenkeel.model.tree.Tree;
import io.evenkeel.model.tree.Tree.ArrayTree;
import io.evenkeel.model.tree.Tree.Entry;
import io.evenkeel.model.tree.Tree.ObjectTree;
import io.evenkeel.model.tree.Tree.Scalar;
import io.evenkeel.model.tree.Tree.ScalarKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One tree being bound. A value that cannot be bound is null, and its problem is in the list; work
 * goes on beside it. Confined to one call.
 */
final class Binding {
    /** Beyond these a text is hostile, or not meant for this type at all. */
    private static final int MAX_PROBLEMS = 100;

    private static final int SEEN_CHARACTERS = 80;

    private final Naming naming;
    private final List<Problem> problems = new ArrayList<>();

    /** Keys (strings) and indexes (integers) down to the current value. */
    private final List<Object> path = new ArrayList<>();

    Binding(Naming naming) {
        this.naming = naming;
    }

    List<Problem> problems() {
        return problems;
    }

    /**
     * The value, or null after reporting why there is none; {@code part} gives range and secrecy.
     */
    @Nullable Object value(Tree tree, ValueType type, @Nullable Part part) {
        return switch (type) {
            case ScalarType scalar -> scalar(tree, scalar, part);
            case Structure structure -> structure(tree, structure);
            case Choice choice -> choice(tree, choice);
            case Items items -> items(tree, items);
            case Labels labels -> labels(tree, labels);
            case Maybe maybe -> {
                Object value = value(tree, maybe.value(), part);
                yield value == null ? null : Optional.of(value);
            }
        };
    }

    private @Nullable Object scalar(Tree tree, ScalarType type, @Nullable Part part) {
        Bounds bounds = part == null ? null : part.bounds();
        if (!(tree instanceof Scalar scalar)) {
            return wrong(tree, expected(type, bounds), "");
        }
        Object value;
        try {
            value = type.parse().apply(scalar);
        } catch (IllegalArgumentException | ArithmeticException bad) {
            boolean secret = part != null && part.secret();
            return problem(
                    scalar.line(),
                    scalar.column(),
                    secret ? "***" : seen(scalar),
                    expected(type, bounds),
                    type.remedy().apply(scalar));
        }
        if (bounds != null && !bounds.contains(value)) {
            return wrong(tree, bounds.toString(), "");
        }
        return value;
    }

    private static String expected(ValueType type, @Nullable Bounds bounds) {
        return bounds == null ? type.expected() : type.expected() + ", " + bounds;
    }

    private @Nullable Object structure(Tree tree, Structure structure) {
        if (!(tree instanceof ObjectTree object)) {
            return wrong(tree, structure.expected(), "");
        }
        return record(object, Shape.of(structure.type()), "");
    }

    private @Nullable Object choice(Tree tree, Choice choice) {
        if (!(tree instanceof ObjectTree object)) {
            return wrong(tree, choice.expected(), "");
        }
        for (Entry entry : object.entries()) {
            if (entry.key().equals("type") && entry.value() instanceof Scalar scalar) {
                Class<?> type = choice.types().get(scalar.text());
                if (type != null) {
                    return record(object, Shape.of(type), "type");
                }
                path.add("type");
                String nearest = Nearest.of(scalar.text(), List.copyOf(choice.types().keySet()));
                wrong(
                        scalar,
                        "one of " + String.join(", ", choice.types().keySet()),
                        nearest.isEmpty() ? "" : "did you mean " + nearest + "?");
                path.removeLast();
                return null;
            }
        }
        return problem(tree.line(), tree.column(), "no key type", choice.expected(), "");
    }

    private @Nullable Object record(ObjectTree object, Shape shape, String ignoredKey) {
        int before = problems.size();
        List<Part> parts = shape.parts();
        @Nullable Entry[] given = new @Nullable Entry[parts.size()];
        @Nullable Object[] values = new @Nullable Object[parts.size()];
        List<String> keys = shape.keys(naming);
        int next = 0;
        for (Entry entry : object.entries()) {
            // What a program has written comes in the order of the components.
            int index =
                    next < keys.size() && keys.get(next).equals(entry.key())
                            ? next
                            : shape.indexOf(entry.key(), naming);
            next = index + 1;
            if (index < 0) {
                if (!entry.key().equals(ignoredKey)) {
                    unknown(entry, keys);
                }
                continue;
            }
            Entry first = given[index];
            if (first != null) {
                twice(entry, first);
                continue;
            }
            given[index] = entry;
            path.add(entry.key());
            Part part = parts.get(index);
            if (absent(entry.value())) {
                values[index] = missing(entry.line(), entry.column(), part, "nothing");
            } else {
                values[index] = value(entry.value(), part.type(), part);
            }
            path.removeLast();
        }
        for (int i = 0; i < given.length; i++) {
            if (given[i] == null) {
                path.add(keys.get(i));
                values[i] = missing(object.line(), object.column(), parts.get(i), "missing");
                path.removeLast();
            }
        }
        if (problems.size() > before) {
            return null;
        }
        Object made;
        try {
            made = shape.make(values);
        } catch (IllegalArgumentException bad) {
            String said = String.valueOf(bad.getMessage());
            return problem(object.line(), object.column(), said, "values that fit each other", "");
        }
        if (made instanceof Checked checked) {
            checked.check(new PlacedChecks(object, shape, given));
        }
        return problems.size() > before ? null : made;
    }

    private static boolean absent(Tree tree) {
        return tree instanceof Scalar scalar && scalar.kind() == ScalarKind.NULL;
    }

    private @Nullable Object missing(int line, int column, Part part, String seen) {
        Object value = part.whenMissing();
        return value == null
                ? problem(line, column, seen, expected(part.type(), part.bounds()), part.about())
                : value;
    }

    private void unknown(Entry entry, List<String> known) {
        String nearest = Nearest.of(entry.key(), known);
        path.add(Quoting.shorten(entry.key(), SEEN_CHARACTERS));
        problem(
                entry.line(),
                entry.column(),
                "unknown key",
                known.isEmpty() ? "no key" : "one of " + String.join(", ", known),
                nearest.isEmpty() ? "" : "did you mean " + nearest + "?");
        path.removeLast();
    }

    private void twice(Entry entry, Entry first) {
        path.add(entry.key());
        problem(
                entry.line(),
                entry.column(),
                "given twice",
                "once",
                first.line() < 0 ? "" : "the first is in line " + first.line());
        path.removeLast();
    }

    private @Nullable Object items(Tree tree, Items type) {
        if (!(tree instanceof ArrayTree array)) {
            return wrong(tree, type.expected(), "");
        }
        int before = problems.size();
        List<Object> values = new ArrayList<>(array.items().size());
        for (int i = 0; i < array.items().size(); i++) {
            path.add(i);
            Object value = value(array.items().get(i), type.element(), null);
            path.removeLast();
            if (value != null) {
                values.add(value);
            }
        }
        return problems.size() > before ? null : Collections.unmodifiableList(values);
    }

    private @Nullable Object labels(Tree tree, Labels type) {
        if (!(tree instanceof ObjectTree object)) {
            return wrong(tree, type.expected(), "");
        }
        int before = problems.size();
        TreeMap<String, Object> values = new TreeMap<>();
        for (Entry entry : object.entries()) {
            path.add(Quoting.shorten(entry.key(), SEEN_CHARACTERS));
            Object value = value(entry.value(), type.value(), null);
            if (value != null && values.putIfAbsent(Words.shared(entry.key()), value) != null) {
                problem(entry.line(), entry.column(), "given twice", "once", "");
            }
            path.removeLast();
        }
        return problems.size() > before ? null : Collections.unmodifiableSortedMap(values);
    }

    private @Nullable Object wrong(Tree tree, String expected, String remedy) {
        return problem(tree.line(), tree.column(), seen(tree), expected, remedy);
    }

    private @Nullable Object problem(
            int line, int column, String seen, String expected, String remedy) {
        if (problems.size() < MAX_PROBLEMS) {
            problems.add(new Problem(path(), line, column, seen, expected, remedy));
        }
        return null;
    }

    private static String seen(Tree tree) {
        return switch (tree) {
            case ObjectTree _ -> "an object";
            case ArrayTree _ -> "a list";
            case Scalar scalar when scalar.kind() == ScalarKind.NULL -> "nothing";
            case Scalar scalar -> {
                String text = Quoting.shorten(scalar.text(), SEEN_CHARACTERS);
                // Quotes show where the quotes are the mistake, and where there is nothing to see.
                boolean quoted =
                        scalar.kind() == ScalarKind.STRING && (text.isBlank() || looksOther(text));
                yield quoted ? "\"" + text + "\"" : text;
            }
        };
    }

    private static boolean looksOther(String text) {
        return Scalars.plain(text).kind() != ScalarKind.STRING;
    }

    private String path() {
        StringBuilder text = new StringBuilder();
        for (Object step : path) {
            if (step instanceof Integer index) {
                text.append('[').append(index).append(']');
            } else {
                text.append(text.isEmpty() ? "" : ".").append(step);
            }
        }
        return text.toString();
    }

    /** Gives the problems that a record finds in itself the places of its components. */
    private final class PlacedChecks implements Checks {
        private final ObjectTree object;
        private final Shape shape;
        private final @Nullable Entry[] given;

        PlacedChecks(ObjectTree object, Shape shape, @Nullable Entry[] given) {
            this.object = object;
            this.shape = shape;
            this.given = given;
        }

        @Override
        public void problem(String component, Object seen, String expected, String remedy) {
            int end = 0;
            while (end < component.length() && ".[".indexOf(component.charAt(end)) < 0) {
                end++;
            }
            Tree place = object;
            int depth = path.size();
            int index = shape.indexOf(component.substring(0, end), Naming.CAMEL_CASE);
            if (index >= 0) {
                path.add(shape.keys(naming).get(index));
                Entry entry = given[index];
                place = entry == null ? object : entry.value();
                String rest = component.substring(end);
                if (rest.startsWith("[") && rest.endsWith("]")) {
                    int item = WholeNumbers.parseInt(rest.substring(1, rest.length() - 1));
                    path.add(item);
                    if (place instanceof ArrayTree array && item < array.items().size()) {
                        place = array.items().get(item);
                    }
                } else if (rest.startsWith(".")) {
                    String key = rest.substring(1);
                    path.add(Quoting.shorten(key, SEEN_CHARACTERS));
                    if (place instanceof ObjectTree labels) {
                        place = named(labels, key);
                    }
                }
            }
            String text = Quoting.shorten(seen.toString(), SEEN_CHARACTERS);
            Binding.this.problem(
                    place.line(),
                    place.column(),
                    text.isBlank() ? "\"" + text + "\"" : text,
                    expected,
                    remedy);
            while (path.size() > depth) {
                path.removeLast();
            }
        }

        private static Tree named(ObjectTree object, String key) {
            for (Entry entry : object.entries()) {
                if (entry.key().equals(key)) {
                    return entry.value();
                }
            }
            return object;
        }
    }
}
