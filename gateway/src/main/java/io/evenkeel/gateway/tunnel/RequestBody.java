package io.evenkeel.gateway.tunnel;

import io.evenkeel.gateway.http1.ChunkedDecoder;
import io.evenkeel.gateway.http1.Framing;
import io.evenkeel.gateway.http1.Limits;
import io.evenkeel.gateway.http1.RequestHead;
import java.nio.ByteBuffer;

/** Where the octets of one request's body are among those of HTTP/1.1. */
final class RequestBody {
    private final ChunkedDecoder chunks = new ChunkedDecoder();
    private final Limits limits;
    private boolean chunked;

    /** Octets of the body that are next. */
    private long run;

    RequestBody(Limits limits) {
        this.limits = limits;
    }

    /** The body of the request with this head. */
    void begin(RequestHead head) {
        chunked = head.framing() == Framing.CHUNKED;
        run = head.framing() == Framing.LENGTH ? head.contentLength() : 0;
        chunks.reset();
    }

    /** Goes over what is no data at the position, and consumes it; false: malformed. */
    boolean find(ByteBuffer in) {
        while (chunked && run == 0 && in.hasRemaining() && !chunks.done()) {
            int from = in.position();
            int to = chunks.step(in, from, in.limit(), limits);
            if (to < 0) {
                return false;
            } else if (chunks.data()) {
                run = (long) to - from;
            } else {
                in.position(to);
            }
        }
        return true;
    }

    /** How many octets at the position are data. */
    int length(ByteBuffer in) {
        return (int) Math.min(run, in.remaining());
    }

    /** Whether nothing follows so many octets of data. */
    boolean endsWith(int length) {
        return chunked ? chunks.done() : length == run;
    }

    /** So many of them were passed on. */
    void taken(int octets) {
        run -= octets;
    }
}
