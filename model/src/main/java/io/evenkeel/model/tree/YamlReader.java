package io.evenkeel.model.tree;

import io.evenkeel.model.tree.Tree.ArrayTree;
import io.evenkeel.model.tree.Tree.Entry;
import io.evenkeel.model.tree.Tree.ObjectTree;
import io.evenkeel.model.tree.Tree.Scalar;
import io.evenkeel.model.tree.Tree.ScalarKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * Reads YAML 1.2 with places. It takes the parser's events rather than composed nodes: that way
 * depth is bounded before anything recurses, and an alias is paid for each time it is used.
 * Stateless; any thread.
 */
public final class YamlReader {
    private final ParserImpl events;
    private final NodeBudget budget;
    private final Map<String, Anchored> anchors = new HashMap<>();

    private record Anchored(Tree tree, int nodes) {}

    /** A tree and how many nodes it has. */
    private int nodesRead;

    private YamlReader(String text, ReadLimits limits) {
        LoadSettings settings =
                LoadSettings.builder().setCodePointLimit(limits.maxCharacters()).build();
        this.events = new ParserImpl(settings, new StreamReader(settings, text));
        this.budget = new NodeBudget(limits);
    }

    /** Every document of the text, within {@link ReadLimits#STANDARD}; empty ones are left out. */
    public static Bound<List<Tree>> read(String text) {
        return read(text, ReadLimits.STANDARD);
    }

    /** Every document of the text; empty ones are left out. */
    public static Bound<List<Tree>> read(String text, ReadLimits limits) {
        try {
            NodeBudget.size(text.length(), limits);
            return new Bound.Good<>(new YamlReader(text, limits).documents());
        } catch (UnreadableException bad) {
            return new Bound.Bad<>(List.of(bad.problem()));
        } catch (MarkedYamlEngineException bad) {
            return new Bound.Bad<>(List.of(problem(bad)));
        } catch (YamlEngineException | IndexOutOfBoundsException | IllegalArgumentException bad) {
            // The scanner's own checks of characters carry no mark; bounds and numbers (an escape
            // cut short by the text's end) are its bugs.
            String said = Quoting.shorten(String.valueOf(bad.getMessage()), 160);
            return new Bound.Bad<>(List.of(new Problem("", 1, 1, said, "well-formed YAML", "")));
        }
    }

    private static Problem problem(MarkedYamlEngineException bad) {
        Mark mark = bad.getProblemMark().or(bad::getContextMark).orElse(null);
        return new Problem(
                "",
                mark == null ? 1 : mark.getLine() + 1,
                mark == null ? 1 : mark.getColumn() + 1,
                Quoting.shorten(String.valueOf(bad.getProblem()), 160),
                "well-formed YAML",
                "");
    }

    private List<Tree> documents() {
        List<Tree> documents = new ArrayList<>();
        while (events.hasNext()) {
            Event event = events.next();
            if (event.getEventId() == Event.ID.DocumentStart) {
                anchors.clear();
                Tree tree = node(events.next(), 1);
                boolean empty = tree instanceof Scalar scalar && scalar.kind() == ScalarKind.NULL;
                if (!empty) {
                    documents.add(tree);
                }
            }
        }
        return documents;
    }

    private Tree node(Event event, int depth) {
        int line = event.getStartMark().map(mark -> mark.getLine() + 1).orElse(-1);
        int column = event.getStartMark().map(mark -> mark.getColumn() + 1).orElse(-1);
        if (event instanceof AliasEvent alias) {
            return alias(alias, depth, line, column);
        }
        budget.node(line, column);
        int before = nodesRead++;
        Tree tree =
                switch (event) {
                    case ScalarEvent scalar -> scalar(scalar, line, column);
                    case MappingStartEvent mapping -> {
                        tag(mapping.getTag().orElse(""), "tag:yaml.org,2002:map", line, column);
                        yield mapping(depth, line, column);
                    }
                    case SequenceStartEvent list -> {
                        tag(list.getTag().orElse(""), "tag:yaml.org,2002:seq", line, column);
                        yield list(depth, line, column);
                    }
                    default ->
                            throw new UnreadableException(
                                    line, column, "no value", "well-formed YAML", "");
                };
        if (event instanceof NodeEvent anchored && anchored.getAnchor().isPresent()) {
            anchors.put(
                    anchored.getAnchor().get().getValue(), new Anchored(tree, nodesRead - before));
        }
        return tree;
    }

    private Tree alias(AliasEvent event, int depth, int line, int column) {
        String name = event.getAlias().getValue();
        Anchored anchored = anchors.get(name);
        if (anchored == null) {
            throw new UnreadableException(
                    line,
                    column,
                    "*" + Quoting.shorten(name, 60),
                    "the name of an anchor that ended before it in the same document",
                    "");
        }
        budget.nodes(anchored.nodes(), line, column);
        nodesRead += anchored.nodes();
        budget.depth(depth + depthOf(anchored.tree()), line, column);
        return anchored.tree();
    }

    private static int depthOf(Tree tree) {
        int deepest = 0;
        if (tree instanceof ObjectTree object) {
            for (Entry entry : object.entries()) {
                deepest = Math.max(deepest, 1 + depthOf(entry.value()));
            }
        } else if (tree instanceof ArrayTree array) {
            for (Tree item : array.items()) {
                deepest = Math.max(deepest, 1 + depthOf(item));
            }
        }
        return deepest;
    }

    private Tree mapping(int depth, int line, int column) {
        budget.depth(depth, line, column);
        List<Entry> entries = new ArrayList<>();
        for (Event key = events.next();
                key.getEventId() != Event.ID.MappingEnd;
                key = events.next()) {
            Tree name = node(key, depth + 1);
            if (!(name instanceof Scalar scalar)) {
                throw new UnreadableException(
                        name.line(), name.column(), "a list or object", "a key", "");
            }
            Tree value = node(events.next(), depth + 1);
            entries.add(new Entry(scalar.text(), value, name.line(), name.column()));
        }
        return new ObjectTree(entries, line, column);
    }

    private Tree list(int depth, int line, int column) {
        budget.depth(depth, line, column);
        List<Tree> items = new ArrayList<>();
        for (Event item = events.next();
                item.getEventId() != Event.ID.SequenceEnd;
                item = events.next()) {
            items.add(node(item, depth + 1));
        }
        return new ArrayTree(items, line, column);
    }

    private static Scalar scalar(ScalarEvent event, int line, int column) {
        String tag = event.getTag().orElse("");
        boolean untagged = tag.isEmpty() || tag.equals("!");
        if (!untagged) {
            tag(tag, "tag:yaml.org,2002:str", line, column);
        }
        boolean plain = event.isPlain() && untagged;
        ScalarKind kind = plain ? Scalars.kindOf(event.getValue()) : ScalarKind.STRING;
        return new Scalar(kind, event.getValue(), plain, line, column);
    }

    private static void tag(String tag, String allowed, int line, int column) {
        if (!tag.isEmpty() && !tag.equals("!") && !tag.equals(allowed)) {
            throw new UnreadableException(
                    line, column, "the tag " + Quoting.shorten(tag, 60), "no tag", "remove it");
        }
    }
}
