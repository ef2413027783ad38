package io.evenkeel.kernel.failover;

/** Names a host: its tenant and its name. */
public record HostKey(String tenant, String name) implements Comparable<HostKey> {
    @Override
    public int compareTo(HostKey other) {
        return tenant.equals(other.tenant)
                ? name.compareTo(other.name)
                : tenant.compareTo(other.tenant);
    }

    @Override
    public String toString() {
        return tenant + "/" + name;
    }
}
