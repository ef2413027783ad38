package io.evenkeel.kernel.failover;

/** Where a host's {@link Procedure} stands. No procedure: the host is not in question. */
public enum Stage {
    /** {@code alive} is gone; round one is asked, and asked again (C2). */
    ASKING("its agent's key is gone; witnesses are asked"),
    /** All were silent; {@code death} was set on a lease that nobody renews (C3). */
    DEATH("all witnesses were silent; death is set"),
    /** {@code death} has expired; {@code lock} was set on a lease, and all are asked again (C4). */
    LOCK("silent through death's time; lock is set"),
    /** {@code lock} has no lease any more: the failure is confirmed. Nothing may start yet. */
    CONFIRMED("its failure is confirmed; its fence is not proven yet"),
    /**
     * Storage has proven that it refuses what the host writes: its machines may start elsewhere.
     */
    FENCED("storage refuses what it writes; its machines may run elsewhere"),
    /** An operator wants the host back: it is cleaned, then its fence ends. */
    READMITTING("it is cleaned, then its fence ends");

    private final String words;

    Stage(String words) {
        this.words = words;
    }

    /** What that means, for people. */
    public String words() {
        return words;
    }

    /** Whether the procedure has passed the point behind which only an operator ends it. */
    public boolean confirmed() {
        return compareTo(CONFIRMED) >= 0;
    }
}
