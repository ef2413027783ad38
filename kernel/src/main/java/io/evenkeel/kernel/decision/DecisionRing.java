package io.evenkeel.kernel.decision;

import java.util.ArrayList;
import java.util.List;

/**
 * The last decisions about one object, oldest first; what the key {@code decision/KIND/TENANT/NAME}
 * holds. Immutable.
 *
 * @param records at most {@link #CAPACITY}, oldest first
 */
public record DecisionRing(List<DecisionRecord> records) {
    /** Records kept for one object. */
    public static final int CAPACITY = 32;

    /** Nothing decided yet. */
    public static final DecisionRing EMPTY = new DecisionRing(List.of());

    public DecisionRing {
        int surplus = records.size() - CAPACITY;
        records = List.copyOf(surplus > 0 ? records.subList(surplus, records.size()) : records);
    }

    /** This ring with one more record; the oldest falls out when the ring is full. */
    public DecisionRing with(DecisionRecord latest) {
        List<DecisionRecord> extended = new ArrayList<>(records.size() + 1);
        extended.addAll(records);
        extended.add(latest);
        return new DecisionRing(extended);
    }
}
