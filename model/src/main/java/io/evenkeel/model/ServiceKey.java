package io.evenkeel.model;

import java.util.Comparator;

/** Names a service (or, where said, another resource of a tenant) within one cluster. */
public record ServiceKey(String tenant, String name) implements Comparable<ServiceKey> {
    private static final Comparator<ServiceKey> ORDER =
            Comparator.comparing(ServiceKey::tenant).thenComparing(ServiceKey::name);

    @Override
    public int compareTo(ServiceKey other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return tenant + "/" + name;
    }
}
