package io.evenkeel.control.api;

import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import io.evenkeel.model.Metadata;
import io.evenkeel.model.Resource;
import java.util.Locale;

/** Which resource: unique over all kinds and tenants. */
public record ResourceKey(Kind kind, String tenant, String name) {
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
}
