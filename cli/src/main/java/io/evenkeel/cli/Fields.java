package io.evenkeel.cli;

import io.evenkeel.model.tree.Scalars;
import io.evenkeel.model.tree.Tree;
import io.evenkeel.model.tree.Tree.ArrayTree;
import io.evenkeel.model.tree.Tree.Entry;
import io.evenkeel.model.tree.Tree.ObjectTree;
import io.evenkeel.model.tree.Tree.Scalar;
import io.evenkeel.model.tree.Tree.ScalarKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * Looks into replies. They are read as trees rather than records: a newer server may say more than
 * this program knows, and is shown all the same.
 */
final class Fields {
    private Fields() {}

    /** The value at a path such as {@code spec.match.hosts}. */
    static Optional<Tree> at(Tree tree, String path) {
        Tree here = tree;
        for (String key : path.split("\\.", -1)) {
            Optional<Tree> next = child(here, key);
            if (next.isEmpty()) {
                return Optional.empty();
            }
            here = next.get();
        }
        return Optional.of(here);
    }

    private static Optional<Tree> child(Tree tree, String key) {
        if (tree instanceof ObjectTree object) {
            for (Entry entry : object.entries()) {
                if (entry.key().equals(key)) {
                    return Optional.of(entry.value());
                }
            }
        }
        return Optional.empty();
    }

    /** The value at a path on one line, or empty. */
    static String text(Tree tree, String path) {
        return at(tree, path).map(Fields::inline).orElse("");
    }

    /** The items of the list at a path; none if there is none. */
    static List<Tree> items(Tree tree, String path) {
        return at(tree, path).orElse(tree) instanceof ArrayTree array && at(tree, path).isPresent()
                ? array.items()
                : List.of();
    }

    /** A value on one line. */
    static String inline(Tree tree) {
        return switch (tree) {
            case Scalar scalar -> scalar.kind() == ScalarKind.NULL ? "" : scalar.text();
            case ArrayTree array -> {
                StringJoiner line = new StringJoiner(",");
                array.items().forEach(item -> line.add(inline(item)));
                yield line.toString();
            }
            case ObjectTree object when isNamed(object) ->
                    inline(object.entries().get(0).value())
                            + "="
                            + inline(object.entries().get(1).value());
            case ObjectTree object -> {
                StringJoiner line = new StringJoiner(",");
                for (Entry entry : object.entries()) {
                    line.add(entry.key() + "=" + inline(entry.value()));
                }
                yield line.toString();
            }
        };
    }

    /** A name with its value, or an alternative with its reason: short enough for one cell. */
    static boolean isNamed(Tree tree) {
        return tree instanceof ObjectTree object
                && object.entries().size() == 2
                && object.entries().stream().allMatch(entry -> entry.value() instanceof Scalar)
                && (object.entries().getFirst().key().equals("name")
                        || object.entries().getFirst().key().equals("alternative"));
    }

    /** The object without one of its keys. */
    static Tree without(Tree tree, String key) {
        if (!(tree instanceof ObjectTree object)) {
            return tree;
        }
        List<Entry> kept = new ArrayList<>();
        for (Entry entry : object.entries()) {
            if (!entry.key().equals(key)) {
                kept.add(entry);
            }
        }
        return new ObjectTree(kept, object.line(), object.column());
    }

    /** An object of texts and trees: key, value, key, value. */
    static Tree object(Object... keysAndValues) {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            Object value = keysAndValues[i + 1];
            Tree tree = value instanceof Tree given ? given : Scalars.text(value.toString());
            entries.add(new Entry(keysAndValues[i].toString(), tree, -1, -1));
        }
        return new ObjectTree(entries, -1, -1);
    }

    /** A list. */
    static Tree list(List<Tree> items) {
        return new ArrayTree(items, -1, -1);
    }
}
