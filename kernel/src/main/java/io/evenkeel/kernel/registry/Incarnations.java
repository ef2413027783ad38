package io.evenkeel.kernel.registry;

import java.util.ArrayList;
import java.util.List;

/**
 * Incarnations of an endpoint that a newer one has replaced and that must not come back; the value
 * of {@code assign/incarnations/TENANT/NAME}. It goes when the endpoint goes.
 *
 * @param superseded nonces, the latest last; at most {@link #CAPACITY}
 */
public record Incarnations(List<String> superseded) {
    /** Remembered for one endpoint; older ones are forgotten. */
    public static final int CAPACITY = 16;

    /** The KIND of the key. */
    public static final String KIND = "incarnations";

    public static final Incarnations NONE = new Incarnations(List.of());

    public Incarnations {
        int surplus = superseded.size() - CAPACITY;
        superseded =
                List.copyOf(
                        surplus > 0 ? superseded.subList(surplus, superseded.size()) : superseded);
    }

    public Incarnations with(String incarnation) {
        List<String> extended = new ArrayList<>(superseded);
        extended.add(incarnation);
        return new Incarnations(extended);
    }
}
