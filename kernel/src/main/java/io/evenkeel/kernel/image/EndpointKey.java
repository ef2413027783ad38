package io.evenkeel.kernel.image;

/** Which endpoint: unique in its tenant. Ordered by tenant, then name. */
public record EndpointKey(String tenant, String name) implements Comparable<EndpointKey> {
    @Override
    public int compareTo(EndpointKey other) {
        int byTenant = tenant.compareTo(other.tenant);
        return byTenant != 0 ? byTenant : name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return tenant + "/" + name;
    }
}
