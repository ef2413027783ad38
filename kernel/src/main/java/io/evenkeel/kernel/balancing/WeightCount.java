package io.evenkeel.kernel.balancing;

/**
 * Counts nodes by weight, and says which weight the O(1) lists are for: it changes when another has
 * twice as many nodes, so that the cost of a change is spread over the joins that led to it.
 */
final class WeightCount {
    private final int[] byWeight = new int[EndpointSettings.MAX_WEIGHT + 1];
    private int reference = 1;

    int reference() {
        return reference;
    }

    /** One node goes from a weight to another; 0 = it wasn't there, or is gone. */
    boolean change(int from, int to) {
        byWeight[from]--;
        byWeight[to]++;
        if (to == 0 || byWeight[to] <= 2 * byWeight[reference]) {
            return false;
        }
        reference = to;
        return true;
    }
}
