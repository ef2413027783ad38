package io.evenkeel.kernel.eligibility;

import java.util.Collection;
import java.util.function.Predicate;

/**
 * What a change says of one incarnation by the marks that other gateways set on it, as a gateway
 * hears it that holds no link of its own. Its own marks are nobody's word to it.
 */
public enum OthersWord {
    /** Nobody marks it, nobody did. */
    NONE,
    /** Some gateway reaches it. */
    HELD,
    /** Its last mark was taken away by a gateway that lives: the endpoint is out of reach. */
    WITHDRAWN,
    /** Its last mark went with the gateway that had set it: that says nothing of the endpoint. */
    ORPHANED;

    /**
     * Judges a change. Pure. Where several gateways took their marks away at once, one that died is
     * enough for {@link #ORPHANED}: a healthy endpoint is not to go with it.
     *
     * @param before gateways, but this one, that marked this incarnation before
     * @param after those that do now
     * @param lives whether a gateway lives now
     */
    public static OthersWord of(
            Collection<String> before, Collection<String> after, Predicate<String> lives) {
        if (!after.isEmpty()) {
            return HELD;
        } else if (before.isEmpty()) {
            return NONE;
        }
        return before.stream().allMatch(lives) ? WITHDRAWN : ORPHANED;
    }
}
