package io.evenkeel.gateway.proxy;

import io.evenkeel.gateway.http1.Redirection;
import org.jspecify.annotations.Nullable;

/**
 * Where a request goes, and what its route does to it. Made once a snapshot.
 *
 * @param service whose the request is
 * @param redirection where the client is sent instead; null if an endpoint is to answer
 */
public record Destination(UpstreamService service, @Nullable Redirection redirection) {}
