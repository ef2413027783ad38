package io.evenkeel.gateway.proxy;

import io.evenkeel.gateway.http1.HeadEdits;
import io.evenkeel.gateway.http1.Redirection;
import org.jspecify.annotations.Nullable;

/**
 * Where a request goes, and what its route does to it. Made once a snapshot.
 *
 * @param service whose the request is
 * @param redirection where the client is sent instead; null if an endpoint is to answer
 * @param edits what is changed in the request and in its reply
 * @param mirror where copies of some go, whatever becomes of the request; null if nowhere
 */
public record Destination(
        UpstreamService service,
        @Nullable Redirection redirection,
        HeadEdits edits,
        @Nullable Mirror mirror) {

    /** Requests go to the service as they come. */
    public static Destination of(UpstreamService service) {
        return new Destination(service, null, HeadEdits.NONE, null);
    }

    /** The same for requests of another service. */
    public Destination with(UpstreamService other) {
        return new Destination(other, redirection, edits, mirror);
    }
}
