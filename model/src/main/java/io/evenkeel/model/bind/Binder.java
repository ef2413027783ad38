package io.evenkeel.model.bind;

import io.evenkeel.model.tree.Bound;
import io.evenkeel.model.tree.Problem;
import io.evenkeel.model.tree.Tree;
import io.evenkeel.model.tree.Tree.ObjectTree;
import java.util.Comparator;
import java.util.List;

/**
 * Binds trees to records and back.
 *
 * <p>A record's components are the keys. Types: text, whole and other numbers, booleans, {@link
 * java.time.Duration}, {@link java.time.Instant}, {@link java.nio.file.Path}, enums, types marked
 * {@link Written}, records, sealed interfaces of records (a key {@code type} names one), {@link
 * List}, {@link java.util.SortedMap} from text, and {@link java.util.Optional}. A component that is
 * not optional and has no {@link Default} is required. Optional rather than nullable, because an
 * annotation whose class is not shipped is not seen at run time.
 *
 * <p>Stateless; any thread. What is known of a type is worked out at its first use.
 */
public final class Binder {
    private static final Comparator<Problem> BY_PLACE =
            Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column);

    private Binder() {}

    /** The record that the tree describes, keys in camel case; or every problem. */
    public static <T> Bound<T> bind(Tree tree, Class<T> type) {
        return bind(tree, type, Naming.CAMEL_CASE);
    }

    /** The record that the tree describes, or every problem. */
    public static <T> Bound<T> bind(Tree tree, Class<T> type, Naming naming) {
        Binding binding = new Binding(naming);
        Object value = binding.value(tree, ValueType.of(type), null);
        if (value == null) {
            binding.problems().sort(BY_PLACE);
            return new Bound.Bad<>(binding.problems());
        }
        return new Bound.Good<>(type.cast(value));
    }

    /** The record with every component at its default; all must have one. */
    public static <T> T defaults(Class<T> type) {
        return bind(new ObjectTree(List.of(), -1, -1), type).orElseThrow();
    }

    /** The tree that binds to an equal record; keys in camel case. */
    public static Tree tree(Object record) {
        return tree(record, Naming.CAMEL_CASE);
    }

    /** The tree that binds to an equal record. Secrets are written as three asterisks. */
    public static Tree tree(Object record, Naming naming) {
        return Unbinding.tree(record, ValueType.of(record.getClass()), naming);
    }

    /** What is wrong with a record that was made by code rather than read; places are unknown. */
    public static List<Problem> problems(Object record) {
        return bind(tree(record), record.getClass()).problems();
    }
}
