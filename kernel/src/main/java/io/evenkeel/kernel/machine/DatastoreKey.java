package io.evenkeel.kernel.machine;

/** Names a datastore. */
public record DatastoreKey(String tenant, String name) implements Comparable<DatastoreKey> {
    @Override
    public int compareTo(DatastoreKey other) {
        int byTenant = tenant.compareTo(other.tenant);
        return byTenant != 0 ? byTenant : name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return tenant + "/" + name;
    }
}
