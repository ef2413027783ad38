package io.evenkeel.kernel.failover;

/** What came of asking a {@link Witness}. */
public enum Answer {
    /** It gave a sign of life. */
    LIVES,
    /** It was asked, it could have answered, and did not. */
    SILENT,
    /**
     * It could not be asked: the way to it failed on our side (no monitor of the storage answers,
     * the process that asks was late itself). Counts as nothing at all.
     */
    UNASKED
}
