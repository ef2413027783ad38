package io.evenkeel.gateway.proxy;

import io.evenkeel.gateway.http1.HeadEditor;
import io.evenkeel.gateway.http1.HeadEdits;
import io.evenkeel.gateway.http1.Provenance;
import io.evenkeel.gateway.http1.RequestHead;
import io.evenkeel.gateway.net.Connection;
import io.evenkeel.gateway.observe.RequestTrace;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A request on its way to an endpoint. The head that goes out, and what came of the body with it,
 * are written once and kept until the first byte of a reply: that is what an attempt after the
 * first sends again. Once later parts of the body have been passed on, nothing can be repeated any
 * more.
 */
final class Delivery {
    private static final byte[] NOTHING = new byte[0];

    /** How a send went. */
    enum Sent {
        /** Nothing waits. */
        ALL,
        /** The rest waits until the endpoint takes more. */
        PART,
        /** The endpoint takes no more. */
        BROKEN,
        /** There is no memory to hold what the endpoint didn't take. */
        NO_MEMORY
    }

    private final ProxyLoop loop;
    private final RequestTrace trace;

    /** Bytes for the endpoint: those from the position on are still to be sent. */
    private @Nullable ByteBuffer bytes;

    private boolean repeatable;
    private boolean refused;
    private boolean begun;
    private long sentNanos;

    Delivery(ProxyLoop loop, RequestTrace trace) {
        this.loop = loop;
        this.trace = trace;
    }

    /** For the next request. */
    void reset(long nowNanos) {
        repeatable = false;
        refused = false;
        begun = false;
        sentNanos = nowNanos;
    }

    /**
     * Writes the head that goes out, and the part of the body in {@code [bodyFrom, bodyEnd)}, while
     * the bytes of the head are still there. Returns false if there is no memory for it.
     */
    boolean compose(
            RequestHead head,
            ByteBuffer in,
            Provenance provenance,
            HeadEdits edits,
            int bodyFrom,
            int bodyEnd) {
        ByteBuffer outgoing =
                loop.buffers()
                        .acquire(
                                HeadEditor.requestRoom(head, loop.sources().chain(), edits)
                                        + bodyEnd
                                        - bodyFrom);
        if (outgoing == null) {
            return false;
        }
        loop.editor()
                .request(
                        head,
                        in,
                        provenance,
                        loop.sources().chain(),
                        trace.id(),
                        NOTHING,
                        edits,
                        false,
                        outgoing);
        if (bodyEnd > bodyFrom) {
            int at = outgoing.position();
            outgoing.put(at, in, bodyFrom, bodyEnd - bodyFrom);
            outgoing.position(at + bodyEnd - bodyFrom);
        }
        outgoing.flip();
        bytes = outgoing;
        repeatable = true;
        return true;
    }

    /**
     * What {@link #compose} wrote, from the buffer's first byte to its limit; not to be changed.
     */
    ByteBuffer composed() {
        ByteBuffer written = bytes;
        if (written == null) {
            throw new IllegalStateException("nothing is written down");
        }
        return written;
    }

    /** Another endpoint is to get it, from the first byte on. */
    void again() {
        begun = false;
        refused = false;
        if (bytes != null) {
            bytes.rewind();
        }
    }

    /** Sends what is still to be sent. */
    Sent send(Connection to) {
        ByteBuffer unsent = bytes;
        if (unsent == null || !unsent.hasRemaining()) {
            return Sent.ALL;
        }
        int n = to.write(unsent);
        if (n == Connection.FAILED) {
            return Sent.BROKEN;
        }
        if (n > 0) {
            sentNanos = loop.net().nanos();
            if (!begun) {
                begun = true;
                trace.sent(sentNanos);
            }
        }
        if (unsent.hasRemaining()) {
            return Sent.PART;
        }
        if (!repeatable) {
            release();
        }
        return Sent.ALL;
    }

    /** Passes on a part of the body that came behind the first; nothing must wait. */
    Sent pass(ByteBuffer part, Connection to) {
        if (repeatable) {
            release();
        }
        int n = to.write(part);
        if (n == Connection.FAILED) {
            return Sent.BROKEN;
        }
        if (n > 0) {
            sentNanos = loop.net().nanos();
        }
        if (!part.hasRemaining()) {
            return Sent.ALL;
        }
        ByteBuffer rest = loop.buffers().acquire(part.remaining());
        if (rest == null) {
            return Sent.NO_MEMORY;
        }
        bytes = rest.put(part).flip();
        return Sent.PART;
    }

    /** The endpoint takes no more of the body; its reply may still come. */
    void refuse() {
        refused = true;
        if (!repeatable) {
            release();
        }
    }

    /** It is not sent again, whatever comes. */
    void isLast() {
        if (repeatable) {
            repeatable = false;
            if (bytes != null && !bytes.hasRemaining()) {
                release();
            }
        }
    }

    /** Forgets what was to be sent. */
    void release() {
        if (bytes != null) {
            loop.buffers().release(bytes);
            bytes = null;
        }
        repeatable = false;
    }

    /** Whether bytes wait for the endpoint. */
    boolean unsent() {
        return bytes != null && bytes.hasRemaining();
    }

    /** Whether the endpoint takes no more of the body. */
    boolean refused() {
        return refused;
    }

    /** Whether the endpoint of this attempt has got a byte of it. */
    boolean begun() {
        return begun;
    }

    /** Whether all that was to be sent so far is at hand, from the first byte on. */
    boolean repeatable() {
        return repeatable;
    }

    /** When the endpoint last took something. */
    long sentNanos() {
        return sentNanos;
    }
}
