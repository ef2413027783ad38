package io.evenkeel.gateway.http1;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Why a message was refused. The name is stable: it appears in logs, in the {@code detail} of the
 * answer and in tests. The status is the one for a request; a malformed reply of an upstream is
 * always answered with 502.
 */
@SuppressWarnings("ImmutableEnumChecker") // nobody writes to the reasons' bytes
public enum Rejection {
    /** A line ended by LF alone (RFC 9112 section 2.2 allows it; we don't guess). */
    BARE_LF(400),
    /** A CR without its LF (RFC 9112 section 2.2). */
    BARE_CR(400),
    /** A header value continued on the next line (RFC 9112 section 5.2). */
    OBS_FOLD(400),
    /** White space between a field name and its colon (RFC 9112 section 5.1). */
    SPACE_BEFORE_COLON(400),
    /** A field name that is empty or holds something other than token characters. */
    BAD_HEADER_NAME(400),
    /** NUL or another control character (RFC 9110 section 5.5). */
    NUL_OR_CONTROL(400),
    /** The request or status line isn't made of its three parts, one space between them. */
    BAD_START_LINE(400),
    /** The method is empty, too long or not a token. */
    BAD_METHOD(400),
    /** The request target has none of the forms of RFC 9112 section 3.2, or odd characters. */
    BAD_TARGET(400),
    /** A path with {@code .} or {@code ..} segments: router and upstream would read it two ways. */
    DOT_SEGMENT(400),
    /** CONNECT: this is a gateway, not a forward proxy. */
    CONNECT_UNSUPPORTED(501),
    /** Neither HTTP/1.0 nor HTTP/1.1. */
    VERSION(505),
    /** HTTP/1.1 without Host (RFC 9112 section 3.2). */
    HOST_MISSING(400),
    /** More than one Host line. */
    HOST_DUPLICATE(400),
    /** Host isn't a host name or address with an optional port. */
    BAD_HOST(400),
    /** The target's authority and Host differ. */
    HOST_MISMATCH(400),
    /** Content-Length isn't a plain decimal of at most 18 digits. */
    BAD_CONTENT_LENGTH(400),
    /** Several Content-Length values, even equal ones (RFC 9112 section 6.3 allows refusal). */
    DUPLICATE_CONTENT_LENGTH(400),
    /** Both framings at once (RFC 9112 section 6.3, item 3). */
    CONTENT_LENGTH_WITH_TRANSFER_ENCODING(400),
    /** Transfer-Encoding malformed, repeated, not ending in chunked, or on HTTP/1.0. */
    BAD_TRANSFER_ENCODING(400),
    /** A transfer coding besides chunked (RFC 9112 section 6.1). */
    TRANSFER_CODING_UNSUPPORTED(501),
    /** Content-Length or Transfer-Encoding with underscores: some servers go by it. */
    FRAMING_LOOK_ALIKE(400),
    /** Connection isn't a list of tokens. */
    BAD_CONNECTION(400),
    /** Connection names a field that must reach the other end, such as Host. */
    CONNECTION_NAMES_ESSENTIAL(400),
    /** An expectation other than 100-continue (RFC 9110 section 10.1.1). */
    EXPECTATION(417),
    /** A field that steers the gateway appears twice. */
    DUPLICATE_HEADER(400),
    /** The request line exceeds its limit. */
    URI_TOO_LONG(414),
    /** The head exceeds its limit. */
    HEAD_TOO_LARGE(431),
    /** More header lines than allowed. */
    TOO_MANY_HEADERS(431),
    /** A status that isn't 100 to 599 in three digits. */
    BAD_STATUS(502),
    /** A reply that cannot have a body announces one. */
    BODY_NOT_ALLOWED(502),
    /** A chunk size that is empty, not hexadecimal or beyond 2^60. */
    BAD_CHUNK_SIZE(400),
    /** A chunk extension that doesn't follow RFC 9112 section 7.1.1. */
    BAD_CHUNK_EXTENSION(400),
    /** Chunk-size line or extensions beyond their limit. */
    CHUNK_LINE_TOO_LONG(400),
    /** Chunk data not followed by CRLF. */
    BAD_CHUNK_END(400),
    /** A malformed trailer line. */
    BAD_TRAILER(400),
    /** A trailer that would frame, route or authenticate (RFC 9110 section 6.5.1). */
    FORBIDDEN_TRAILER(400),
    /** Trailers beyond their limit. */
    TRAILERS_TOO_LARGE(431);

    private static final Rejection[] VALUES = values();

    private final int status;
    private final String reason;
    private final byte[] reasonBytes;

    Rejection(int status) {
        this.status = status;
        this.reason = name().toLowerCase(Locale.ROOT).replace('_', '-');
        this.reasonBytes = reason.getBytes(StandardCharsets.US_ASCII);
    }

    /** Returns the status that answers a request refused for this: 400 to 505. */
    public int status() {
        return status;
    }

    /** Returns the stable short name, for example {@code bare-lf}. */
    public String reason() {
        return reason;
    }

    /** Returns {@link #reason()} in ASCII; shared, not to be changed. */
    public byte[] reasonBytes() {
        return reasonBytes;
    }

    /** Returns the negative number by which scanners report this. */
    @SuppressWarnings("EnumOrdinal") // never leaves the process
    public int code() {
        return -1 - ordinal();
    }

    /** Returns the rejection that a scanner reported as a negative {@code code}. */
    public static Rejection of(int code) {
        return VALUES[-1 - code];
    }

    /** Returns null if {@code ok}, else this. */
    @Nullable Rejection unless(boolean ok) {
        return ok ? null : this;
    }
}
