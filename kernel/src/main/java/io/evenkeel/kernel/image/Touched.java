package io.evenkeel.kernel.image;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The objects of one kind of which records were touched in a step, and what that comes to. */
final class Touched<K extends Comparable<K>, T> {
    /** Mostly in order as they come, for a store is read in the order of its keys. */
    private final List<K> keys = new ArrayList<>();

    private final Function<K, @Nullable T> records;
    private ImageMap<K, T> map;

    /**
     * Nothing touched yet.
     *
     * @param records the object as its records say now, null if they say nothing
     */
    Touched(ImageMap<K, T> before, Function<K, @Nullable T> records) {
        this.map = before;
        this.records = records;
    }

    void touch(K key) {
        keys.add(key);
    }

    /** Brings the map up to date; returns what differs, in key order, each key once. */
    List<ImageChange<K, T>> finish() {
        keys.sort(Comparator.naturalOrder());
        List<ImageChange<K, T>> changes = new ArrayList<>();
        K last = null;
        for (K key : keys) {
            if (key.equals(last)) {
                continue;
            }
            last = key;
            T was = map.get(key);
            T is = records.apply(key);
            if (!Objects.equals(was, is)) {
                changes.add(new ImageChange<>(key, was, is));
            }
        }
        map = map.withAll(changes);
        return changes;
    }

    /** As it stands. */
    ImageMap<K, T> map() {
        return map;
    }
}
