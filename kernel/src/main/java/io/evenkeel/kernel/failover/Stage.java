package io.evenkeel.kernel.failover;

/** Where a host's {@link Procedure} stands. No procedure: the host is not in question. */
public enum Stage {
    /** {@code alive} is gone; round one is asked, and asked again (C2). */
    ASKING,
    /** All were silent; {@code death} was set on a lease that nobody renews (C3). */
    DEATH,
    /** {@code death} has expired; {@code lock} was set on a lease, and all are asked again (C4). */
    LOCK,
    /** {@code lock} has no lease any more: the failure is confirmed. Nothing may start yet. */
    CONFIRMED,
    /**
     * Storage has proven that it refuses what the host writes: its machines may start elsewhere.
     */
    FENCED,
    /** An operator wants the host back: it is cleaned, then its fence ends. */
    READMITTING;

    /** Whether the procedure has passed the point behind which only an operator ends it. */
    public boolean confirmed() {
        return compareTo(CONFIRMED) >= 0;
    }
}
