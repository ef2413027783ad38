package io.evenkeel.model;

import java.util.Locale;

/** Which resource: unique over all kinds and tenants. */
public record ResourceKey(Kind kind, String tenant, String name)
        implements Comparable<ResourceKey> {
    @Override
    public int compareTo(ResourceKey other) {
        // By hand, as endpoints' keys are.
        if (kind != other.kind) {
            return kind.compareTo(other.kind);
        }
        return tenant.equals(other.tenant)
                ? name.compareTo(other.name)
                : tenant.compareTo(other.tenant);
    }

    /** As a person would say it: {@code service web}. */
    @Override
    public String toString() {
        return kind.title().toLowerCase(Locale.ROOT)
                + " "
                + (tenant.equals(Metadata.DEFAULT_TENANT) ? "" : tenant + "/")
                + name;
    }

    /** The key of this resource. */
    public static ResourceKey of(Resource<?, ?> resource) {
        return new ResourceKey(
                resource.kind(), resource.metadata().tenant(), resource.metadata().name());
    }

    /** Where its specification is stored. */
    public String specKey() {
        return Keys.spec(kind, tenant, name);
    }

    /** Where its status is stored. */
    public String statusKey() {
        return Keys.status(kind, tenant, name);
    }
}
