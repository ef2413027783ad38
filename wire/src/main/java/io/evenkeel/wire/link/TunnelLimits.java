package io.evenkeel.wire.link;

import io.evenkeel.wire.http2.Http2Limits;

/**
 * What the two ends of a tunnel allow each other (docs/link-protocol.md, section 9). All streams'
 * windows fit into that of the connection, so that a slow reader of one holds up no other.
 */
public final class TunnelLimits {
    /** Requests at a time. */
    public static final int STREAMS = 1_000;

    private static final int WINDOW_BYTES = 64 * 1024;
    private static final int HEAD_BYTES = 32 * 1024;
    private static final Http2Limits.Rate FLOOD = new Http2Limits.Rate(1_000, 1_000);

    private TunnelLimits() {}

    /** Of a backend, for its gateway. */
    public static Http2Limits ofBackend() {
        return limits(STREAMS);
    }

    /** Of a gateway, for a backend, which opens no streams. */
    public static Http2Limits ofGateway() {
        return limits(1);
    }

    private static Http2Limits limits(int streams) {
        return new Http2Limits(
                streams,
                WINDOW_BYTES,
                STREAMS * WINDOW_BYTES,
                4_096,
                HEAD_BYTES,
                HEAD_BYTES,
                8,
                FLOOD,
                FLOOD,
                64 * 1024,
                false);
    }
}
