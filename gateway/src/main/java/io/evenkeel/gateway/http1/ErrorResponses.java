package io.evenkeel.gateway.http1;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The answers a gateway gives by itself: a status, a termination reason in the header {@code
 * Evenkeel-Termination}, and a small problem document (RFC 9457). Put together from constant
 * pieces; allocates nothing. Stateless.
 */
public final class ErrorResponses {
    /** Enough room for any answer whose reason, detail and id are within their bounds. */
    public static final int MOST_BYTES = 1024;

    private static final int FIRST = 400;
    private static final byte[][] STATUS_LINES = new byte[200][];
    private static final byte[][] TITLES = new byte[200][];

    static {
        known(400, "Bad Request");
        known(403, "Forbidden");
        known(404, "Not Found");
        known(405, "Method Not Allowed");
        known(408, "Request Timeout");
        known(413, "Content Too Large");
        known(414, "URI Too Long");
        known(417, "Expectation Failed");
        known(421, "Misdirected Request");
        known(429, "Too Many Requests");
        known(431, "Request Header Fields Too Large");
        known(500, "Internal Server Error");
        known(501, "Not Implemented");
        known(502, "Bad Gateway");
        known(503, "Service Unavailable");
        known(504, "Gateway Timeout");
        known(505, "HTTP Version Not Supported");
    }

    private static final byte[] CONTENT_TYPE = ascii("Content-Type: application/problem+json\r\n");
    private static final byte[] NO_STORE = ascii("Cache-Control: no-store\r\n");
    private static final byte[] TERMINATION = ascii("Evenkeel-Termination: ");
    private static final byte[] REQUEST_ID = ascii("\r\nX-Request-Id: ");
    private static final byte[] RETRY_AFTER = ascii("\r\nRetry-After: ");
    private static final byte[] LENGTH = ascii("\r\nContent-Length: ");
    private static final byte[] CRLF = ascii("\r\n");
    private static final byte[] TITLE = ascii("{\"type\":\"about:blank\",\"title\":\"");
    private static final byte[] STATUS = ascii("\",\"status\":");
    private static final byte[] REASON = ascii(",\"reason\":\"");
    private static final byte[] DETAIL = ascii("\",\"detail\":\"");
    private static final byte[] REQUEST = ascii("\",\"request\":\"");
    private static final byte[] END = ascii("\"}\n");

    private ErrorResponses() {}

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static void known(int status, String title) {
        STATUS_LINES[status - FIRST] = ascii("HTTP/1.1 " + status + " " + title + "\r\n");
        TITLES[status - FIRST] = ascii(title);
    }

    /**
     * Writes a whole answer at {@code target}'s position, which moves.
     *
     * @param status 400 to 505, one of those the gateway gives
     * @param reason the termination reason's name: at most 64 bytes that need no escape in JSON
     * @param detail more about it, such as {@link Rejection#reasonBytes}: the same, may be empty
     * @param retryAfterSeconds when to come again, below a million; 0 to say nothing
     * @param requestId the request's id: the same, empty if it has none
     * @param bodyless whether it answers HEAD: the body is announced but not sent
     * @return the bytes written, or {@link HeadEditor#OVERFLOW} if fewer than {@link #MOST_BYTES}
     *     remain
     */
    public static int write(
            int status,
            byte[] reason,
            byte[] detail,
            byte[] requestId,
            int retryAfterSeconds,
            Persistence persistence,
            boolean bodyless,
            ByteBuffer target) {
        if (target.remaining() < MOST_BYTES) {
            return HeadEditor.OVERFLOW;
        }
        int start = target.position();
        byte[] title = TITLES[status - FIRST];
        int length =
                TITLE.length + title.length + STATUS.length + 3 + REASON.length + reason.length;
        length += detail.length == 0 ? 0 : DETAIL.length + detail.length;
        length += requestId.length == 0 ? 0 : REQUEST.length + requestId.length;
        length += END.length;
        target.put(STATUS_LINES[status - FIRST])
                .put(CONTENT_TYPE)
                .put(NO_STORE)
                .put(TERMINATION)
                .put(reason);
        if (requestId.length > 0) {
            target.put(REQUEST_ID).put(requestId);
        }
        if (retryAfterSeconds > 0) {
            target.put(RETRY_AFTER);
            decimal(retryAfterSeconds, target);
        }
        target.put(LENGTH);
        decimal(length, target);
        target.put(CRLF).put(persistence.line()).put(CRLF);
        if (!bodyless) {
            target.put(TITLE).put(title).put(STATUS);
            decimal(status, target);
            target.put(REASON).put(reason);
            if (detail.length > 0) {
                target.put(DETAIL).put(detail);
            }
            if (requestId.length > 0) {
                target.put(REQUEST).put(requestId);
            }
            target.put(END);
        }
        return target.position() - start;
    }

    private static void decimal(int value, ByteBuffer target) {
        if (value >= 10) {
            decimal(value / 10, target);
        }
        target.put((byte) ('0' + value % 10));
    }
}
