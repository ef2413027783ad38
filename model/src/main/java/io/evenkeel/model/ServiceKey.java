package io.evenkeel.model;

/** Names a service (or, where said, another resource of a tenant) within one cluster. */
public record ServiceKey(String tenant, String name) implements Comparable<ServiceKey> {
    @Override
    public int compareTo(ServiceKey other) {
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
