package io.evenkeel.model.bind;

import io.evenkeel.model.bind.Shape.Part;
import io.evenkeel.model.bind.ValueType.Choice;
import io.evenkeel.model.bind.ValueType.Items;
import io.evenkeel.model.bind.ValueType.Labels;
import io.evenkeel.model.bind.ValueType.Maybe;
import io.evenkeel.model.bind.ValueType.Structure;
import io.evenkeel.model.tree.Scalars;
import io.evenkeel.model.tree.Tree;
import io.evenkeel.model.tree.Tree.ArrayTree;
import io.evenkeel.model.tree.Tree.Entry;
import io.evenkeel.model.tree.Tree.ObjectTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** Writes records as trees; what is empty and would come back so is left out. */
final class Unbinding {
    private Unbinding() {}

    static Tree tree(Object value, ValueType type, Naming naming) {
        return switch (type) {
            case ScalarType scalar -> scalar.write().apply(value);
            case Structure structure ->
                    new ObjectTree(entries(value, Shape.of(structure.type()), naming), -1, -1);
            case Choice _ -> {
                List<Entry> entries = new ArrayList<>();
                String word = Naming.kebab(value.getClass().getSimpleName());
                entries.add(new Entry("type", Scalars.text(word), -1, -1));
                entries.addAll(entries(value, Shape.of(value.getClass()), naming));
                yield new ObjectTree(entries, -1, -1);
            }
            case Items items -> {
                List<Tree> trees = new ArrayList<>();
                for (Object item : (List<?>) value) {
                    trees.add(tree(item, items.element(), naming));
                }
                yield new ArrayTree(trees, -1, -1);
            }
            case Labels labels -> {
                List<Entry> entries = new ArrayList<>();
                for (Map.Entry<?, ?> label : ((SortedMap<?, ?>) value).entrySet()) {
                    Tree written = tree(label.getValue(), labels.value(), naming);
                    entries.add(new Entry(label.getKey().toString(), written, -1, -1));
                }
                yield new ObjectTree(entries, -1, -1);
            }
            case Maybe maybe -> tree(((Optional<?>) value).orElseThrow(), maybe.value(), naming);
        };
    }

    private static List<Entry> entries(Object record, Shape shape, Naming naming) {
        List<Entry> entries = new ArrayList<>(shape.parts().size());
        for (int i = 0; i < shape.parts().size(); i++) {
            Part part = shape.parts().get(i);
            Object value = part.of(record);
            if (!empty(value) || !value.equals(part.whenMissing())) {
                Tree written = tree(value, part.type(), naming);
                entries.add(new Entry(shape.keys(naming).get(i), written, -1, -1));
            }
        }
        return entries;
    }

    private static boolean empty(Object value) {
        return switch (value) {
            case Optional<?> maybe -> maybe.isEmpty();
            case String text -> text.isEmpty();
            case List<?> list -> list.isEmpty();
            case Map<?, ?> map -> map.isEmpty();
            default -> false;
        };
    }
}
