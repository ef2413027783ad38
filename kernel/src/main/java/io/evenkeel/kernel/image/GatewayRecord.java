package io.evenkeel.kernel.image;

import io.evenkeel.model.HostPort;
import java.util.Optional;

/**
 * The value of a gateway's key ({@link io.evenkeel.model.Keys#gateway}), which it holds under the
 * lease of its presence: as long as the key is there, the gateway says that it lives.
 *
 * @param instance nonce of this run of its process
 * @param http where clients are served, as others reach it
 * @param link where backends dial in, as they reach it; empty if it takes none
 * @param admin where its API answers
 * @param version of the software it runs
 * @param sinceMillis wall clock when it took the key, milliseconds since 1970 UTC
 */
public record GatewayRecord(
        String instance,
        HostPort http,
        Optional<HostPort> link,
        HostPort admin,
        String version,
        long sinceMillis) {}
