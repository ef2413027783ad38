package io.evenkeel.gateway.proxy;

import io.evenkeel.gateway.http1.RequestHead;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Which service a request is for: one immutable snapshot of routes and services, read by every loop
 * through one volatile. A lookup allocates nothing.
 */
@FunctionalInterface
public interface Directory {
    /**
     * The service that a request goes to.
     *
     * @param buffer the buffer that {@code head} was scanned in
     * @param namesService whether the source may name the service in the header {@code
     *     Evenkeel-Service}
     * @return null if no route and no service matches
     */
    @Nullable UpstreamService find(ByteBuffer buffer, RequestHead head, boolean namesService);
}
