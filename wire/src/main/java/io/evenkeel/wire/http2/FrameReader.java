package io.evenkeel.wire.http2;

import java.nio.ByteBuffer;

/**
 * Splits octets into frames, however they are cut. A frame that lies whole in the input is judged
 * there; one that does not is gathered, except DATA, whose octets are passed on piece by piece.
 */
final class FrameReader {
    /** What a client's octets begin with (RFC 9113, section 3.4). */
    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    /** Gathered frames above this size leave no buffer behind. */
    private static final int KEPT_BYTES = 4_096;

    private static final ByteBuffer NONE = ByteBuffer.allocate(0);

    /** Takes frames in their order. */
    interface Sink {
        /** Nine octets of a frame were read: may it come now, and be this long? */
        void header(int type, int flags, int stream, int length) throws ConnectionFault;

        /** A whole frame of any type but DATA; its payload is {@code in[from, to)}. */
        void frame(int type, int flags, int stream, ByteBuffer in, int from, int to)
                throws ConnectionFault;

        /** A DATA frame begins: {@code body} octets of data, {@code padding} beside them. */
        void dataBegins(int flags, int stream, int body, int padding) throws ConnectionFault;

        /** Octets of its data, between position and limit; {@code last}: no more of this frame. */
        void data(ByteBuffer in, boolean last) throws ConnectionFault;
    }

    private final Sink sink;
    private final ByteBuffer head = ByteBuffer.allocate(Frames.HEADER_BYTES);
    private ByteBuffer held = NONE;
    private int prefaceLeft;
    private boolean inFrame;
    private int type;
    private int flags;
    private int stream;
    private int length;

    // Of a DATA frame.
    private boolean padLengthDue;
    private int body;
    private int padding;

    FrameReader(Sink sink, boolean prefaceExpected) {
        this.sink = sink;
        prefaceLeft = prefaceExpected ? PREFACE.length() : 0;
    }

    /** Reads all of {@code in}. */
    void read(ByteBuffer in) throws ConnectionFault {
        preface(in);
        boolean on = prefaceLeft == 0;
        while (on) {
            if (!inFrame) {
                on = header(in);
            } else if (type == Frames.DATA) {
                on = data(in);
            } else {
                on = payload(in);
            }
        }
    }

    private void preface(ByteBuffer in) throws ConnectionFault {
        while (prefaceLeft > 0 && in.hasRemaining()) {
            if (in.get() != PREFACE.charAt(PREFACE.length() - prefaceLeft)) {
                throw new ConnectionFault(
                        ErrorCode.PROTOCOL_ERROR, "connection does not begin with the preface");
            }
            prefaceLeft--;
        }
    }

    private boolean header(ByteBuffer in) throws ConnectionFault {
        while (head.hasRemaining() && in.hasRemaining()) {
            head.put(in.get());
        }
        if (head.hasRemaining()) {
            return false;
        }
        length = head.getInt(0) >>> 8;
        type = head.get(3) & 0xff;
        flags = head.get(4) & 0xff;
        stream = head.getInt(5) & 0x7fffffff;
        head.clear();
        sink.header(type, flags, stream, length);
        inFrame = true;
        if (type == Frames.DATA) {
            padLengthDue = (flags & Frames.PADDED) != 0;
            if (!padLengthDue) {
                beginData(length, 0);
            } else if (length == 0) {
                throw new ConnectionFault(
                        ErrorCode.FRAME_SIZE_ERROR, "DATA: 0 octets (expected: length of padding)");
            }
        }
        return true;
    }

    private void beginData(int bodyBytes, int paddingBytes) throws ConnectionFault {
        body = bodyBytes;
        padding = paddingBytes;
        padLengthDue = false;
        sink.dataBegins(flags, stream, bodyBytes, length - bodyBytes);
    }

    private boolean data(ByteBuffer in) throws ConnectionFault {
        if (padLengthDue) {
            if (!in.hasRemaining()) {
                return false;
            }
            int pad = in.get() & 0xff;
            if (pad >= length) {
                throw tooMuchPadding("DATA", pad, length);
            }
            beginData(length - 1 - pad, pad);
            if (body == 0) {
                pass(in, 0);
            }
        } else if (length == 0) {
            pass(in, 0);
        }
        if (body > 0) {
            if (!in.hasRemaining()) {
                return false;
            }
            pass(in, Math.min(body, in.remaining()));
        }
        int skipped = Math.min(padding, in.remaining());
        if (body == 0) {
            in.position(in.position() + skipped);
            padding -= skipped;
            inFrame = padding > 0;
        }
        return !inFrame;
    }

    private void pass(ByteBuffer in, int bytes) throws ConnectionFault {
        int end = in.limit();
        int next = in.position() + bytes;
        body -= bytes;
        in.limit(next);
        sink.data(in, body == 0);
        in.limit(end);
        in.position(next);
    }

    private boolean payload(ByteBuffer in) throws ConnectionFault {
        if (held.position() == 0 && in.remaining() >= length) {
            int from = in.position();
            in.position(from + length);
            inFrame = false;
            sink.frame(type, flags, stream, in, from, from + length);
            return true;
        }
        gather(in);
        if (held.position() < length) {
            return false;
        }
        inFrame = false;
        sink.frame(type, flags, stream, held, 0, length);
        held.clear();
        if (held.capacity() > KEPT_BYTES) {
            held = NONE;
        }
        return true;
    }

    private void gather(ByteBuffer in) {
        if (held.capacity() < length) {
            held = ByteBuffer.allocate(Math.max(length, 64));
        }
        int bytes = Math.min(length - held.position(), in.remaining());
        int end = in.limit();
        in.limit(in.position() + bytes);
        held.put(in);
        in.limit(end);
    }

    static ConnectionFault tooMuchPadding(String frame, int padding, int length) {
        return new ConnectionFault(
                ErrorCode.PROTOCOL_ERROR,
                "%s: padding of %d octets in a frame of %d".formatted(frame, padding, length));
    }
}
