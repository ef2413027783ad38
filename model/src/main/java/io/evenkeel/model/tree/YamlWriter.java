package io.evenkeel.model.tree;

import io.evenkeel.model.tree.Tree.ArrayTree;
import io.evenkeel.model.tree.Tree.Entry;
import io.evenkeel.model.tree.Tree.ObjectTree;
import io.evenkeel.model.tree.Tree.Scalar;
import io.evenkeel.model.tree.Tree.ScalarKind;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Writes trees as YAML in block style. Stateless; any thread. */
public final class YamlWriter {
    /** What readers of YAML 1.1 take for booleans: quoted, so that every reader sees text. */
    private static final Set<String> WORDS = Set.of("yes", "no", "on", "off", "y", "n");

    private YamlWriter() {}

    /** One document, with a newline at the end. */
    public static String write(Tree tree) {
        StringBuilder out = new StringBuilder(1024);
        top(out, tree);
        return out.toString();
    }

    /** Several documents, separated by {@code ---}. */
    public static String write(List<Tree> documents) {
        StringBuilder out = new StringBuilder(1024);
        for (int i = 0; i < documents.size(); i++) {
            if (i > 0) {
                out.append("---\n");
            }
            top(out, documents.get(i));
        }
        return out.toString();
    }

    private static void top(StringBuilder out, Tree tree) {
        if (!block(out, tree, 0, false)) {
            out.append('\n');
        }
    }

    /** Writes and says whether the text now ends with a newline. */
    private static boolean block(StringBuilder out, Tree tree, int indent, boolean afterDash) {
        return switch (tree) {
            case ObjectTree object when !object.entries().isEmpty() -> {
                boolean first = true;
                for (Entry entry : object.entries()) {
                    out.repeat("  ", first && afterDash ? 0 : indent);
                    first = false;
                    text(out, entry.key());
                    out.append(':');
                    child(out, entry.value(), indent);
                }
                yield true;
            }
            case ArrayTree array when !array.items().isEmpty() -> {
                boolean first = true;
                for (Tree item : array.items()) {
                    out.repeat("  ", first && afterDash ? 0 : indent).append("- ");
                    first = false;
                    if (!block(out, item, indent + 1, true)) {
                        out.append('\n');
                    }
                }
                yield true;
            }
            case ObjectTree _ -> {
                out.append("{}");
                yield false;
            }
            case ArrayTree _ -> {
                out.append("[]");
                yield false;
            }
            case Scalar scalar -> {
                scalar(out, scalar);
                yield false;
            }
        };
    }

    private static void child(StringBuilder out, Tree value, int indent) {
        boolean nested =
                switch (value) {
                    case ObjectTree object -> !object.entries().isEmpty();
                    case ArrayTree array -> !array.items().isEmpty();
                    case Scalar _ -> false;
                };
        out.append(nested ? '\n' : ' ');
        if (!block(out, value, indent + 1, false)) {
            out.append('\n');
        }
    }

    private static void scalar(StringBuilder out, Scalar scalar) {
        switch (scalar.kind()) {
            case STRING -> text(out, scalar.text());
            case NUMBER -> out.append(scalar.text());
            case BOOLEAN -> out.append(scalar.text().toLowerCase(Locale.ROOT));
            case NULL -> out.append("null");
        }
    }

    private static void text(StringBuilder out, String text) {
        if (plain(text)) {
            out.append(text);
        } else {
            Quoting.quote(out, text);
        }
    }

    private static boolean plain(String text) {
        if (text.isEmpty() || text.length() > 1_000 || text.endsWith(" ")) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '/';
            boolean inside = (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == ' ';
            if (!letter && (i == 0 || !inside)) {
                // Digits come first only where no reader makes a number, date or time of them.
                boolean version = i == 0 && c >= '0' && c <= '9' && endsAsText(text);
                if (!version) {
                    return false;
                }
            }
        }
        return Scalars.kindOf(text) == ScalarKind.STRING
                && !WORDS.contains(text.toLowerCase(Locale.ROOT));
    }

    /** A duration such as 30s: digits, then letters other than an exponent's, to the end. */
    private static boolean endsAsText(String text) {
        int at = 0;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        String unit = text.substring(at);
        return unit.equals("ms") || unit.equals("s") || unit.equals("m") || unit.equals("h");
    }
}
