package io.evenkeel.wire.http2;

import io.evenkeel.wire.hpack.HpackEncoder;
import io.evenkeel.wire.hpack.Indexing;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Frames octet by octet, right and wrong ones, as a peer might send them. */
final class Raw {
    static final byte[] PREFACE =
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    static final byte[] SETTINGS = frame(Frames.SETTINGS, 0, 0);
    static final String[] GET = {
        ":method: GET", ":scheme: http", ":path: /", ":authority: shop",
    };
    static final String[] OK = {":status: 200"};
    static final int LAST = Frames.END_STREAM;
    static final int WHOLE = Frames.END_HEADERS;

    private Raw() {}

    static byte[] frame(int type, int flags, int stream, int... payload) {
        byte[] octets = new byte[payload.length];
        for (int i = 0; i < payload.length; i++) {
            octets[i] = (byte) payload[i];
        }
        return frame(type, flags, stream, octets);
    }

    static byte[] frame(int type, int flags, int stream, byte[] payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .putInt((payload.length << 8) | type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    static byte[] headers(int stream, int flags, String... fields) {
        return frame(Frames.HEADERS, flags | WHOLE, stream, block(fields));
    }

    static byte[] data(int stream, int flags, int length) {
        return frame(Frames.DATA, flags, stream, new byte[length]);
    }

    static byte[] reset(int stream, int code) {
        return frame(Frames.RST_STREAM, 0, stream, number(code));
    }

    static byte[] windowUpdate(int stream, int more) {
        return frame(Frames.WINDOW_UPDATE, 0, stream, number(more));
    }

    static byte[] ping() {
        return frame(Frames.PING, 0, 0, new byte[8]);
    }

    static byte[] setting(int id, int value) {
        return frame(
                Frames.SETTINGS,
                0,
                0,
                ByteBuffer.allocate(6).putShort((short) id).putInt(value).array());
    }

    static byte[] goAway(int last, int code) {
        return frame(Frames.GOAWAY, 0, 0, join(number(last), number(code)));
    }

    static byte[] block(String... fields) {
        ByteBuffer out = ByteBuffer.allocate(256 * 1024);
        HpackEncoder encoder = new HpackEncoder(4_096, false);
        for (String field : fields) {
            int colon = field.indexOf(": ", 1);
            encoder.field(
                    field.substring(0, colon), field.substring(colon + 2), Indexing.LITERAL, out);
        }
        return Arrays.copyOf(out.array(), out.position());
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    static String[] with(String[] fields, String... more) {
        String[] all = Arrays.copyOf(fields, fields.length + more.length);
        System.arraycopy(more, 0, all, fields.length, more.length);
        return all;
    }

    private static byte[] number(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }
}
