package io.evenkeel.gateway.proxy;

import io.evenkeel.gateway.http1.RequestHead;
import io.evenkeel.kernel.routing.RequestView;
import java.nio.ByteBuffer;

/** A request's head as the router reads it: in place. One per loop, used again. */
final class HeadView implements RequestView {
    private RequestHead head = new RequestHead();
    private ByteBuffer buffer = Scratch.EMPTY;

    /** Looks at this head from now on. */
    HeadView of(RequestHead scanned, ByteBuffer in) {
        head = scanned;
        buffer = in;
        return this;
    }

    @Override
    public long host() {
        return span(head.hostStart(), head.authorityEnd());
    }

    @Override
    public long path() {
        return span(head.pathStart(), head.pathEnd());
    }

    @Override
    public long header(byte[] lowerCaseName, int occurrence) {
        int at = -1;
        for (int i = 0; i <= occurrence; i++) {
            at = head.find(buffer, lowerCaseName, at + 1);
            if (at < 0) {
                return NONE;
            }
        }
        return RequestView.span(head.valueStart(at), head.valueEnd(at) - head.valueStart(at));
    }

    @Override
    public byte at(int offset) {
        return buffer.get(offset);
    }

    private static long span(int from, int to) {
        return to > from ? RequestView.span(from, to - from) : NONE;
    }
}
