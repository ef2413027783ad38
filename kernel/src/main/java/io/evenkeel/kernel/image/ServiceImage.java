package io.evenkeel.kernel.image;

import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.Metadata;
import io.evenkeel.model.PolicySpec;
import io.evenkeel.model.ServiceKey;
import io.evenkeel.model.ServiceSpec;
import org.jspecify.annotations.Nullable;

/**
 * One service: what is set for it, the traffic policy that applies, and its endpoints. A service
 * exists from its resource or from its first endpoint, whichever comes first, to the last of both.
 *
 * @param key tenant and name
 * @param metadata of its resource; null when it has none and is known by its endpoints alone
 * @param spec its spec, every default when it has no resource
 * @param policy the policy it names, or the built-in defaults when there is none of that name
 * @param endpoints in key order
 */
public record ServiceImage(
        ServiceKey key,
        @Nullable Metadata metadata,
        ServiceSpec spec,
        PolicySpec policy,
        ImageMap<EndpointKey, EndpointImage> endpoints) {}
