package io.evenkeel.kernel.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The objects of one kind of which records were touched in a step, and what that comes to. */
final class Touched<K extends Comparable<K>, T> {
    private final TreeSet<K> keys = new TreeSet<>();
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

    /** Brings the map up to date; returns what differs, in key order. */
    List<ImageChange<K, T>> finish() {
        List<ImageChange<K, T>> changes = new ArrayList<>();
        TreeMap<K, Optional<T>> changed = new TreeMap<>();
        for (K key : keys) {
            T was = map.get(key);
            T is = records.apply(key);
            if (!Objects.equals(was, is)) {
                changes.add(new ImageChange<>(key, was, is));
                changed.put(key, Optional.ofNullable(is));
            }
        }
        map = map.withAll(changed);
        return changes;
    }

    /** As it stands. */
    ImageMap<K, T> map() {
        return map;
    }
}
