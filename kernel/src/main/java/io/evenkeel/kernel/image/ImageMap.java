package io.evenkeel.kernel.image;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An immutable sorted map that shares structure with its predecessors: {@link #with} and {@link
 * #without} copy the path to one leaf and leave the rest alone, so the image of 100,000 endpoints
 * costs O(log n) a change. An AVL tree (Adelson-Velsky and Landis, 1962) without parent links.
 *
 * <p>As a {@link Map} it is unmodifiable, iterates in key order, and looks up in O(log n). Safe to
 * share between threads.
 */
public final class ImageMap<K extends Comparable<K>, V> extends AbstractMap<K, V> {
    private record Node<K, V>(
            K key,
            V value,
            @Nullable Node<K, V> left,
            @Nullable Node<K, V> right,
            int height,
            int size) {

        static <K, V> Node<K, V> of(
                K key, V value, @Nullable Node<K, V> left, @Nullable Node<K, V> right) {
            return new Node<>(
                    key,
                    value,
                    left,
                    right,
                    Math.max(heightOf(left), heightOf(right)) + 1,
                    sizeOf(left) + sizeOf(right) + 1);
        }

        Node<K, V> withChildren(@Nullable Node<K, V> newLeft, @Nullable Node<K, V> newRight) {
            return of(key, value, newLeft, newRight);
        }
    }

    /** Changes are merged if there is one for so many entries, or more. */
    private static final long MERGED_FROM_ONE_IN = 8;

    private static final ImageMap<?, ?> EMPTY = new ImageMap<String, String>(null);

    private final @Nullable Node<K, V> root;

    private ImageMap(@Nullable Node<K, V> root) {
        this.root = root;
    }

    @SuppressWarnings("unchecked") // holds nothing of any type
    public static <K extends Comparable<K>, V> ImageMap<K, V> empty() {
        return (ImageMap<K, V>) EMPTY;
    }

    /** This map with {@code value} under {@code key}. */
    public ImageMap<K, V> with(K key, V value) {
        return new ImageMap<>(put(root, key, value));
    }

    /** This map without {@code key}; the same object if it is not there. */
    public ImageMap<K, V> without(K key) {
        return containsKey(key) ? new ImageMap<>(remove(root, key)) : this;
    }

    /**
     * This map as it is after all of these changes, which are in key order, each key once. Many of
     * them, as when a whole store is read, are merged in one go: O(n) in place of O(log n) copied
     * nodes for each.
     */
    public ImageMap<K, V> withAll(List<ImageChange<K, V>> changes) {
        if (changes.size() * MERGED_FROM_ONE_IN < size()) {
            ImageMap<K, V> map = this;
            for (ImageChange<K, V> change : changes) {
                V value = change.after();
                map = value == null ? map.without(change.key()) : map.with(change.key(), value);
            }
            return map;
        }
        List<Map.Entry<K, V>> entries = merged(changes);
        return new ImageMap<>(balancedOf(entries, 0, entries.size()));
    }

    private List<Map.Entry<K, V>> merged(List<ImageChange<K, V>> changes) {
        List<Map.Entry<K, V>> entries = new ArrayList<>(size() + changes.size());
        Iterator<Map.Entry<K, V>> olds = entrySet().iterator();
        Map.Entry<K, V> old = olds.hasNext() ? olds.next() : null;
        for (ImageChange<K, V> change : changes) {
            K key = change.key();
            while (old != null && old.getKey().compareTo(key) < 0) {
                entries.add(old);
                old = olds.hasNext() ? olds.next() : null;
            }
            if (old != null && old.getKey().compareTo(key) == 0) {
                old = olds.hasNext() ? olds.next() : null;
            }
            V value = change.after();
            if (value != null) {
                entries.add(new SimpleImmutableEntry<>(key, value));
            }
        }
        while (old != null) {
            entries.add(old);
            old = olds.hasNext() ? olds.next() : null;
        }
        return entries;
    }

    /** The middle one is the root, so that both sides differ by one at most. */
    private static <K, V> @Nullable Node<K, V> balancedOf(
            List<Map.Entry<K, V>> sorted, int from, int to) {
        if (from == to) {
            return null;
        }
        int middle = (from + to) >>> 1;
        Map.Entry<K, V> entry = sorted.get(middle);
        return Node.of(
                entry.getKey(),
                entry.getValue(),
                balancedOf(sorted, from, middle),
                balancedOf(sorted, middle + 1, to));
    }

    @Override
    @SuppressWarnings("unchecked") // a key of another type is a ClassCastException, as Map allows
    public @Nullable V get(@Nullable Object key) {
        if (key == null) {
            return null;
        }
        K sought = (K) key;
        Node<K, V> node = root;
        while (node != null) {
            int order = sought.compareTo(node.key);
            if (order == 0) {
                return node.value;
            }
            node = order < 0 ? node.left : node.right;
        }
        return null;
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
        return get(key) != null;
    }

    @Override
    public int size() {
        return sizeOf(root);
    }

    @Override
    public Set<Map.Entry<K, V>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public Iterator<Map.Entry<K, V>> iterator() {
                return new InOrder<>(root);
            }

            @Override
            public int size() {
                return ImageMap.this.size();
            }
        };
    }

    /** Height of the tree, for its test. */
    int height() {
        return heightOf(root);
    }

    private static final class InOrder<K, V> implements Iterator<Map.Entry<K, V>> {
        private final Deque<Node<K, V>> path = new ArrayDeque<>();

        InOrder(@Nullable Node<K, V> root) {
            descend(root);
        }

        private void descend(@Nullable Node<K, V> from) {
            for (Node<K, V> node = from; node != null; node = node.left) {
                path.push(node);
            }
        }

        @Override
        public boolean hasNext() {
            return !path.isEmpty();
        }

        @Override
        public Map.Entry<K, V> next() {
            if (path.isEmpty()) {
                throw new NoSuchElementException();
            }
            Node<K, V> node = path.pop();
            descend(node.right);
            return new SimpleImmutableEntry<>(node.key, node.value);
        }
    }

    private static <K extends Comparable<K>, V> Node<K, V> put(
            @Nullable Node<K, V> node, K key, V value) {
        if (node == null) {
            return Node.of(key, value, null, null);
        }
        int order = key.compareTo(node.key);
        if (order == 0) {
            return Node.of(key, value, node.left, node.right);
        }
        return order < 0
                ? balanced(node.withChildren(put(node.left, key, value), node.right))
                : balanced(node.withChildren(node.left, put(node.right, key, value)));
    }

    private static <K extends Comparable<K>, V> @Nullable Node<K, V> remove(
            @Nullable Node<K, V> node, K key) {
        if (node == null) {
            return null;
        }
        int order = key.compareTo(node.key);
        if (order < 0) {
            return balanced(node.withChildren(remove(node.left, key), node.right));
        }
        if (order > 0) {
            return balanced(node.withChildren(node.left, remove(node.right, key)));
        }
        Node<K, V> right = node.right;
        if (right == null) {
            return node.left;
        }
        Node<K, V> heir = right;
        while (heir.left != null) {
            heir = heir.left;
        }
        return balanced(Node.of(heir.key, heir.value, node.left, remove(right, heir.key)));
    }

    /** Children are balanced and differ by at most two; restores a difference of at most one. */
    private static <K, V> Node<K, V> balanced(Node<K, V> node) {
        int lean = heightOf(node.left) - heightOf(node.right);
        Node<K, V> left = node.left;
        Node<K, V> right = node.right;
        if (lean > 1 && left != null) {
            return heightOf(left.left) < heightOf(left.right)
                    ? rotatedRight(node.withChildren(rotatedLeft(left), right))
                    : rotatedRight(node);
        }
        if (lean < -1 && right != null) {
            return heightOf(right.right) < heightOf(right.left)
                    ? rotatedLeft(node.withChildren(left, rotatedRight(right)))
                    : rotatedLeft(node);
        }
        return node;
    }

    private static <K, V> Node<K, V> rotatedRight(Node<K, V> node) {
        Node<K, V> left = java.util.Objects.requireNonNull(node.left);
        return left.withChildren(left.left, node.withChildren(left.right, node.right));
    }

    private static <K, V> Node<K, V> rotatedLeft(Node<K, V> node) {
        Node<K, V> right = java.util.Objects.requireNonNull(node.right);
        return right.withChildren(node.withChildren(node.left, right.left), right.right);
    }

    private static int heightOf(@Nullable Node<?, ?> node) {
        return node == null ? 0 : node.height;
    }

    private static int sizeOf(@Nullable Node<?, ?> node) {
        return node == null ? 0 : node.size;
    }
}
