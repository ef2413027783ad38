package io.evenkeel.cli;

import io.evenkeel.model.tree.Tree;
import io.evenkeel.model.tree.Tree.ArrayTree;
import io.evenkeel.model.tree.Tree.Entry;
import io.evenkeel.model.tree.Tree.ObjectTree;
import io.evenkeel.model.tree.Tree.Scalar;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Any reply as a page for people: keys and values aligned, lists of objects as tables. */
final class Page {
    private static final int LONGEST_KEY = 24;

    private final StringBuilder out = new StringBuilder();

    private Page() {}

    static String of(Tree tree) {
        Page page = new Page();
        page.value(tree, 0);
        return page.out.toString();
    }

    /** A list of objects as a table: one column for each key that any of them has. */
    static Table table(List<Tree> rows) {
        List<String> keys = new ArrayList<>();
        for (Tree row : rows) {
            if (row instanceof ObjectTree object) {
                for (Entry entry : object.entries()) {
                    if (!keys.contains(entry.key())) {
                        keys.add(entry.key());
                    }
                }
            }
        }
        Table table = new Table(keys.stream().map(Page::head).toList());
        for (Tree row : rows) {
            table.row(keys.stream().map(key -> Fields.text(row, key)).toList());
        }
        return table;
    }

    /** {@code lastTransition} is LAST TRANSITION. */
    private static String head(String key) {
        return key.replaceAll("([a-z0-9])([A-Z])", "$1 $2").toUpperCase(Locale.ROOT);
    }

    private void value(Tree tree, int indent) {
        switch (tree) {
            case ObjectTree object -> object(object, indent);
            case ArrayTree array -> array(array, indent);
            case Scalar scalar -> line(indent, Fields.inline(scalar));
        }
    }

    private void object(ObjectTree object, int indent) {
        int width = 0;
        for (Entry entry : object.entries()) {
            if (flat(entry.value())) {
                width = Math.max(width, Math.min(LONGEST_KEY, entry.key().length()));
            }
        }
        for (Entry entry : object.entries()) {
            if (flat(entry.value())) {
                String gap = " ".repeat(Math.max(0, width - entry.key().length()));
                line(indent, entry.key() + ":" + gap + "  " + Fields.inline(entry.value()));
            } else {
                line(indent, entry.key() + ":");
                value(entry.value(), indent + 2);
            }
        }
    }

    private void array(ArrayTree array, int indent) {
        boolean objects = array.items().stream().allMatch(ObjectTree.class::isInstance);
        if (objects && array.items().stream().allMatch(Page::narrow)) {
            table(array.items()).text().lines().forEach(line -> line(indent, line));
            return;
        }
        for (Tree item : array.items()) {
            if (item instanceof ObjectTree) {
                line(indent, "-");
                value(item, indent + 2);
            } else {
                line(indent, "- " + Fields.inline(item));
            }
        }
    }

    /** Fits a row: no lists of objects inside. */
    private static boolean narrow(Tree item) {
        return item instanceof ObjectTree object
                && object.entries().stream().allMatch(entry -> flat(entry.value()));
    }

    private static boolean flat(Tree tree) {
        return switch (tree) {
            case Scalar _ -> true;
            case ArrayTree array ->
                    array.items().stream()
                            .allMatch(item -> item instanceof Scalar || Fields.isNamed(item));
            case ObjectTree object -> object.entries().isEmpty();
        };
    }

    private void line(int indent, String text) {
        out.append((" ".repeat(indent) + text).stripTrailing()).append('\n');
    }
}
