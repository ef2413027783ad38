package io.evenkeel.wire.http2;

import io.evenkeel.wire.hpack.HpackEncoder;
import io.evenkeel.wire.hpack.Indexing;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Frames that wait to be written, all but DATA. Heads and commands are bounded by the streams that
 * their owner has open; answers to the peer have a bound of their own, as a peer that asks and does
 * not read could fill the memory. Lets go of a large buffer when it is empty.
 */
final class OutQueue {
    private static final int KEPT_BYTES = 64 * 1024;
    private static final int MOST_REASON_BYTES = 200;

    private final HpackEncoder encoder;
    private final int mostAnswerBytes;
    private ByteBuffer queue = ByteBuffer.allocate(512);
    private int drained;
    private int answerBytes;

    /** Where the head begins that is being written, or -1. */
    private int head = -1;

    private long headBytes;

    OutQueue(HpackEncoder encoder, int mostAnswerBytes) {
        this.encoder = encoder;
        this.mostAnswerBytes = mostAnswerBytes;
    }

    /** Octets that wait, a head that is being written not counted. */
    int bytes() {
        return (head >= 0 ? head : queue.position()) - drained;
    }

    /** Moves what fits; true if nothing is left. */
    boolean drain(ByteBuffer out) {
        int bytes = Math.min(bytes(), out.remaining());
        if (bytes > 0) {
            out.put(out.position(), queue, drained, bytes);
            out.position(out.position() + bytes);
            drained += bytes;
        }
        if (bytes() > 0) {
            return false;
        }
        answerBytes = 0;
        if (head < 0) {
            queue.clear();
            drained = 0;
            if (queue.capacity() > KEPT_BYTES) {
                queue = ByteBuffer.allocate(512);
            }
        }
        return true;
    }

    void raw(String ascii) {
        reserve(ascii.length());
        queue.put(ascii.getBytes(StandardCharsets.US_ASCII));
    }

    /** Begins the SETTINGS frame of {@code entries}. */
    void settings(int entries) {
        frame(6 * entries, Frames.SETTINGS, 0, 0);
    }

    void setting(int id, int value) {
        reserve(6);
        queue.putShort((short) id).putInt(value);
    }

    void settingsAck() throws ConnectionFault {
        answer(0);
        frame(0, Frames.SETTINGS, Frames.ACK, 0);
    }

    void ping(long payload) {
        frame(8, Frames.PING, 0, 0);
        queue.putLong(payload);
    }

    void pingAck(long payload) throws ConnectionFault {
        answer(8);
        frame(8, Frames.PING, Frames.ACK, 0);
        queue.putLong(payload);
    }

    void windowUpdate(int stream, int credit) {
        frame(4, Frames.WINDOW_UPDATE, 0, stream);
        queue.putInt(credit);
    }

    void reset(int stream, ErrorCode code) {
        frame(4, Frames.RST_STREAM, 0, stream);
        queue.putInt(code.code());
    }

    /** A reset that the peer provoked. */
    void answerReset(int stream, ErrorCode code) throws ConnectionFault {
        answer(4);
        reset(stream, code);
    }

    void goAway(int lastStream, ErrorCode code, String reason) {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(text.length, MOST_REASON_BYTES);
        frame(8 + length, Frames.GOAWAY, 0, 0);
        queue.putInt(lastStream).putInt(code.code()).put(text, 0, length);
    }

    /** Begins a head; {@link #endHead} ends it, with nothing but fields between. */
    void beginHead() {
        reserve(Frames.HEADER_BYTES);
        head = queue.position();
        headBytes = 0;
        queue.position(head + Frames.HEADER_BYTES);
    }

    boolean inHead() {
        return head >= 0;
    }

    /** Size of the head so far as SETTINGS_MAX_HEADER_LIST_SIZE counts it. */
    long headBytes() {
        return headBytes;
    }

    void field(String name, String value, Indexing indexing) {
        room(name.length(), value.length());
        encoder.field(name, value, indexing, queue);
    }

    void field(String name, ByteBuffer value, int from, int to, Indexing indexing) {
        room(name.length(), to - from);
        encoder.field(name, value, from, to, indexing, queue);
    }

    void field(
            ByteBuffer name,
            int nameFrom,
            int nameTo,
            ByteBuffer value,
            int from,
            int to,
            Indexing indexing) {
        room(nameTo - nameFrom, to - from);
        encoder.field(name, nameFrom, nameTo, value, from, to, indexing, queue);
    }

    /** Ends the head, as HEADERS and what CONTINUATION frames the peer's frame size demands. */
    void endHead(int stream, boolean endStream, int mostFrameBytes) {
        int start = head + Frames.HEADER_BYTES;
        int length = queue.position() - start;
        int further = length <= mostFrameBytes ? 0 : (length - 1) / mostFrameBytes;
        if (further > 0) {
            reserve(further * Frames.HEADER_BYTES);
            start = head + Frames.HEADER_BYTES;
            queue.position(queue.position() + further * Frames.HEADER_BYTES);
        }
        // The last piece moves first, so that none is written over.
        for (int piece = further; piece > 0; piece--) {
            int from = start + piece * mostFrameBytes;
            int bytes = Math.min(mostFrameBytes, length - piece * mostFrameBytes);
            int to = from + piece * Frames.HEADER_BYTES;
            System.arraycopy(queue.array(), from, queue.array(), to, bytes);
            int flags = piece == further ? Frames.END_HEADERS : 0;
            header(to - Frames.HEADER_BYTES, bytes, Frames.CONTINUATION, flags, stream);
        }
        int flags = (endStream ? Frames.END_STREAM : 0) | (further == 0 ? Frames.END_HEADERS : 0);
        header(head, Math.min(length, mostFrameBytes), Frames.HEADERS, flags, stream);
        head = -1;
    }

    private void room(int nameLength, int valueLength) {
        reserve(HpackEncoder.room(nameLength, valueLength));
        headBytes += nameLength + valueLength + 32L;
    }

    private void answer(int length) throws ConnectionFault {
        answerBytes += Frames.HEADER_BYTES + length;
        if (answerBytes > mostAnswerBytes) {
            throw new ConnectionFault(
                    ErrorCode.ENHANCE_YOUR_CALM,
                    "answers not read: %d octets (limit: %d)"
                            .formatted(answerBytes, mostAnswerBytes));
        }
    }

    private void frame(int length, int type, int flags, int stream) {
        reserve(Frames.HEADER_BYTES + length);
        int at = queue.position();
        queue.position(at + Frames.HEADER_BYTES);
        header(at, length, type, flags, stream);
    }

    private void header(int at, int length, int type, int flags, int stream) {
        queue.putInt(at, (length << 8) | type);
        queue.put(at + 4, (byte) flags);
        queue.putInt(at + 5, stream);
    }

    private void reserve(int bytes) {
        if (queue.remaining() >= bytes) {
            return;
        }
        int live = queue.position() - drained;
        ByteBuffer to = queue;
        if (queue.capacity() < 2 * (live + bytes)) {
            to = ByteBuffer.allocate(2 * (live + bytes));
        }
        System.arraycopy(queue.array(), drained, to.array(), 0, live);
        to.position(live);
        head = head < 0 ? head : head - drained;
        drained = 0;
        queue = to;
    }
}
