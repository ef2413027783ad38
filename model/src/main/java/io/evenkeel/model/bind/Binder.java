package io.evenkeel.model.bind;

import io.evenkeel.model.tree.Tree;

/** Binds trees to records and back. */
public final class Binder {
    private Binder() {}

    /** The record with every component at its default. */
    public static <T> T defaults(Class<T> type) {
        return bind(new Tree.ObjectTree(java.util.List.of(), -1, -1), type).orElseThrow();
    }

    /** The record that the tree describes (camelCase keys), or every problem. */
    public static <T> Bound<T> bind(Tree tree, Class<T> type) {
        return new Bound.Bad<>(java.util.List.of());
    }
}
