package io.evenkeel.control.api;

import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * Where the API listens, and how much one caller may take.
 *
 * @param address address to bind; port 0 means any free one
 * @param bodyBytes largest request body; more is answered 413
 * @param headBytes largest request head; more is answered 431
 * @param idleTimeout longest silence of a peer in the middle of a request or a reply; its
 *     connection is then cut
 * @param requestTimeout longest time from a request's first byte to its last
 * @param acceptQueue connections the kernel holds until they are accepted
 */
public record ApiListen(
        InetSocketAddress address,
        int bodyBytes,
        int headBytes,
        Duration idleTimeout,
        Duration requestTimeout,
        int acceptQueue) {

    /** The defaults, on {@code address}. */
    public static ApiListen on(InetSocketAddress address) {
        return new ApiListen(
                address, 4 << 20, 16 << 10, Duration.ofSeconds(10), Duration.ofSeconds(30), 1_024);
    }

    /** The same with other times, for tests that wait for them. */
    public ApiListen timeouts(Duration idle, Duration request) {
        return new ApiListen(address, bodyBytes, headBytes, idle, request, acceptQueue);
    }

    /** The same with another limit on bodies. */
    public ApiListen bodyLimit(int bytes) {
        return new ApiListen(address, bytes, headBytes, idleTimeout, requestTimeout, acceptQueue);
    }
}
