package io.evenkeel.gateway.observe;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Spells lines of the access log into an array of its own; one per loop, allocates nothing. What is
 * known to need no escaping (tokens, addresses, ids, and the names that meters keep escaped) is
 * copied whole.
 */
final class AccessLogLine {
    /** A line's constant parts, numbers and texts, every character of a text escaped. */
    private static final int MOST_BYTES = 16 << 10;

    private static final byte[] NOTHING = ascii("-");
    private static final byte[] NULL = ascii("null");
    private static final byte[] HEX = ascii("0123456789abcdef");

    private final boolean json;
    private final byte[] line = new byte[MOST_BYTES];
    private final ByteBuffer view = ByteBuffer.wrap(line);
    private final Timestamp timestamp = new Timestamp();
    private final byte[][] keys;
    private int end;

    AccessLogLine(AccessLog.Format format) {
        this.json = format == AccessLog.Format.JSON;
        this.keys = new byte[Field.values().length][];
        for (Field field : Field.values()) {
            keys[field.index()] = ascii(key(field));
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** What stands before a field's value. */
    private String key(Field field) {
        boolean first = field.index() == 0;
        if (json) {
            return (first ? "{" : ",") + '"' + field.key() + "\":";
        }
        return first ? "" : " ";
    }

    /** What a line has, in this order; the names are those of the JSON format. */
    private enum Field {
        TIME("time"),
        ID("id"),
        FOREIGN_ID("foreignId"),
        CLIENT("client"),
        METHOD("method"),
        TARGET("target"),
        STATUS("status"),
        REASON("reason"),
        TENANT("tenant"),
        SERVICE("service"),
        ENDPOINT("endpoint"),
        ATTEMPTS("attempts"),
        SCORE("score"),
        REQUEST_BYTES("requestBytes"),
        RESPONSE_BYTES("responseBytes"),
        HEAD("headMicros"),
        PICK("pickMicros"),
        SENT("sentMicros"),
        FIRST_BYTE("firstByteMicros"),
        END("endMicros");

        private final String key;

        Field(String key) {
            this.key = key;
        }

        String key() {
            return key;
        }

        @SuppressWarnings("EnumOrdinal") // their order in a line
        int index() {
            return ordinal();
        }
    }

    /** Returns the line about a request; valid until the next call. */
    ByteBuffer encode(RequestTrace trace, long startedWallNanos) {
        end = 0;
        begin(Field.TIME);
        quote();
        end = timestamp.write(startedWallNanos, line, end);
        quote();
        clean(Field.ID, trace.id);
        foreign(Field.FOREIGN_ID, trace.foreignId, trace.foreignLength);
        clean(Field.CLIENT, trace.client);
        clean(Field.METHOD, trace.method.bytes());
        foreign(Field.TARGET, trace.target, trace.targetLength);
        number(Field.STATUS, trace.status);
        clean(Field.REASON, trace.reason.bytes());
        ServiceMeter service = trace.service;
        clean(Field.TENANT, service == null ? ServiceMeter.NO_NAME : service.loggedTenant());
        clean(Field.SERVICE, service == null ? ServiceMeter.NO_NAME : service.loggedService());
        EndpointMeter endpoint = trace.endpoint;
        clean(Field.ENDPOINT, endpoint == null ? ServiceMeter.NO_NAME : endpoint.logged());
        number(Field.ATTEMPTS, trace.attempts);
        number(Field.SCORE, trace.score);
        number(Field.REQUEST_BYTES, trace.requestBytes);
        number(Field.RESPONSE_BYTES, trace.responseBytes);
        number(Field.HEAD, trace.headMicros);
        number(Field.PICK, trace.pickMicros);
        number(Field.SENT, trace.sentMicros);
        number(Field.FIRST_BYTE, trace.firstByteMicros);
        number(Field.END, trace.endMicros);
        if (json) {
            line[end++] = '}';
        }
        line[end++] = '\n';
        return view.limit(end);
    }

    private void begin(Field field) {
        copy(keys[field.index()]);
    }

    private void copy(byte[] text) {
        System.arraycopy(text, 0, line, end, text.length);
        end += text.length;
    }

    private void quote() {
        if (json) {
            line[end++] = '"';
        }
    }

    /** A text that needs no escaping. */
    private void clean(Field field, byte[] value) {
        begin(field);
        quote();
        copy(value.length == 0 && !json ? NOTHING : value);
        quote();
    }

    /** A text of somebody else's. */
    private void foreign(Field field, byte[] value, int length) {
        begin(field);
        quote();
        if (length == 0 && !json) {
            copy(NOTHING);
        }
        for (int i = 0; i < length; i++) {
            end = escape(value[i] & 0xff, line, end);
        }
        quote();
    }

    /** Returns a text as lines hold it, cut at as many characters as a target may have. */
    static byte[] escaped(String text) {
        int length = Math.min(text.length(), RequestTrace.TARGET_BYTES);
        byte[] escaped = new byte[6 * length];
        int end = 0;
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            end = escape(c < 0x100 ? c : '?', escaped, end);
        }
        return Arrays.copyOf(escaped, end);
    }

    /** What a line can't hold is spelled {@code \\u00XX} in both formats. */
    private static int escape(int c, byte[] target, int at) {
        if (c > ' ' && c < 0x7f && c != '"' && c != '\\') {
            target[at] = (byte) c;
            return at + 1;
        }
        target[at] = '\\';
        target[at + 1] = 'u';
        target[at + 2] = '0';
        target[at + 3] = '0';
        target[at + 4] = HEX[c >>> 4];
        target[at + 5] = HEX[c & 15];
        return at + 6;
    }

    private void number(Field field, long value) {
        begin(field);
        if (value < 0) {
            copy(json ? NULL : NOTHING);
        } else {
            end = Digits.write(value, line, end);
        }
    }
}
