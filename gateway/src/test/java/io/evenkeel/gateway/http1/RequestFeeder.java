package io.evenkeel.gateway.http1;

import java.nio.ByteBuffer;

/** Feeds octets to a head scanner and the decoder behind it, cut as a test likes. */
final class RequestFeeder {
    final RequestHead head = new RequestHead();
    final ChunkedDecoder decoder = new ChunkedDecoder();
    private int bodyAt = -1;

    /** Shows all octets up to {@code to}. Returns a negative code, or what was consumed so far. */
    int feed(ByteBuffer octets, int from, int to) {
        if (bodyAt < 0) {
            int result = head.scan(octets, from, to, Limits.DEFAULT);
            if (result <= 0) {
                return result;
            }
            bodyAt = result;
            decoder.reset();
        }
        if (head.framing() == Framing.CHUNKED && !decoder.done()) {
            int end = decoder.advance(octets, from + bodyAt, to, Limits.DEFAULT);
            if (end < 0) {
                return end;
            }
            bodyAt = end - from;
        }
        return bodyAt;
    }

    boolean headComplete() {
        return bodyAt >= 0;
    }

    boolean complete() {
        return bodyAt >= 0 && (head.framing() != Framing.CHUNKED || decoder.done());
    }
}
