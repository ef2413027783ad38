package io.evenkeel.kernel.failover;

/**
 * C10: when at least so many hosts and more than a share of all vanish together, it is the network
 * and not the hosts. Then every procedure is held where it stands; rounds go on.
 *
 * @param atLeast hosts that are silent at once, at least 2
 * @param sharePercent of all hosts that count, 1 to 100
 */
public record Breaker(int atLeast, int sharePercent) {
    /** Whether to hold. */
    public boolean holds(int silent, int counted) {
        return silent >= atLeast && 100L * silent > (long) sharePercent * counted;
    }
}
