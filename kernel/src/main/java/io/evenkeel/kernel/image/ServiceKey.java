package io.evenkeel.kernel.image;

/** Which service: unique in its tenant. Ordered by tenant, then name. */
public record ServiceKey(String tenant, String name) implements Comparable<ServiceKey> {
    @Override
    public int compareTo(ServiceKey other) {
        int byTenant = tenant.compareTo(other.tenant);
        return byTenant != 0 ? byTenant : name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return tenant + "/" + name;
    }
}
