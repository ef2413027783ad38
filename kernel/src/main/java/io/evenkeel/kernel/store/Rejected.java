package io.evenkeel.kernel.store;

/**
 * Certainly not done, and not because of a compare.
 *
 * @param code why
 * @param message what failed, the value seen, the value expected, what to do
 */
public record Rejected(Code code, String message)
        implements TxnOutcome, RangeResult, LeaseOutcome, CompactOutcome {

    /** Why a call was turned away. */
    public enum Code {
        /**
         * Too many operations, too large a value or key, a key written twice: the caller's fault.
         */
        INVALID,
        /** The revision asked for lies in the future. */
        FUTURE_REVISION,
        /** A put names a lease that does not exist or has ended. */
        NO_LEASE,
        /**
         * Nobody takes it at the moment: too many calls wait already, or no member of the store can
         * be reached or knows a leader. Try again later.
         */
        BUSY,
        /** The store takes no writes (disk full or failed); reads still answer. */
        READ_ONLY,
        /** Whoever writes was the leader and is it no longer. */
        DEPOSED,
        /** The store is closed. */
        CLOSED
    }
}
