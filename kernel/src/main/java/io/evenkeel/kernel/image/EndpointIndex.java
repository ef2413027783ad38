package io.evenkeel.kernel.image;

import io.evenkeel.model.EndpointKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Endpoints by something of theirs that most of them have alone: one of that kind costs little. */
final class EndpointIndex<K> {
    /** Looked up only. Sets of one may be immutable, greater ones are not. */
    private final Map<K, Set<EndpointKey>> sets = new HashMap<>();

    /** Null is nothing to be found by. */
    void add(@Nullable K by, EndpointKey endpoint) {
        if (by != null) {
            sets.merge(by, Set.of(endpoint), EndpointIndex::both);
        }
    }

    private static Set<EndpointKey> both(Set<EndpointKey> known, Set<EndpointKey> one) {
        Set<EndpointKey> all = known.size() == 1 ? new HashSet<>(known) : known;
        all.addAll(one);
        return all;
    }

    void remove(@Nullable K by, EndpointKey endpoint) {
        if (by != null) {
            sets.computeIfPresent(by, (k, known) -> without(known, endpoint));
        }
    }

    private static @Nullable Set<EndpointKey> without(
            Set<EndpointKey> known, EndpointKey endpoint) {
        if (known.size() == 1) {
            return known.contains(endpoint) ? null : known;
        }
        known.remove(endpoint);
        return known;
    }

    /** In no order; empty if there is none. */
    Set<EndpointKey> of(K by) {
        return sets.getOrDefault(by, Set.of());
    }
}
