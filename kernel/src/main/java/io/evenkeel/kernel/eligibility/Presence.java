package io.evenkeel.kernel.eligibility;

/** Whether this gateway can reach an endpoint; written by the link server only. */
public enum Presence {
    /** It holds its link here, or it is declared and needs none. */
    PRESENT,
    /** Known from the store and given time to dial again after a restart of the gateway. */
    GRACE,
    /** Its link is gone. */
    ABSENT
}
