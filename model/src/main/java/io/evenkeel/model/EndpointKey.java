package io.evenkeel.model;

/** Names an endpoint: its tenant and its endpoint id ({@code metadata.name}). */
public record EndpointKey(String tenant, String name) implements Comparable<EndpointKey> {
    @Override
    public int compareTo(EndpointKey other) {
        // By hand: images of many endpoints are built of such comparisons.
        return tenant.equals(other.tenant)
                ? name.compareTo(other.name)
                : tenant.compareTo(other.tenant);
    }

    @Override
    public String toString() {
        return tenant + "/" + name;
    }
}
