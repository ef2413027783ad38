package io.evenkeel.kernel.eligibility;

/** Whether this gateway can reach an endpoint; {@link PresenceInputs} has the rule. */
public enum Presence {
    /** It holds its link here, another gateway reaches its address, or it is declared. */
    PRESENT,
    /** Known from the store and given time to dial again. */
    GRACE,
    /** Its link is gone, or nobody reaches it. */
    ABSENT
}
