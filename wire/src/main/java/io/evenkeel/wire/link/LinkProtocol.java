package io.evenkeel.wire.link;

import io.evenkeel.wire.json.JsonLimits;

/** Constants of the link protocol, version 1. */
public final class LinkProtocol {
    /** The version in the registration. */
    public static final int VERSION = 1;

    /** The token in {@code Upgrade}. */
    public static final String UPGRADE = "evenkeel-link/1";

    /** The request target of the handshake. */
    public static final String TARGET = "/link";

    /**
     * The authority of a tunnel's first stream, which carries the lines. No host can have this name
     * (RFC 6761, section 6.4).
     */
    public static final String TUNNEL_AUTHORITY = "link.evenkeel.invalid";

    /** Type of the lines on a tunnel's first stream. */
    public static final String TUNNEL_CONTENT = "application/x-ndjson";

    /**
     * Tunnels of one registration that a gateway asks for at most, however many loops it has: each
     * costs both ends a connection and its windows.
     */
    public static final int MOST_TUNNELS = 16;

    /** Longest line in bytes, its line feed included, and longest registration. */
    public static final int LINE_BYTES = 64 * 1024;

    /** Limits of one line's JSON. */
    public static final JsonLimits LIMITS = JsonLimits.LINK;

    /** Port of a gateway's link listener. */
    public static final int DEFAULT_PORT = 7081;

    /** How often each side lets itself be heard. */
    public static final int HEARTBEAT_MILLIS = 1_000;

    /**
     * A side that was not heard for this long is lost: two beats and a half, so that one may be
     * late.
     */
    public static final int MISSED_MILLIS = 2_500;

    private LinkProtocol() {}
}
