package io.evenkeel.simulation.invariant;

/** A promise does not hold. The message says which, when, and what was seen instead. */
public final class BrokenPromise extends AssertionError {
    private static final long serialVersionUID = 1L;

    /**
     * @param promise what should hold
     * @param nowNanos virtual time
     * @param seen what was seen
     */
    public BrokenPromise(String promise, long nowNanos, String seen) {
        super(promise + " does not hold at " + nowNanos + " ns: " + seen);
    }
}
