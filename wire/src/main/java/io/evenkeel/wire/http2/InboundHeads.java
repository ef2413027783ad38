package io.evenkeel.wire.http2;

import io.evenkeel.wire.hpack.FieldList;
import io.evenkeel.wire.hpack.HpackDecoder;
import io.evenkeel.wire.hpack.HpackException;
import java.nio.ByteBuffer;

/** Heads: gathers their blocks, decodes and judges them, and opens the peer's streams. */
final class InboundHeads {
    private static final int PRIORITY_BYTES = 5;
    private static final int KEPT_BYTES = 4_096;
    private static final ByteBuffer NONE = ByteBuffer.allocate(0);

    private final ConnectionState state;
    private final HpackDecoder decoder;
    private final FieldList fields;
    private final HeadRules rules = new HeadRules();

    /** Stream whose block is incomplete, or 0. */
    private int within;

    private boolean endStream;
    private int continuations;
    private ByteBuffer block = NONE;

    InboundHeads(ConnectionState state) {
        this.state = state;
        decoder = new HpackDecoder(state.limits.headerTable(), state.limits.headerList());
        fields = new FieldList(state.limits.headerList());
    }

    /** Whether only CONTINUATION may follow. */
    boolean within() {
        return within != 0;
    }

    void headers(int flags, int id, ByteBuffer in, int from, int to) throws ConnectionFault {
        int start = from;
        int end = to;
        if ((flags & Frames.PADDED) != 0) {
            if (start == end) {
                throw tooShort(to - from);
            }
            int padding = in.get(start++) & 0xff;
            if (padding > end - start) {
                throw FrameReader.tooMuchPadding("HEADERS", padding, to - from);
            }
            end -= padding;
        }
        if ((flags & Frames.WITH_PRIORITY) != 0) {
            if (end - start < PRIORITY_BYTES) {
                throw tooShort(to - from);
            }
            start += PRIORITY_BYTES;
        }
        // Only a client opens streams, and push is off.
        if ((id & 1) == 0 || (state.client && state.idle(id))) {
            throw Inbound.protocol("HEADERS on stream " + id + ", which the peer may not open");
        }
        endStream = (flags & Frames.END_STREAM) != 0;
        checkSize(end - start);
        if ((flags & Frames.END_HEADERS) != 0) {
            complete(id, in, start, end);
            return;
        }
        within = id;
        continuations = 0;
        gather(in, start, end);
    }

    void continuation(int flags, int id, ByteBuffer in, int from, int to) throws ConnectionFault {
        if (id != within) {
            throw Inbound.protocol("CONTINUATION on another stream");
        }
        continuations++;
        if (continuations > state.limits.continuations()) {
            throw new ConnectionFault(
                    ErrorCode.ENHANCE_YOUR_CALM,
                    "CONTINUATION: %d frames (limit: %d)"
                            .formatted(continuations, state.limits.continuations()));
        }
        checkSize(block.position() + to - from);
        gather(in, from, to);
        if ((flags & Frames.END_HEADERS) != 0) {
            within = 0;
            complete(id, block, 0, block.position());
            block.clear();
            if (block.capacity() > KEPT_BYTES) {
                block = NONE;
            }
        }
    }

    /** A frame for a stream that is not open: ignored if this end may have caused it. */
    void closed(int id, String frame, int octets) throws ConnectionFault {
        if (state.idle(id)) {
            throw Inbound.protocol(frame + " on stream " + id + ", which is idle");
        }
        if (!state.streams.wasReset(id) && !state.ignored(id)) {
            throw new ConnectionFault(
                    ErrorCode.STREAM_CLOSED, frame + " on stream " + id + ", which is closed");
        }
        state.stray(octets);
    }

    private void checkSize(int bytes) throws ConnectionFault {
        if (bytes > state.limits.headerBlock()) {
            throw new ConnectionFault(
                    ErrorCode.ENHANCE_YOUR_CALM,
                    "header block: %d octets (limit: %d)"
                            .formatted(bytes, state.limits.headerBlock()));
        }
    }

    private void gather(ByteBuffer in, int from, int to) {
        int bytes = to - from;
        if (block.remaining() < bytes) {
            ByteBuffer larger = ByteBuffer.allocate(2 * (block.position() + bytes));
            larger.put(block.flip());
            block = larger;
        }
        block.put(block.position(), in, from, bytes);
        block.position(block.position() + bytes);
    }

    private void complete(int id, ByteBuffer in, int from, int to) throws ConnectionFault {
        fields.clear();
        try {
            decoder.decode(in, from, to, fields);
        } catch (HpackException broken) {
            throw new ConnectionFault(
                    ErrorCode.COMPRESSION_ERROR, String.valueOf(broken.getMessage()));
        }
        Http2Stream stream = state.streams.find(id);
        if (!state.client && id > state.lastRemote) {
            state.lastRemote = id;
            if (!state.ignored(id)) {
                request(id);
            }
        } else if (stream == null || stream.ended()) {
            closed(id, "HEADERS", 0);
        } else if (stream.remoteEnded) {
            state.streamError(id, stream, ErrorCode.STREAM_CLOSED, "HEADERS behind the end");
        } else if (fields.tooLarge()) {
            state.streamError(id, stream, ErrorCode.ENHANCE_YOUR_CALM, tooLarge());
        } else if (stream.headSeen) {
            trailers(stream);
        } else {
            response(stream);
        }
    }

    private void request(int id) throws ConnectionFault {
        if (state.streams.open() >= state.limits.concurrentStreams()) {
            state.streamError(id, null, ErrorCode.REFUSED_STREAM, "too many streams");
            return;
        }
        if (fields.tooLarge()) {
            state.streamError(id, null, ErrorCode.ENHANCE_YOUR_CALM, tooLarge());
            return;
        }
        String wrong = rules.request(fields, state.limits.connectProtocol());
        if (wrong == null && endStream && rules.contentLength() > 0) {
            wrong = "no octets, but a content-length";
        }
        if (wrong != null) {
            state.streamError(id, null, ErrorCode.PROTOCOL_ERROR, wrong);
            return;
        }
        Http2Stream stream = state.streams.add(id, state.peer.window, state.limits.streamWindow());
        stream.headSeen = true;
        stream.promised = rules.contentLength();
        pass(stream, HeadKind.REQUEST);
    }

    private void response(Http2Stream stream) throws ConnectionFault {
        String wrong = rules.response(fields);
        boolean interim = rules.status() < 200;
        if (wrong == null && interim && endStream) {
            wrong = "interim response at the end";
        }
        if (wrong == null && interim) {
            state.chatter("interim responses");
        }
        if (wrong == null && !interim) {
            // These have no body, whatever their content-length says of another.
            boolean bodiless = stream.headRequest || rules.status() == 204 || rules.status() == 304;
            stream.promised = bodiless ? 0 : rules.contentLength();
            stream.headSeen = true;
            if (endStream && stream.brokePromise()) {
                wrong = "no octets, but a content-length";
            }
        }
        if (wrong != null) {
            state.streamError(stream.id, stream, ErrorCode.PROTOCOL_ERROR, wrong);
        } else {
            pass(stream, interim ? HeadKind.INFORMATIONAL : HeadKind.RESPONSE);
        }
    }

    private void trailers(Http2Stream stream) throws ConnectionFault {
        String wrong = endStream ? rules.trailers(fields) : "a second head";
        if (wrong == null && stream.brokePromise()) {
            wrong = "fewer octets than content-length";
        }
        if (wrong != null) {
            state.streamError(stream.id, stream, ErrorCode.PROTOCOL_ERROR, wrong);
        } else {
            pass(stream, HeadKind.TRAILERS);
        }
    }

    private void pass(Http2Stream stream, HeadKind kind) {
        int id = stream.id;
        stream.remoteEnded = endStream;
        state.events.head(id, kind, fields, endStream);
        state.finished(id);
    }

    private String tooLarge() {
        return "head: %d bytes (limit: %d)".formatted(fields.size(), fields.limit());
    }

    private static ConnectionFault tooShort(int length) {
        return new ConnectionFault(
                ErrorCode.FRAME_SIZE_ERROR, "HEADERS: %d octets".formatted(length));
    }
}
