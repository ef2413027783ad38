package io.evenkeel.model;

import java.util.Comparator;
import java.util.Locale;

/** Which resource: unique over all kinds and tenants. */
public record ResourceKey(Kind kind, String tenant, String name)
        implements Comparable<ResourceKey> {
    private static final Comparator<ResourceKey> ORDER =
            Comparator.comparing(ResourceKey::kind)
                    .thenComparing(ResourceKey::tenant)
                    .thenComparing(ResourceKey::name);

    @Override
    public int compareTo(ResourceKey other) {
        return ORDER.compare(this, other);
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
