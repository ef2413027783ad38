package io.evenkeel.kernel.balancing;

/**
 * Where something runs. An empty string means unknown and equals nothing.
 *
 * @param zone failure domain above the host
 * @param host machine
 */
public record Locality(String zone, String host) {
    /** Nothing is known. */
    public static final Locality UNKNOWN = new Locality("", "");

    /** How near the other is: 0 on the same host, 1 in the same zone, 2 elsewhere or unknown. */
    public int distanceTo(Locality other) {
        if (!host.isEmpty() && host.equals(other.host)) {
            return 0;
        }
        return !zone.isEmpty() && zone.equals(other.zone) ? 1 : 2;
    }
}
