package io.evenkeel.wire.http2;

import io.evenkeel.wire.hpack.Indexing;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/2 connection, either end (RFC 9113), without I/O: {@link #receive} takes what came and
 * calls {@link Http2Events}; commands queue frames; {@link #flush} and {@link #data} write them.
 * Bodies are not copied in: a piece is a view of what was received, and {@link #data} writes a
 * frame's header for octets that the caller sends behind it. Push and priorities are not supported,
 * as RFC 9113 allows.
 *
 * <p>Nothing is allocated for a frame, stream or field once the arrays have grown to their use, and
 * each of them has a bound ({@link Http2Limits}). Commands for a stream that is over do nothing.
 * After a connection error only {@link #flush} does something. Not thread-safe.
 */
public final class Http2Connection {
    /** {@link #data} wrote nothing: no window, no room, or queued frames go first. */
    public static final int BLOCKED = -1;

    /** {@link #data} wrote nothing: the stream is over, or this end has ended it. */
    public static final int GONE = -2;

    private final ConnectionState state;
    private final Inbound inbound;
    private int headStream;

    private Http2Connection(ConnectionState state) {
        this.state = state;
        inbound = new Inbound(state);
        hello();
    }

    /**
     * The end that sends requests. Its preface and SETTINGS wait to be written.
     *
     * @param huffman whether heads are Huffman-coded: fewer octets for more work
     */
    public static Http2Connection client(Http2Limits limits, boolean huffman, Http2Events events) {
        return new Http2Connection(new ConnectionState(true, limits, huffman, events));
    }

    /** The end that serves them; see {@link #client}. */
    public static Http2Connection server(Http2Limits limits, boolean huffman, Http2Events events) {
        return new Http2Connection(new ConnectionState(false, limits, huffman, events));
    }

    private void hello() {
        Http2Limits limits = state.limits;
        if (state.client) {
            state.out.raw("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        }
        boolean extended = !state.client && limits.connectProtocol();
        state.out.settings(extended ? 5 : 4);
        state.out.setting(Frames.HEADER_TABLE_SIZE, limits.headerTable());
        if (state.client) {
            state.out.setting(Frames.ENABLE_PUSH, 0);
        } else {
            state.out.setting(Frames.MAX_CONCURRENT_STREAMS, limits.concurrentStreams());
        }
        state.out.setting(Frames.INITIAL_WINDOW_SIZE, limits.streamWindow());
        state.out.setting(Frames.MAX_HEADER_LIST_SIZE, limits.headerList());
        if (extended) {
            state.out.setting(Frames.ENABLE_CONNECT_PROTOCOL, 1);
        }
        if (limits.connectionWindow() > Frames.DEFAULT_WINDOW) {
            state.out.windowUpdate(0, limits.connectionWindow() - Frames.DEFAULT_WINDOW);
        }
    }

    /**
     * Takes all octets between position and limit, in pieces of any size.
     *
     * @param nowNanos of a clock that does not go back; the budgets of {@link Http2Limits} need it
     */
    public void receive(ByteBuffer in, long nowNanos) {
        outsideHead();
        state.now(nowNanos);
        inbound.read(in);
    }

    /** Writes queued frames into {@code out} as far as they fit; true if none is left. */
    public boolean flush(ByteBuffer out) {
        return state.out.drain(out);
    }

    /** Octets that wait for {@link #flush}. Whoever queues heads looks at this. */
    public int queuedBytes() {
        return state.out.bytes();
    }

    /**
     * How many streams {@link #open} would give now; 0 for a server, and until the peer's SETTINGS
     * came ({@link Http2Events#settings}).
     */
    public int available() {
        return state.available();
    }

    /** Streams open in at least one direction. */
    public int openStreams() {
        return state.streams.open();
    }

    /** Opens a stream (a client's); its head is begun. 0: none is {@link #available}. */
    public int open() {
        outsideHead();
        int stream = state.open();
        if (stream != 0) {
            begin(stream);
        }
        return stream;
    }

    /**
     * Begins a head of an open stream: a response, an interim one before it, or trailers. False if
     * the stream is over or ended by this end; else fields follow, and {@link #endHead}.
     */
    public boolean beginHead(int stream) {
        outsideHead();
        Http2Stream known = state.streams.find(stream);
        if (known == null || known.localEnded) {
            return false;
        }
        begin(stream);
        return true;
    }

    /**
     * Adds a field to the head that was begun; pseudo-headers first, names in lower case, octets as
     * characters. A field that belongs to an HTTP/1.1 connection is left out.
     */
    public void field(String name, String value) {
        insideHead();
        if (HeadRules.connectionSpecific(name)) {
            return;
        }
        if (name.equals(":method") && value.equals("HEAD")) {
            markHeadRequest();
        }
        state.out.field(name, value, Indexing.AUTO);
    }

    /** The same with a value that is octets of a buffer, {@code value[from, to)}. */
    public void field(String name, ByteBuffer value, int from, int to) {
        insideHead();
        if (HeadRules.connectionSpecific(name)) {
            return;
        }
        if (name.equals(":method") && to - from == 4 && head(value, from)) {
            markHeadRequest();
        }
        state.out.field(name, value, from, to, Indexing.AUTO);
    }

    /** The same for a field of an HTTP/1.1 head where it lies, its name in any case. */
    public void field(
            ByteBuffer name, int nameFrom, int nameTo, ByteBuffer value, int from, int to) {
        insideHead();
        if (!HeadRules.connectionSpecific(name, nameFrom, nameTo)) {
            state.out.field(name, nameFrom, nameTo, value, from, to, Indexing.AUTO);
        }
    }

    /** Ends the head; {@code end}: and the stream, as far as this end goes. */
    public void endHead(boolean end) {
        insideHead();
        int stream = headStream;
        headStream = 0;
        state.out.endHead(stream, end, state.peer.frameBytes);
        if (end) {
            ended(stream);
        }
    }

    /** The largest head that the peer wants, as SETTINGS_MAX_HEADER_LIST_SIZE counts it. */
    public long peerHeaderList() {
        return state.peer.headerList;
    }

    /** Whether the peer, a server, takes the extended CONNECT of RFC 8441. */
    public boolean peerConnectProtocol() {
        return state.peer.connectProtocol;
    }

    /**
     * Writes the header of one DATA frame into {@code out}, queued frames before it. The caller
     * must send as many octets of the body right behind as this returns, and only then anything
     * else.
     *
     * @param length octets that the caller has and could send now, 0 or more; 0 with {@code end} is
     *     an empty last frame
     * @param end whether the body ends with them; the frame says so if it takes them all
     * @return octets of this frame, at most {@code length}, {@link #BLOCKED} or {@link #GONE}.
     *     Blocked by a window: {@link Http2Events#writable} follows
     */
    public int data(int stream, int length, boolean end, ByteBuffer out) {
        outsideHead();
        Http2Stream known = state.streams.find(stream);
        if (known == null || known.localEnded) {
            return GONE;
        }
        if (!flush(out) || out.remaining() < Frames.HEADER_BYTES || (length == 0 && !end)) {
            return BLOCKED;
        }
        int window = Math.min(known.sendWindow, state.sendWindow);
        if (length > 0 && window <= 0) {
            known.blocked = true;
            return BLOCKED;
        }
        int bytes = Math.min(length, Math.min(Math.max(0, window), state.peer.frameBytes));
        boolean last = end && bytes == length;
        out.putInt((bytes << 8) | Frames.DATA);
        out.put((byte) (last ? Frames.END_STREAM : 0));
        out.putInt(stream);
        known.sendWindow -= bytes;
        state.sendWindow -= bytes;
        state.dataSent(bytes);
        if (last) {
            ended(stream);
        }
        return bytes;
    }

    /**
     * Writes one DATA frame with octets of {@code body}, copied. As {@link #data(int, int, boolean,
     * ByteBuffer)}; takes no more than fits, and {@code body}'s position says how far.
     */
    public int data(int stream, ByteBuffer body, boolean end, ByteBuffer out) {
        if (!flush(out)) {
            return state.streams.find(stream) == null ? GONE : BLOCKED;
        }
        int room = Math.max(0, out.remaining() - Frames.HEADER_BYTES);
        int length = Math.min(body.remaining(), room);
        int bytes = data(stream, length, end && length == body.remaining(), out);
        if (bytes > 0) {
            out.put(out.position(), body, body.position(), bytes);
            out.position(out.position() + bytes);
            body.position(body.position() + bytes);
        }
        return bytes;
    }

    /**
     * Octets of this stream's body were passed on, and the peer may send as many again.
     *
     * @param bytes at most what was delivered and not yet consumed
     */
    public void consumed(int stream, int bytes) {
        outsideHead();
        state.consumed(stream, bytes);
    }

    /** Ends a stream in both directions at once; there is no event. */
    public void reset(int stream, ErrorCode code) {
        outsideHead();
        state.reset(stream, code);
    }

    /** Asks for a {@link Http2Events#pong}. */
    public void ping(long payload) {
        outsideHead();
        if (!state.failed()) {
            state.out.ping(payload);
        }
    }

    /** Announces the end (section 6.8): streams on their way are still served. */
    public void drain() {
        goAway(Integer.MAX_VALUE, "draining");
    }

    /** Accepts no streams beyond those that have come; they are still served. */
    public void stopAccepting() {
        goAway(state.lastRemote, "stopping");
    }

    /** The transport is gone: every stream is reset. */
    public void lost() {
        if (!state.failed()) {
            state.abandon(ErrorCode.CANCEL, true, "connection lost");
        }
    }

    /** Whether there was a connection error, or the transport is {@link #lost}. */
    public boolean failed() {
        return state.failed();
    }

    /** Whether the peer acknowledged the SETTINGS of this end. */
    public boolean settingsAcknowledged() {
        return inbound.settingsAcknowledged();
    }

    /** Keeps the owner's object with a stream until the stream is over and consumed. */
    public void attach(int stream, @Nullable Object attachment) {
        Http2Stream known = state.streams.find(stream);
        if (known != null) {
            known.attachment = attachment;
        }
    }

    /** What was {@link #attach}ed, or null. */
    public @Nullable Object attached(int stream) {
        Http2Stream known = state.streams.find(stream);
        return known == null ? null : known.attachment;
    }

    private static boolean head(ByteBuffer method, int from) {
        return method.get(from) == 'H'
                && method.get(from + 1) == 'E'
                && method.get(from + 2) == 'A'
                && method.get(from + 3) == 'D';
    }

    private void begin(int stream) {
        headStream = stream;
        state.out.beginHead();
    }

    private void markHeadRequest() {
        Http2Stream stream = state.streams.find(headStream);
        if (stream != null) {
            stream.headRequest = true;
        }
    }

    private void ended(int stream) {
        Http2Stream known = state.streams.find(stream);
        if (known != null) {
            known.localEnded = true;
            state.finished(stream);
        }
    }

    private void goAway(int last, String reason) {
        outsideHead();
        if (!state.failed()) {
            state.goAway(last, ErrorCode.NO_ERROR, reason);
        }
    }

    private void insideHead() {
        if (headStream == 0) {
            throw new IllegalStateException("no head was begun");
        }
    }

    private void outsideHead() {
        if (headStream != 0) {
            throw new IllegalStateException("the head of stream " + headStream + " is not ended");
        }
    }
}
