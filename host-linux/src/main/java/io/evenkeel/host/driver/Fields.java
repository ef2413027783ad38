package io.evenkeel.host.driver;

import io.evenkeel.model.tree.Tree;
import io.evenkeel.model.tree.Tree.ArrayTree;
import io.evenkeel.model.tree.Tree.Entry;
import io.evenkeel.model.tree.Tree.ObjectTree;
import io.evenkeel.model.tree.Tree.Scalar;
import io.evenkeel.model.tree.Tree.ScalarKind;
import java.util.ArrayList;
import java.util.List;

/** Trees of the lines between a driver and who started it, made and read. Stateless; any thread. */
public final class Fields {
    private Fields() {}

    /** A text. */
    public static Tree text(String text) {
        return new Scalar(ScalarKind.STRING, text, false, -1, -1);
    }

    /** A whole number. */
    public static Tree number(long number) {
        return new Scalar(ScalarKind.NUMBER, Long.toString(number), false, -1, -1);
    }

    /** True or false. */
    public static Tree truth(boolean truth) {
        return new Scalar(ScalarKind.BOOLEAN, Boolean.toString(truth), false, -1, -1);
    }

    /** Texts in their order. */
    public static Tree texts(List<String> texts) {
        return list(texts.stream().map(Fields::text).toList());
    }

    /** Anything in its order. */
    public static Tree list(List<Tree> items) {
        return new ArrayTree(items, -1, -1);
    }

    /** An object of keys and values in turn. */
    public static ObjectTree object(Object... keysAndValues) {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            entries.add(new Entry((String) keysAndValues[i], (Tree) keysAndValues[i + 1], -1, -1));
        }
        return new ObjectTree(List.copyOf(entries), -1, -1);
    }

    /**
     * The value of a key.
     *
     * @throws IllegalArgumentException if this is no object with it, as for all below
     */
    public static Tree at(Tree tree, String key) {
        if (tree instanceof ObjectTree(List<Entry> entries, int _, int _)) {
            for (Entry entry : entries) {
                if (entry.key().equals(key)) {
                    return entry.value();
                }
            }
        }
        throw new IllegalArgumentException("no " + key);
    }

    /** Whether it is an object with this key. */
    public static boolean has(Tree tree, String key) {
        return tree instanceof ObjectTree(List<Entry> entries, int _, int _)
                && entries.stream().anyMatch(entry -> entry.key().equals(key));
    }

    /** The text of a key. */
    public static String textAt(Tree tree, String key) {
        return text(at(tree, key));
    }

    /** The text that a value is. */
    public static String text(Tree tree) {
        if (tree instanceof Scalar scalar && scalar.kind() == ScalarKind.STRING) {
            return scalar.text();
        }
        throw new IllegalArgumentException("no text");
    }

    /** The whole number of a key. */
    public static long numberAt(Tree tree, String key) {
        if (at(tree, key) instanceof Scalar scalar && scalar.kind() == ScalarKind.NUMBER) {
            return Long.parseLong(scalar.text());
        }
        throw new IllegalArgumentException("no number " + key);
    }

    /** Whether a key is true. */
    public static boolean truthAt(Tree tree, String key) {
        return truth(at(tree, key));
    }

    /** Whether a value is true. */
    public static boolean truth(Tree tree) {
        if (tree instanceof Scalar scalar && scalar.kind() == ScalarKind.BOOLEAN) {
            return scalar.text().equals("true");
        }
        throw new IllegalArgumentException("neither true nor false");
    }

    /** The items of a list. */
    public static List<Tree> items(Tree tree) {
        if (tree instanceof ArrayTree(List<Tree> items, int _, int _)) {
            return items;
        }
        throw new IllegalArgumentException("no list");
    }

    /** The texts of a list. */
    public static List<String> texts(Tree tree) {
        return items(tree).stream().map(Fields::text).toList();
    }
}
