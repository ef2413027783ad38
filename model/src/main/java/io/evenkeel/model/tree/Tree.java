package io.evenkeel.model.tree;

import java.util.List;

/** A value of YAML or JSON that knows where it was read; line and column are -1 if it was not. */
public sealed interface Tree {
    /** From 1, or -1. */
    int line();

    /** From 1, or -1. */
    int column();

    /** Entries in the order of the text; a key given twice is there twice. */
    record ObjectTree(List<Entry> entries, int line, int column) implements Tree {}

    /** A key, where it stands, and its value. */
    record Entry(String key, Tree value, int line, int column) {}

    /** A list. */
    record ArrayTree(List<Tree> items, int line, int column) implements Tree {}

    /**
     * One value.
     *
     * @param text as it was written; the decoded text of a string
     * @param plain whether it was written without quotes where quotes are optional (YAML, flags):
     *     then it may also be meant as text, whatever it looks like
     */
    record Scalar(ScalarKind kind, String text, boolean plain, int line, int column)
            implements Tree {}

    /** What a scalar looks like. */
    enum ScalarKind {
        /** Text. */
        STRING,
        /** A number in JSON's notation. */
        NUMBER,
        /** True or false. */
        BOOLEAN,
        /** Nothing. */
        NULL
    }
}
