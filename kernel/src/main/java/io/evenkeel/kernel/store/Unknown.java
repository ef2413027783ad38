package io.evenkeel.kernel.store;

/**
 * Nobody can say yet whether it was done: the deadline passed, or the connection broke. Read again
 * before repeating anything that must not happen twice.
 *
 * @param reason what happened
 */
public record Unknown(String reason)
        implements TxnOutcome, RangeResult, LeaseOutcome, CompactOutcome {}
