package io.evenkeel.gateway.proxy;

import io.evenkeel.gateway.http1.ChunkedDecoder;
import io.evenkeel.gateway.http1.Framing;
import io.evenkeel.gateway.http1.HeadEditor;
import io.evenkeel.gateway.http1.LineEdits;
import io.evenkeel.gateway.http1.Persistence;
import io.evenkeel.gateway.http1.Rejection;
import io.evenkeel.gateway.http1.ResponseHead;
import io.evenkeel.gateway.net.Connection;
import io.evenkeel.gateway.observe.TerminationReason;
import io.evenkeel.gateway.pool.PooledConnection;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The way back of an {@link Exchange}: reads what the endpoint answers, edits the head and passes
 * the body on from the buffer it was read into. It reads only while nothing waits for the client,
 * so a slow client slows its endpoint and costs one buffer.
 */
final class Reply {
    private static final byte[] NOTHING = new byte[0];

    /** Interim replies passed on for one request; more are an endpoint gone wild. */
    private static final int MOST_INTERIMS = 16;

    /** A body part up to this size is copied behind its head: cheaper than a gathering write. */
    private static final int COPIED_BYTES = 8 << 10;

    private final ProxyLoop loop;
    private final Exchange exchange;
    private final ResponseHead head = new ResponseHead();
    private final ChunkedDecoder chunks = new ChunkedDecoder();

    private final ByteBuffer probe = ByteBuffer.allocateDirect(1);

    /** A part of a head. */
    private @Nullable ByteBuffer held;

    private boolean readable;
    private boolean pumping;
    private boolean begun;
    private boolean finalHead;
    private boolean headSent;
    private boolean done;
    private boolean reusable;
    private boolean unchunk;
    private int interims;
    private int status;
    private Framing framing = Framing.NONE;
    private long left;
    private TerminationReason reason = TerminationReason.COMPLETE;
    private long firstByteNanos;
    private long upstreamNanos;
    private long clientTookNanos;

    Reply(ProxyLoop loop, Exchange exchange) {
        this.loop = loop;
        this.exchange = exchange;
    }

    /** For another request, or another attempt at the same. */
    void reset() {
        release();
        readable = false;
        begun = false;
        finalHead = false;
        headSent = false;
        done = false;
        reusable = false;
        unchunk = false;
        interims = 0;
        status = 0;
        framing = Framing.NONE;
        left = 0;
        reason = TerminationReason.COMPLETE;
    }

    void release() {
        if (held != null) {
            loop.buffers().release(held);
            held = null;
        }
    }

    /** The request may be sent: a reply may come. */
    void connected() {
        head.reset(exchange.request().method());
        chunks.reset();
        upstreamNanos = loop.net().nanos();
    }

    /** Whether a byte has come. */
    boolean begun() {
        return begun;
    }

    /** Whether the head of the final reply has come. */
    boolean finalHead() {
        return finalHead;
    }

    /** Whether the client has got the head of the final reply. */
    boolean headSent() {
        return headSent;
    }

    /** Whether all of it was handed to the client's output. */
    boolean done() {
        return done;
    }

    /** The status that the client was sent, 0 if none was. */
    int sentStatus() {
        return headSent ? status : 0;
    }

    TerminationReason reason() {
        return reason;
    }

    long firstByteNanos() {
        return firstByteNanos;
    }

    long upstreamNanos() {
        return upstreamNanos;
    }

    long clientTookNanos() {
        return clientTookNanos;
    }

    void clientTook() {
        clientTookNanos = loop.net().nanos();
    }

    /** The gateway answers by itself. */
    void local(TerminationReason why, int localStatus) {
        release();
        finalHead = true;
        headSent = true;
        done = true;
        status = localStatus;
        reason = why;
        clientTook();
    }

    void readable() {
        readable = true;
        pump();
    }

    /** Sending failed: reads what may have come before. */
    void upstreamBroke() {
        readable = true;
        pump();
    }

    /** Goes on while there is something to read and the client takes it. */
    void pump() {
        if (pumping) {
            return;
        }
        pumping = true;
        while (readable && !done && !exchange.tunnel().open()) {
            PooledConnection from = exchange.upstream();
            if (from == null || exchange.client().out().pending()) {
                break;
            }
            read(from.connection());
        }
        pumping = false;
    }

    private void read(Connection from) {
        ByteBuffer in = held;
        int start = 0;
        if (in == null) {
            in = loop.scratch().in;
            in.clear();
        } else {
            held = null;
            in = Scratch.room(loop.buffers(), in, 1);
            if (in == null) {
                exchange.refuse(TerminationReason.GATEWAY_OVERLOADED);
                return;
            }
            held = in;
            start = in.position();
            int end = in.limit();
            in.limit(Math.min(in.capacity(), start + Scratch.READ_BYTES)).position(end);
        }
        int room = in.remaining();
        int n = from.read(in);
        in.limit(in.position()).position(start);
        if (n > 0) {
            readable = n == room;
            upstreamNanos = loop.net().nanos();
            if (!begun) {
                begun = true;
                firstByteNanos = upstreamNanos;
                exchange.replyBegins();
            }
            process(in);
            return;
        }
        readable = false;
        if (n != Connection.AGAIN) {
            ended(n == Connection.EOF);
        }
    }

    private void process(ByteBuffer in) {
        ByteBuffer out = loop.scratch().out;
        out.clear();
        while (!finalHead) {
            int result = head.scan(in, in.position(), in.limit(), loop.settings().limits());
            if (result == ResponseHead.NEED_MORE) {
                hold(in);
                out.flip();
                toClient(out, Scratch.EMPTY);
                return;
            }
            if (result < 0) {
                exchange.refuse(Answers.replyHead(Rejection.of(result)));
                return;
            }
            if (head.switching()) {
                switchProtocol(in, result, out);
                return;
            }
            if (head.interim() ? !interim(in, out) : !last(in, out)) {
                exchange.refuse(TerminationReason.UPSTREAM_HEAD_MALFORMED);
                return;
            }
            in.position(in.position() + result);
            if (!finalHead) {
                head.reset(exchange.request().method());
            }
        }
        body(in, out);
    }

    private boolean interim(ByteBuffer in, ByteBuffer out) {
        if (++interims > MOST_INTERIMS) {
            return false;
        }
        return exchange.request().minorVersion() == 0
                || loop.editor()
                                .response(
                                        head,
                                        in,
                                        Persistence.KEEP_ALIVE,
                                        false,
                                        null,
                                        LineEdits.NONE,
                                        NOTHING,
                                        out)
                        != HeadEditor.OVERFLOW;
    }

    private boolean last(ByteBuffer in, ByteBuffer out) {
        finalHead = true;
        status = head.status();
        framing = head.framing();
        left = framing == Framing.LENGTH ? head.contentLength() : 0;
        reusable = head.keepAlive();
        unchunk = exchange.request().minorVersion() == 0 && head.chunkedCoding();
        if (framing == Framing.UNTIL_CLOSE || (unchunk && framing == Framing.CHUNKED)) {
            exchange.request().closeClientAfterwards();
        }
        Persistence persistence = exchange.persistence(status);
        int written =
                loop.editor()
                        .response(
                                head,
                                in,
                                persistence,
                                unchunk,
                                exchange.trace().id(),
                                exchange.request().replyEdits(),
                                exchange.attempts().sessionLines(),
                                out);
        return written != HeadEditor.OVERFLOW;
    }

    /** Passes on the body in {@code in}, behind what {@code out} holds already. */
    @SuppressWarnings("ReferenceEquality") // the very buffer, not one of equal content
    private void body(ByteBuffer in, ByteBuffer out) {
        int from = in.position();
        int to = in.limit();
        int end = from;
        boolean complete = false;
        switch (framing) {
            case NONE -> complete = true;
            case LENGTH -> {
                int n = (int) Math.min(left, to - from);
                left -= n;
                end = from + n;
                complete = left == 0;
            }
            case CHUNKED -> {
                end =
                        unchunk
                                ? withoutChunks(in, from, to, out)
                                : chunks.advance(in, from, to, loop.settings().limits());
                complete = chunks.done();
            }
            case UNTIL_CLOSE -> end = to;
        }
        if (end < 0) {
            // A client that has the head already must not take the rest for whole.
            exchange.refuse(TerminationReason.UPSTREAM_BODY_MALFORMED);
            return;
        }
        if (end < to) {
            // Something behind the end of the reply: nobody asked for it.
            reusable = false;
        }
        exchange.trace().responseBytes(end - from);
        in.limit(end).position(unchunk ? end : from);
        if (in.remaining() <= COPIED_BYTES
                && out.position() > 0
                && out.remaining() >= in.remaining()) {
            out.put(in);
        }
        out.flip();
        done = complete;
        headSent = true;
        toClient(out, in);
        if (in == held) {
            release();
        }
        if (exchange.client().out().failed()) {
            exchange.clientGone();
        } else if (complete) {
            exchange.replyComplete(status, reusable && nothingBehind());
        } else {
            exchange.client().arm();
        }
    }

    /**
     * Whether nothing is left to read, so that the connection may be kept: a read that ended with a
     * full buffer has not found the bottom, and until one does no event tells of what comes next.
     */
    private boolean nothingBehind() {
        PooledConnection from = exchange.upstream();
        if (!readable || from == null) {
            return true;
        }
        readable = false;
        probe.clear();
        return from.connection().read(probe) == Connection.AGAIN;
    }

    /** Copies the data of chunks to {@code out}. */
    private int withoutChunks(ByteBuffer in, int from, int to, ByteBuffer out) {
        int at = from;
        while (at < to && !chunks.done()) {
            int end = chunks.step(in, at, to, loop.settings().limits());
            if (end < 0) {
                return end;
            }
            if (chunks.data()) {
                out.put(out.position(), in, at, end - at).position(out.position() + end - at);
            }
            at = end;
        }
        return at;
    }

    private void toClient(ByteBuffer first, ByteBuffer second) {
        clientTook();
        exchange.client().out().write(first, second);
    }

    private void switchProtocol(ByteBuffer in, int headLength, ByteBuffer out) {
        if (!exchange.request().upgradeWanted() || !exchange.request().done()) {
            exchange.refuse(TerminationReason.UPSTREAM_HEAD_MALFORMED);
            return;
        }
        if (!last(in, out)) {
            exchange.refuse(TerminationReason.UPSTREAM_HEAD_MALFORMED);
            return;
        }
        out.flip();
        in.position(in.position() + headLength);
        headSent = true;
        toClient(out, in);
        release();
        exchange.tunnel().begin(readable);
    }

    /** The endpoint's direction is over. */
    private void ended(boolean orderly) {
        if (finalHead) {
            if (orderly && framing == Framing.UNTIL_CLOSE) {
                done = true;
                exchange.replyComplete(status, false);
            } else {
                exchange.client().abort(TerminationReason.UPSTREAM_BODY_ABORTED);
            }
        } else if (begun) {
            exchange.refuse(TerminationReason.UPSTREAM_HEAD_ABORTED);
        } else {
            exchange.upstreamClosed();
        }
    }

    @SuppressWarnings("ReferenceEquality") // the very buffer, not one of equal content
    private void hold(ByteBuffer in) {
        if (in == held || !in.hasRemaining()) {
            return;
        }
        ByteBuffer kept = loop.buffers().acquire(in.remaining());
        if (kept == null) {
            exchange.refuse(TerminationReason.GATEWAY_OVERLOADED);
            return;
        }
        held = kept.put(in).flip();
    }
}
