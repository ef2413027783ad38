package io.evenkeel.kernel.machine;

import io.evenkeel.kernel.failover.RunRecord;

/** Names a virtual machine. */
public record MachineKey(String tenant, String name) implements Comparable<MachineKey> {
    /** The key of its {@link RunRecord}. */
    public String run() {
        return RunRecord.key(tenant, name);
    }

    @Override
    public int compareTo(MachineKey other) {
        int byTenant = tenant.compareTo(other.tenant);
        return byTenant != 0 ? byTenant : name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return tenant + "/" + name;
    }
}
