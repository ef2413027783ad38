package io.evenkeel.kernel.image;

import io.evenkeel.model.AdminState;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.Metadata;
import io.evenkeel.model.PolicySpec;
import io.evenkeel.model.ServiceKey;
import io.evenkeel.model.ServiceSpec;
import org.jspecify.annotations.Nullable;

/**
 * One service: what is set for it, the traffic policy that applies, and its endpoints. A service
 * exists as long as it has a resource, an endpoint, or an operator's word on it.
 *
 * @param key tenant and name
 * @param metadata of its resource; null when it has none and is known by its endpoints alone
 * @param spec its spec, every default when it has no resource
 * @param assignment what an operator set on it
 * @param policy the policy it names, or the built-in defaults when there is none of that name
 * @param endpoints in key order
 */
public record ServiceImage(
        ServiceKey key,
        @Nullable Metadata metadata,
        ServiceSpec spec,
        Assignment assignment,
        PolicySpec policy,
        ImageMap<EndpointKey, EndpointImage> endpoints) {

    /** What applies to the whole service: the stricter of its spec and the operator's word. */
    public AdminState adminState() {
        return spec.adminState().stricter(assignment.adminState());
    }

    /** Revision of its resource's last write, 0 if it has none. */
    public long revision() {
        return metadata == null ? 0 : metadata.revision();
    }
}
