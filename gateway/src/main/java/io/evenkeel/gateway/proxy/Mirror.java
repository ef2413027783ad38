package io.evenkeel.gateway.proxy;

/**
 * Where copies of a route's requests go.
 *
 * @param service that gets them
 * @param share counts the route's requests
 * @param percent of them that are copied, 0 to 100
 */
public record Mirror(UpstreamService service, MirrorShare share, int percent) {
    /** Counts a request. Returns whether it is copied. */
    boolean takes() {
        return share.takes(percent);
    }
}
