package io.evenkeel.gateway.http1;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The request target's parts (RFC 9112 section 3.2), relative to the head's start. Its path is
 * checked for what a router and an upstream could read in two ways: dot segments, also spelled with
 * {@code %2e}, {@code %2f} or in front of a path parameter; backslashes; broken percent signs; NUL.
 */
final class RequestTarget {
    private static final byte[] HTTP = "http://".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] HTTPS = "https://".getBytes(StandardCharsets.US_ASCII);

    private boolean absolute;
    private boolean asterisk;
    private int authorityStart;
    private int authorityEnd;
    private int pathStart;
    private int pathEnd;

    void reset() {
        absolute = false;
        asterisk = false;
        authorityStart = 0;
        authorityEnd = 0;
        pathStart = 0;
        pathEnd = 0;
    }

    boolean absolute() {
        return absolute;
    }

    boolean asterisk() {
        return asterisk;
    }

    int authorityStart() {
        return authorityStart;
    }

    int authorityEnd() {
        return authorityEnd;
    }

    int pathStart() {
        return pathStart;
    }

    int pathEnd() {
        return pathEnd;
    }

    /** Takes the target {@code [start, end)}, relative to {@code base}, apart. */
    @Nullable Rejection parse(ByteBuffer buffer, int base, int start, int end, Method method) {
        if (method == Method.CONNECT) {
            return Rejection.CONNECT_UNSUPPORTED;
        }
        int first = buffer.get(base + start);
        if (first == '/') {
            return path(buffer, base, start, end);
        }
        if (first == '*' && end - start == 1) {
            asterisk = true;
            pathStart = start;
            pathEnd = end;
            return method == Method.OPTIONS ? null : Rejection.BAD_TARGET;
        }
        int at = start + scheme(buffer, base + start, base + end);
        if (at == start) {
            return Rejection.BAD_TARGET;
        }
        absolute = true;
        authorityStart = at;
        while (at < end && buffer.get(base + at) != '/' && buffer.get(base + at) != '?') {
            if (buffer.get(base + at) == '@') {
                return Rejection.BAD_TARGET; // user information (RFC 9110 section 4.2.4)
            }
            at++;
        }
        authorityEnd = at;
        return at == authorityStart ? Rejection.BAD_TARGET : path(buffer, base, at, end);
    }

    private static int scheme(ByteBuffer buffer, int from, int to) {
        for (byte[] scheme : SCHEMES) {
            if (to - from > scheme.length
                    && CharClass.equalIgnoreCase(buffer, from, from + scheme.length, scheme)) {
                return scheme.length;
            }
        }
        return 0;
    }

    private static final byte[][] SCHEMES = {HTTP, HTTPS};

    private @Nullable Rejection path(ByteBuffer buffer, int base, int start, int end) {
        pathStart = start;
        int dots = 0; // dots the segment consists of so far, -1 once it holds anything else
        int at = start;
        while (at < end) {
            int c = buffer.get(base + at);
            if (c == '?') {
                break;
            }
            if (c == '\\') {
                return Rejection.BAD_TARGET;
            }
            if (c == '%') {
                c = at + 2 < end ? percent(buffer, base + at) : -1;
                if (c <= 0) {
                    return Rejection.BAD_TARGET;
                }
                at += 2;
            }
            if (c == '/' || c == '\\' || c == ';') {
                if (dots == 1 || dots == 2) {
                    return Rejection.DOT_SEGMENT;
                }
                dots = c == ';' ? -1 : 0;
            } else if (c != '.') {
                dots = -1;
            } else if (dots >= 0) {
                dots++;
            }
            at++;
        }
        pathEnd = at;
        return dots == 1 || dots == 2 ? Rejection.DOT_SEGMENT : null;
    }

    private static int percent(ByteBuffer buffer, int at) {
        int high = CharClass.hex(buffer.get(at + 1));
        int low = CharClass.hex(buffer.get(at + 2));
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }
}
