package io.evenkeel.wire.http2;

/** What a head is to its stream. */
public enum HeadKind {
    /** A server's first head of a stream: {@code :method} and the rest, judged and complete. */
    REQUEST,
    /** A client's: an interim response, status 100 or 102 to 199. */
    INFORMATIONAL,
    /** A client's: the response. */
    RESPONSE,
    /** Fields behind the body; always the end of the stream. */
    TRAILERS
}
