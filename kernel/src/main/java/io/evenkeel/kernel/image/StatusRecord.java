package io.evenkeel.kernel.image;

import io.evenkeel.model.Condition;
import java.util.List;

/**
 * What is observed of a resource; the value of {@code status/KIND/TENANT/NAME}. Written by one loop
 * only, {@link io.evenkeel.kernel.status.StatusLoop}.
 *
 * @param observedGeneration the generation of the spec that the conditions speak of; 0 for an
 *     object that has none, such as a service that only registrations made
 * @param conditions facts, at most one of a type
 */
public record StatusRecord(long observedGeneration, List<Condition> conditions) {
    /** Nobody has looked yet. */
    public static final StatusRecord NONE = new StatusRecord(0, List.of());

    public StatusRecord {
        conditions = List.copyOf(conditions);
    }
}
