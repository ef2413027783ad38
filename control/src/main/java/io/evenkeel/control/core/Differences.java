package io.evenkeel.control.core;

import io.evenkeel.model.Resource;
import io.evenkeel.model.bind.Binder;
import io.evenkeel.model.tree.JsonWriter;
import io.evenkeel.model.tree.Tree;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.TreeSet;

/** Says in words how two versions of a resource differ. */
final class Differences {
    private static final int MOST = 5;

    private Differences() {}

    /** Such as {@code spec.weight: 1 -> 2; spec.labels.tier: absent -> "web"}. */
    static String between(Resource<?, ?> before, Resource<?, ?> after) {
        Map<String, String> was = leaves(before);
        Map<String, String> is = leaves(after);
        TreeSet<String> paths = new TreeSet<>(was.keySet());
        paths.addAll(is.keySet());
        StringJoiner words = new StringJoiner("; ");
        int count = 0;
        for (String path : paths) {
            String old = was.getOrDefault(path, "absent");
            String now = is.getOrDefault(path, "absent");
            if (!old.equals(now) && ++count <= MOST) {
                words.add(path + ": " + old + " -> " + now);
            }
        }
        if (count > MOST) {
            words.add("and " + (count - MOST) + " more");
        }
        return words.toString();
    }

    private static Map<String, String> leaves(Resource<?, ?> resource) {
        Map<String, String> leaves = new TreeMap<>();
        collect("labels", Binder.tree(resource.metadata()), true, leaves);
        collect("spec", Binder.tree(resource.spec()), false, leaves);
        return leaves;
    }

    private static void collect(
            String path, Tree tree, boolean metadata, Map<String, String> leaves) {
        if (!(tree instanceof Tree.ObjectTree object)) {
            leaves.put(path, JsonWriter.compact(tree));
            return;
        }
        for (Tree.Entry entry : object.entries()) {
            if (!metadata) {
                collect(path + "." + entry.key(), entry.value(), false, leaves);
            } else if (entry.key().equals("labels")) {
                collect(path, entry.value(), false, leaves);
            }
        }
    }
}
