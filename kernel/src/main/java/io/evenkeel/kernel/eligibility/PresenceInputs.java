package io.evenkeel.kernel.eligibility;

/**
 * All that decides whether a gateway takes an incarnation of an endpoint for reachable (X1: a dead
 * gateway takes no healthy endpoint with it).
 *
 * @param declared whether a resource declares it, so that it needs no link
 * @param tunnelled whether only a link here leads to it
 * @param linkedHere whether it holds a link here
 * @param lostHere whether it held one here that failed, and none since
 * @param markedElsewhere whether another gateway reaches it
 * @param grace whether it has time to dial: after this gateway's start, after the end of the last
 *     gateway that reached it, or as it has just moved its link to others
 */
public record PresenceInputs(
        boolean declared,
        boolean tunnelled,
        boolean linkedHere,
        boolean lostHere,
        boolean markedElsewhere,
        boolean grace) {

    /**
     * The rule. Pure. What this gateway saw itself comes first; what others see counts where they
     * see more than it does.
     */
    public Presence presence() {
        if (declared || linkedHere) {
            return Presence.PRESENT;
        } else if (lostHere) {
            return Presence.ABSENT;
        } else if (markedElsewhere && !tunnelled) {
            return Presence.PRESENT;
        }
        return grace ? Presence.GRACE : Presence.ABSENT;
    }

    /**
     * Whether it has time to dial after others said this of it.
     *
     * @param word what they said
     */
    public boolean graceAfter(OthersWord word) {
        return switch (word) {
            case NONE -> grace;
            case HELD, WITHDRAWN -> tunnelled && grace;
            case ORPHANED -> !tunnelled || grace;
        };
    }
}
