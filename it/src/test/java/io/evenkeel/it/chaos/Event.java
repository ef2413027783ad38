package io.evenkeel.it.chaos;

import org.jspecify.annotations.Nullable;

/**
 * A change in etcd's history.
 *
 * @param value null: the key was deleted
 */
record Event(long revision, String key, @Nullable String value) {}
