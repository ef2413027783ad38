package io.evenkeel.kernel.balancing;

/**
 * The answer to an acquire: a {@link Node}, which then counts one request more and has to be
 * released, or why there is none. Nothing is allocated.
 */
public sealed interface Pick permits Node, Pick.NoEndpoints, Pick.NoneEligible, Pick.OverLimit {
    /** The service has no endpoint at all. */
    enum NoEndpoints implements Pick {
        /** The only value. */
        NO_ENDPOINTS
    }

    /** There are endpoints, and none of them may be picked. */
    enum NoneEligible implements Pick {
        /** The only value. */
        NONE_ELIGIBLE
    }

    /** Every endpoint that may be picked has as many requests outstanding as its cap allows. */
    enum OverLimit implements Pick {
        /** The only value. */
        OVER_LIMIT
    }
}
