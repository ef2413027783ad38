package io.evenkeel.kernel.image;

import org.jspecify.annotations.Nullable;

/**
 * One object that differs between two images.
 *
 * @param key which
 * @param before null if it is new
 * @param after null if it is gone
 */
public record ImageChange<K, T>(K key, @Nullable T before, @Nullable T after) {
    public boolean added() {
        return before == null;
    }

    public boolean removed() {
        return after == null;
    }
}
