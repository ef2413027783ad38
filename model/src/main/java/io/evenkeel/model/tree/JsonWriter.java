package io.evenkeel.model.tree;

import io.evenkeel.model.tree.Tree.ArrayTree;
import io.evenkeel.model.tree.Tree.Entry;
import io.evenkeel.model.tree.Tree.ObjectTree;
import io.evenkeel.model.tree.Tree.Scalar;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Writes trees as JSON. Stateless; any thread. */
public final class JsonWriter {
    private JsonWriter() {}

    /** On one line. */
    public static String compact(Tree tree) {
        StringBuilder out = new StringBuilder(256);
        write(out, tree, -1);
        return out.toString();
    }

    /** On one line, in UTF-8. */
    public static byte[] bytes(Tree tree) {
        return compact(tree).getBytes(StandardCharsets.UTF_8);
    }

    /** Indented by two spaces, with a newline at the end. */
    public static String pretty(Tree tree) {
        StringBuilder out = new StringBuilder(1024);
        write(out, tree, 0);
        return out.append('\n').toString();
    }

    private static void write(StringBuilder out, Tree tree, int indent) {
        switch (tree) {
            case ObjectTree object -> {
                out.append('{');
                boolean first = true;
                for (Entry entry : object.entries()) {
                    separate(out, first, indent);
                    first = false;
                    Quoting.quote(out, entry.key());
                    out.append(indent < 0 ? ":" : ": ");
                    write(out, entry.value(), indent < 0 ? -1 : indent + 1);
                }
                end(out, first, indent, '}');
            }
            case ArrayTree array -> {
                out.append('[');
                boolean first = true;
                for (Tree item : array.items()) {
                    separate(out, first, indent);
                    first = false;
                    write(out, item, indent < 0 ? -1 : indent + 1);
                }
                end(out, first, indent, ']');
            }
            case Scalar scalar -> {
                switch (scalar.kind()) {
                    case STRING -> Quoting.quote(out, scalar.text());
                    case NUMBER -> out.append(scalar.text());
                    case BOOLEAN -> out.append(scalar.text().toLowerCase(Locale.ROOT));
                    case NULL -> out.append("null");
                }
            }
        }
    }

    private static void separate(StringBuilder out, boolean first, int indent) {
        if (!first) {
            out.append(',');
        }
        if (indent >= 0) {
            out.append('\n').repeat("  ", indent + 1);
        }
    }

    private static void end(StringBuilder out, boolean empty, int indent, char bracket) {
        if (!empty && indent >= 0) {
            out.append('\n').repeat("  ", indent);
        }
        out.append(bracket);
    }
}
