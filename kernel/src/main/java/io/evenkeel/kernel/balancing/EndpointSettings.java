package io.evenkeel.kernel.balancing;

/**
 * What the queue needs to know of an endpoint.
 *
 * @param id endpoint id, unique in its service
 * @param epoch store revision of its admission; a greater one replaces a smaller one
 * @param weight 1 to {@link #MAX_WEIGHT}; its share relative to its peers
 * @param cap most requests outstanding at once, 1 to {@link LoadScore#MAX_LOAD}; 0 = the policy's
 * @param locality where it runs
 */
public record EndpointSettings(String id, long epoch, int weight, int cap, Locality locality) {
    /** Greatest weight. */
    public static final int MAX_WEIGHT = 1000;

    /** Checks the ranges. */
    public EndpointSettings {
        if (weight < 1 || weight > MAX_WEIGHT) {
            throw new IllegalArgumentException(
                    "weight: " + weight + " (expected: 1.." + MAX_WEIGHT + ")");
        }
        if (cap < 0 || cap > LoadScore.MAX_LOAD) {
            throw new IllegalArgumentException(
                    "cap: " + cap + " (expected: 0.." + LoadScore.MAX_LOAD + ")");
        }
    }

    /** Weight 1, the policy's cap, locality unknown. */
    public static EndpointSettings of(String id, long epoch) {
        return new EndpointSettings(id, epoch, 1, 0, Locality.UNKNOWN);
    }
}
