package io.evenkeel.model;

/** Names a host within one cluster. */
public record HostKey(String tenant, String name) implements Comparable<HostKey> {
    @Override
    public int compareTo(HostKey other) {
        int byTenant = tenant.compareTo(other.tenant);
        return byTenant != 0 ? byTenant : name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return tenant + "/" + name;
    }
}
