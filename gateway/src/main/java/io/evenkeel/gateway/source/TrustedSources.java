package io.evenkeel.gateway.source;

/** Whose word about earlier hops is believed. Thread-safe; allocates nothing. */
@FunctionalInterface
public interface TrustedSources {
    /** Nobody's. */
    TrustedSources NOBODY = (high, low) -> false;

    /**
     * Whether this address is believed.
     *
     * @param high the upper half of its 128 bits; IPv4 as {@link NumericAddress} has it
     * @param low the lower half
     */
    boolean trusts(long high, long low);
}
