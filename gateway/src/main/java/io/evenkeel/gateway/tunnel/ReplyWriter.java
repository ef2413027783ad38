package io.evenkeel.gateway.tunnel;

import io.evenkeel.wire.hpack.FieldList;
import io.evenkeel.wire.http2.HeadKind;
import io.evenkeel.wire.http2.OctetQueue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Writes replies that came by HTTP/2 as HTTP/1.1. What the codec has judged can end no line. */
final class ReplyWriter {
    private static final byte[] CRLF = ascii("\r\n");
    private static final byte[] LAST_CHUNK = ascii("0\r\n\r\n");
    private static final byte[] CHUNKED = ascii("transfer-encoding: chunked\r\n");
    private static final byte[] EMPTY = ascii("content-length: 0\r\n");
    private static final byte[] COLON = ascii(": ");

    private static final byte[] STATUS_LINE = ascii("HTTP/1.1 ");
    private static final byte[] NO_REASON = ascii(" \r\n");

    private final OctetQueue out = new OctetQueue();
    private ByteBuffer line = ByteBuffer.allocate(256);
    private boolean headRequest;
    private boolean chunked;

    /** What waits to be sent. */
    OctetQueue out() {
        return out;
    }

    /** The next reply answers a request of this kind. */
    void begin(boolean toHead) {
        headRequest = toHead;
        chunked = false;
    }

    /** A head; {@code end}: nothing follows. */
    void head(HeadKind kind, FieldList fields, boolean end) {
        int status = fields.find(":status");
        out.put(STATUS_LINE);
        value(fields, status);
        out.put(NO_REASON);
        for (int i = 0; i < fields.count(); i++) {
            if (fields.nameLength(i) > 0 && fields.nameAt(i, 0) != ':') {
                field(fields, i);
            }
        }
        boolean bodiless =
                headRequest
                        || kind == HeadKind.INFORMATIONAL
                        || fields.valueIs(status, "204")
                        || fields.valueIs(status, "304");
        if (!bodiless && fields.find("content-length") < 0) {
            chunked = !end;
            out.put(end ? EMPTY : CHUNKED);
        }
        out.put(CRLF);
    }

    private void field(FieldList fields, int i) {
        room(fields.nameLength(i));
        fields.putName(i, line);
        out.put(line.flip());
        out.put(COLON);
        value(fields, i);
        out.put(CRLF);
    }

    private void value(FieldList fields, int i) {
        room(fields.valueLength(i));
        fields.putValue(i, line);
        out.put(line.flip());
    }

    private void room(int bytes) {
        if (line.capacity() < bytes) {
            line = ByteBuffer.allocate(2 * bytes);
        }
        line.clear();
    }

    /** A piece of the body. */
    void data(ByteBuffer body) {
        if (body.hasRemaining()) {
            if (chunked) {
                out.put(ascii(Integer.toHexString(body.remaining()) + "\r\n"));
            }
            out.put(body);
            if (chunked) {
                out.put(CRLF);
            }
        }
    }

    /** The body is whole. */
    void end() {
        if (chunked) {
            chunked = false;
            out.put(LAST_CHUNK);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
