package io.evenkeel.gateway.observe;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Spells lines of the access log into a buffer of its own; one per loop, allocates nothing. */
final class AccessLogLine {
    /** A line's constant parts, numbers and texts, every character of a text escaped. */
    private static final int MOST_BYTES = 16 << 10;

    private static final byte[] NOTHING = ascii("-");
    private static final byte[] EMPTY = {};
    private static final byte[] HEX = ascii("0123456789abcdef");

    private final boolean json;
    private final ByteBuffer line = ByteBuffer.allocate(MOST_BYTES);
    private final Timestamp timestamp = new Timestamp();
    private boolean first;

    AccessLogLine(AccessLog.Format format) {
        this.json = format == AccessLog.Format.JSON;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Returns the line about a request; valid until the next call. */
    ByteBuffer encode(RequestTrace trace, long startedWallNanos) {
        line.clear();
        first = true;
        if (json) {
            line.put((byte) '{');
        }
        key("time");
        quote();
        timestamp.write(startedWallNanos, line);
        quote();
        text("id", trace.id, RequestIds.BYTES);
        text("foreignId", trace.foreignId, trace.foreignLength);
        text("client", trace.client, trace.client.length);
        text("method", trace.method.bytes(), trace.method.bytes().length);
        text("target", trace.target, trace.targetLength);
        number("status", trace.status);
        text("reason", trace.reason.bytes(), trace.reason.bytes().length);
        ServiceMeter service = trace.service;
        text("tenant", service == null ? "" : service.tenant());
        text("service", service == null ? "" : service.service());
        EndpointMeter endpoint = trace.endpoint;
        text("endpoint", endpoint == null ? "" : endpoint.endpoint());
        number("attempts", trace.attempts);
        number("score", trace.score);
        number("requestBytes", trace.requestBytes);
        number("responseBytes", trace.responseBytes);
        number("headMicros", trace.headMicros);
        number("pickMicros", trace.pickMicros);
        number("sentMicros", trace.sentMicros);
        number("firstByteMicros", trace.firstByteMicros);
        number("endMicros", trace.endMicros);
        if (json) {
            line.put((byte) '}');
        }
        line.put((byte) '\n');
        return line.flip();
    }

    private void key(String name) {
        if (!first) {
            line.put((byte) (json ? ',' : ' '));
        }
        first = false;
        if (json) {
            line.put((byte) '"');
            characters(name);
            line.put((byte) '"').put((byte) ':');
        }
    }

    private void quote() {
        if (json) {
            line.put((byte) '"');
        }
    }

    private void characters(String text) {
        for (int i = 0; i < text.length(); i++) {
            line.put((byte) text.charAt(i));
        }
    }

    private void text(String name, String value) {
        key(name);
        quote();
        if (value.isEmpty() && !json) {
            line.put(NOTHING);
        }
        for (int i = 0; i < Math.min(value.length(), RequestTrace.TARGET_BYTES); i++) {
            octet(value.charAt(i));
        }
        quote();
    }

    private void text(String name, byte[] value, int length) {
        key(name);
        quote();
        line.put(length == 0 && !json ? NOTHING : EMPTY);
        for (int i = 0; i < length; i++) {
            octet(value[i] & 0xff);
        }
        quote();
    }

    /** What a line can't hold is spelled {@code \\u00XX} in both formats. */
    private void octet(int c) {
        if (c > ' ' && c < 0x7f && c != '"' && c != '\\') {
            line.put((byte) c);
        } else {
            int low = c < 0x100 ? c : '?';
            line.put((byte) '\\').put((byte) 'u').put((byte) '0').put((byte) '0');
            line.put(HEX[low >>> 4]).put(HEX[low & 15]);
        }
    }

    private void number(String name, long value) {
        key(name);
        if (value < 0) {
            if (json) {
                characters("null");
            } else {
                line.put(NOTHING);
            }
            return;
        }
        long divisor = 1;
        while (value / divisor >= 10) {
            divisor *= 10;
        }
        for (; divisor > 0; divisor /= 10) {
            line.put((byte) ('0' + value / divisor % 10));
        }
    }
}
