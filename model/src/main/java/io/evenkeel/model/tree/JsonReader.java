package io.evenkeel.model.tree;

import io.evenkeel.model.tree.Tree.ArrayTree;
import io.evenkeel.model.tree.Tree.Entry;
import io.evenkeel.model.tree.Tree.ObjectTree;
import io.evenkeel.model.tree.Tree.Scalar;
import io.evenkeel.model.tree.Tree.ScalarKind;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/** Reads strict JSON (RFC 8259) with places. Stateless; any thread. */
public final class JsonReader {
    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(1_000)
                                    .maxNumberLength(400)
                                    .build())
                    .build();

    private static final Pattern ADVICE = Pattern.compile("\\R|: enable | \\(enable |: maybe ");

    private final JsonParser parser;
    private final NodeBudget budget;
    private final boolean placed;

    private JsonReader(JsonParser parser, ReadLimits limits, boolean placed) {
        this.parser = parser;
        this.budget = new NodeBudget(limits);
        this.placed = placed;
    }

    /**
     * One value that a program has written in one line: only where it is malformed does it say the
     * place. A good third cheaper than {@link #read(byte[])}.
     */
    public static Bound<Tree> readUnplaced(byte[] utf8) {
        return read(utf8, ReadLimits.STANDARD, false);
    }

    /** One value in UTF-8, within {@link ReadLimits#STANDARD}. */
    public static Bound<Tree> read(byte[] utf8) {
        return read(utf8, ReadLimits.STANDARD);
    }

    /** One value in UTF-8. */
    public static Bound<Tree> read(byte[] utf8, ReadLimits limits) {
        return read(utf8, limits, true);
    }

    private static Bound<Tree> read(byte[] utf8, ReadLimits limits, boolean placed) {
        try {
            NodeBudget.size(utf8.length, limits);
            try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), utf8)) {
                return new Bound.Good<>(new JsonReader(parser, limits, placed).document());
            }
        } catch (UnreadableException bad) {
            return new Bound.Bad<>(List.of(bad.problem()));
        } catch (JacksonException bad) {
            return new Bound.Bad<>(List.of(problem(bad)));
        }
    }

    /** One value, within {@link ReadLimits#STANDARD}. */
    public static Bound<Tree> read(String text) {
        return read(text, ReadLimits.STANDARD);
    }

    /** One value. */
    public static Bound<Tree> read(String text, ReadLimits limits) {
        try {
            NodeBudget.size(text.length(), limits);
            try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
                return new Bound.Good<>(new JsonReader(parser, limits, true).document());
            }
        } catch (UnreadableException bad) {
            return new Bound.Bad<>(List.of(bad.problem()));
        } catch (JacksonException bad) {
            return new Bound.Bad<>(List.of(problem(bad)));
        }
    }

    private static Problem problem(JacksonException bad) {
        TokenStreamLocation at = bad.getLocation();
        boolean known = at != null && at.getLineNr() > 0;
        String said = String.valueOf(bad.getOriginalMessage());
        // What follows is advice to programmers of the parser.
        Matcher end = ADVICE.matcher(said);
        return new Problem(
                "",
                known ? at.getLineNr() : 1,
                known ? Math.max(1, at.getColumnNr()) : 1,
                Quoting.shorten(end.find() ? said.substring(0, end.start()) : said, 160),
                "well-formed JSON",
                "");
    }

    private Tree document() {
        JsonToken first = parser.nextToken();
        if (first == null) {
            throw new UnreadableException(1, 1, "an empty text", "a JSON value", "");
        }
        Tree tree = value(first, 1);
        if (parser.nextToken() != null) {
            TokenStreamLocation at = parser.currentTokenLocation();
            throw new UnreadableException(
                    at.getLineNr(),
                    at.getColumnNr(),
                    "more after the value",
                    "the end of the text",
                    "");
        }
        return tree;
    }

    private Tree value(JsonToken token, int depth) {
        int line = -1;
        int column = -1;
        if (placed) {
            TokenStreamLocation at = parser.currentTokenLocation();
            line = at.getLineNr();
            column = at.getColumnNr();
        }
        budget.node(line, column);
        return switch (token) {
            case START_OBJECT -> object(depth, line, column);
            case START_ARRAY -> array(depth, line, column);
            case VALUE_STRING -> scalar(ScalarKind.STRING, parser.getString(), line, column);
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
                    scalar(ScalarKind.NUMBER, parser.getString(), line, column);
            case VALUE_TRUE -> scalar(ScalarKind.BOOLEAN, "true", line, column);
            case VALUE_FALSE -> scalar(ScalarKind.BOOLEAN, "false", line, column);
            case VALUE_NULL -> scalar(ScalarKind.NULL, "null", line, column);
            default ->
                    throw new UnreadableException(
                            line, column, token.name(), "well-formed JSON", "");
        };
    }

    private static Scalar scalar(ScalarKind kind, String text, int line, int column) {
        return new Scalar(kind, text, false, line, column);
    }

    private Tree object(int depth, int line, int column) {
        budget.depth(depth, line, column);
        List<Entry> entries = new ArrayList<>();
        for (JsonToken next = token(); next != JsonToken.END_OBJECT; next = token()) {
            TokenStreamLocation at = placed ? parser.currentTokenLocation() : null;
            String key = parser.currentName();
            Tree value = value(token(), depth + 1);
            entries.add(
                    at == null
                            ? new Entry(key, value, -1, -1)
                            : new Entry(key, value, at.getLineNr(), at.getColumnNr()));
        }
        return new ObjectTree(entries, line, column);
    }

    private Tree array(int depth, int line, int column) {
        budget.depth(depth, line, column);
        List<Tree> items = new ArrayList<>();
        for (JsonToken next = token(); next != JsonToken.END_ARRAY; next = token()) {
            items.add(value(next, depth + 1));
        }
        return new ArrayTree(items, line, column);
    }

    private JsonToken token() {
        JsonToken next = parser.nextToken();
        if (next == null) {
            TokenStreamLocation at = parser.currentLocation();
            throw new UnreadableException(
                    at.getLineNr(), at.getColumnNr(), "the end", "well-formed JSON", "");
        }
        return next;
    }
}
