package io.evenkeel.wire.hpack;

/**
 * A header block that cannot be decoded, or is beyond a limit; the message names the value seen and
 * the limit. The decoder cannot be used further: in HTTP/2 it is a connection error of type
 * COMPRESSION_ERROR (RFC 9113, section 4.3). Cheap to throw: it has no stack trace.
 */
public final class HpackException extends Exception {
    private static final long serialVersionUID = 1L;

    HpackException(String what) {
        super(what, null, false, false);
    }
}
