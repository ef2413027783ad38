package io.evenkeel.gateway.http1;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What Content-Length and Transfer-Encoding of one head say (RFC 9112 sections 6.1 to 6.3). */
final class FramingFields {
    private static final byte[] CHUNKED = "chunked".getBytes(StandardCharsets.US_ASCII);

    private long contentLength;
    private boolean chunked;

    void reset() {
        contentLength = -1;
        chunked = false;
    }

    /** Returns the length announced, -1 if none was. */
    long contentLength() {
        return contentLength;
    }

    boolean chunked() {
        return chunked;
    }

    /** Takes the one Content-Length value allowed. Returns what is wrong with it, or null. */
    @Nullable Rejection contentLength(ByteBuffer buffer, int from, int to) {
        long value = 0;
        for (int i = from; i < to; i++) {
            int c = buffer.get(i);
            if (!CharClass.isDigit(c)) {
                return c == ',' && i > from
                        ? Rejection.DUPLICATE_CONTENT_LENGTH
                        : Rejection.BAD_CONTENT_LENGTH;
            }
            value = value * 10 + (c - '0');
        }
        if (from == to || to - from > 18) {
            return Rejection.BAD_CONTENT_LENGTH;
        }
        contentLength = value;
        return null;
    }

    /**
     * Takes the one Transfer-Encoding value allowed: exactly {@code chunked}. A proper list that
     * ends in it is merely not supported; anything else is malformed. Returns which, or null.
     */
    @Nullable Rejection transferEncoding(ByteBuffer buffer, int from, int to) {
        boolean others = false;
        int at = from;
        while (true) {
            int start = at;
            while (at < to && CharClass.TOKEN[buffer.get(at) & 0xff] != 0) {
                at++;
            }
            if (at == start) {
                return Rejection.BAD_TRANSFER_ENCODING;
            }
            boolean last = CharClass.equalIgnoreCase(buffer, start, at, CHUNKED);
            at = skipBlanks(buffer, at, to);
            if (at == to) {
                chunked = last;
                if (!last) {
                    return Rejection.BAD_TRANSFER_ENCODING;
                }
                return others ? Rejection.TRANSFER_CODING_UNSUPPORTED : null;
            }
            if (last || buffer.get(at) != ',') {
                return Rejection.BAD_TRANSFER_ENCODING;
            }
            others = true;
            at = skipBlanks(buffer, at + 1, to);
        }
    }

    private static int skipBlanks(ByteBuffer buffer, int from, int to) {
        int at = from;
        while (at < to && CharClass.isBlank(buffer.get(at))) {
            at++;
        }
        return at;
    }

    /** Judges both fields together. Returns what is wrong, or null. */
    @Nullable Rejection verdict(int minorVersion) {
        if (!chunked) {
            return null;
        }
        if (contentLength >= 0) {
            return Rejection.CONTENT_LENGTH_WITH_TRANSFER_ENCODING;
        }
        return minorVersion == 0 ? Rejection.BAD_TRANSFER_ENCODING : null;
    }
}
