package io.evenkeel.model.tree;

import java.util.ArrayList;
import java.util.List;

/** A tree as a list of its places, in the order of the text. */
final class Places {
    private Places() {}

    static List<String> of(Tree tree) {
        List<String> places = new ArrayList<>();
        collect(places, tree);
        return places;
    }

    private static void collect(List<String> places, Tree tree) {
        String place = tree.line() + ":" + tree.column() + " ";
        switch (tree) {
            case Tree.ObjectTree object -> {
                places.add(place + "{");
                for (Tree.Entry entry : object.entries()) {
                    places.add(entry.line() + ":" + entry.column() + " " + entry.key());
                    collect(places, entry.value());
                }
            }
            case Tree.ArrayTree array -> {
                places.add(place + "[");
                array.items().forEach(item -> collect(places, item));
            }
            case Tree.Scalar scalar -> places.add(place + scalar.text());
        }
    }
}
