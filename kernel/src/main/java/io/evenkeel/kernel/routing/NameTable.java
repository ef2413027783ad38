package io.evenkeel.kernel.routing;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Immutable hash table from names to values that is asked with bytes of a request. Names are
 * compared without regard to ASCII case. Open addressing, at most half full.
 *
 * @param <V> what a name stands for
 */
final class NameTable<V> {
    private final byte[][] names;
    private final int[] hashes;
    private final List<V> values;
    private final int[] index;

    /** A table of these names. */
    NameTable(Map<String, V> entries) {
        int capacity = Integer.highestOneBit(Math.max(2, entries.size() * 2)) * 2;
        names = new byte[entries.size()][];
        hashes = new int[entries.size()];
        values = List.copyOf(entries.values());
        index = new int[capacity];
        int next = 0;
        for (String name : entries.keySet()) {
            byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
            int hash = SEED;
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = fold(bytes[i]);
                hash = step(hash, bytes[i]);
            }
            names[next] = bytes;
            hashes[next] = hash;
            int at = spread(hash) & (capacity - 1);
            while (index[at] != 0) {
                at = (at + 1) & (capacity - 1);
            }
            index[at] = ++next;
        }
    }

    /** The value for a span of the request, or null. */
    @Nullable V find(RequestView request, int offset, int length) {
        int hash = SEED;
        for (int i = 0; i < length; i++) {
            hash = step(hash, fold(request.at(offset + i)));
        }
        int mask = index.length - 1;
        for (int at = spread(hash) & mask; index[at] != 0; at = (at + 1) & mask) {
            int entry = index[at] - 1;
            if (hashes[entry] == hash && matches(names[entry], request, offset, length)) {
                return values.get(entry);
            }
        }
        return null;
    }

    boolean isEmpty() {
        return names.length == 0;
    }

    private static boolean matches(byte[] name, RequestView request, int offset, int length) {
        if (name.length != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (name[i] != fold(request.at(offset + i))) {
                return false;
            }
        }
        return true;
    }

    static byte fold(byte value) {
        return value >= 'A' && value <= 'Z' ? (byte) (value + 32) : value;
    }

    private static final int SEED = 0x811c9dc5;

    private static int step(int hash, byte value) {
        return (hash ^ value) * 0x01000193;
    }

    private static int spread(int hash) {
        return hash ^ (hash >>> 15);
    }
}
