package io.evenkeel.gateway.http1;

/** How the end of a message's body is found (RFC 9112 section 6.3). */
public enum Framing {
    /** No body at all. */
    NONE,
    /** Content-Length bytes. */
    LENGTH,
    /** The chunked transfer coding. */
    CHUNKED,
    /** Everything until the upstream closes; only replies. */
    UNTIL_CLOSE
}
