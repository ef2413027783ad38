package io.evenkeel.kernel.balancing;

/** How the next endpoint is chosen among those that may be picked. */
public enum Algorithm {
    /** The least {@link LoadScore}; ties in order of arrival, a newcomer first. The default. */
    LEAST_LOAD("least-load"),
    /** One after the other. */
    ROUND_ROBIN("round-robin"),
    /** Interleaved in proportion to weight and slow-start factor. */
    WEIGHTED_ROUND_ROBIN("weighted-round-robin"),
    /** Uniformly at random. */
    RANDOM("random"),
    /** The less loaded of two drawn at random (Mitzenmacher 2001). */
    POWER_OF_TWO("power-of-two"),
    /** By the hash of the source, with minimal disruption (Maglev, NSDI 2016). */
    SOURCE_HASH("source-hash"),
    /** The same host first, then the same zone; by weighted round robin within each. */
    LOCALITY_WEIGHTED("locality-weighted");

    private final String wireName;

    Algorithm(String wireName) {
        this.wireName = wireName;
    }

    /** The name that a policy resource uses. */
    public String wireName() {
        return wireName;
    }
}
