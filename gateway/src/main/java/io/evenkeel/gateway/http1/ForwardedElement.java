package io.evenkeel.gateway.http1;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * One element of X-Forwarded-For or of Forwarded: where it begins and ends, and where the address
 * in it does. A port behind the address and the brackets of IPv6 don't belong to the address.
 * Reused.
 */
final class ForwardedElement {
    private static final byte[] FOR = "for".getBytes(StandardCharsets.US_ASCII);

    private int start;
    private int end;
    private int addressStart;
    private int addressEnd;

    int start() {
        return start;
    }

    int end() {
        return end;
    }

    /** Negative if there is none, or the element is malformed. */
    int addressStart() {
        return addressStart;
    }

    int addressEnd() {
        return addressEnd;
    }

    /** Reads from its first byte; returns where it ends: at a comma or at {@code to}. */
    int plain(ByteBuffer in, int from, int to) {
        int at = from;
        while (at < to && in.get(at) != ',') {
            at++;
        }
        start = from;
        end = trimmed(in, from, at);
        node(in, start, end);
        return at;
    }

    /**
     * The same with the grammar of RFC 7239 section 4. An element that breaks it takes all that
     * follows with it: where the next one begins can't be said.
     */
    int forwarded(ByteBuffer in, int from, int to) {
        start = from;
        end = to;
        addressStart = -1;
        int valueStart = -1;
        int valueEnd = -1;
        int at = from;
        while (true) {
            int nameStart = at;
            at = token(in, at, to);
            int nameEnd = at;
            if (nameEnd == nameStart || at == to || in.get(at++) != '=') {
                return to;
            }
            boolean quoted = at < to && in.get(at) == '"';
            int begin = quoted ? at + 1 : at;
            at = quoted ? quoted(in, begin, to) : token(in, at, to);
            if (at < 0 || at == begin) {
                return to;
            }
            if (CharClass.equalIgnoreCase(in, nameStart, nameEnd, FOR)) {
                if (valueStart >= 0) {
                    return to;
                }
                valueStart = begin;
                valueEnd = quoted ? at - 1 : at;
            }
            int behind = at;
            while (at < to && CharClass.isBlank(in.get(at))) {
                at++;
            }
            if (at == to || in.get(at) == ',') {
                end = behind;
                if (valueStart >= 0) {
                    node(in, valueStart, valueEnd);
                }
                return at;
            }
            if (in.get(at++) != ';') {
                return to;
            }
            while (at < to && CharClass.isBlank(in.get(at))) {
                at++;
            }
        }
    }

    private static int token(ByteBuffer in, int from, int to) {
        int at = from;
        while (at < to && in.get(at) > 0 && CharClass.TOKEN[in.get(at)] != 0) {
            at++;
        }
        return at;
    }

    /** The first byte behind the closing quote, or -1. No address needs an escape. */
    private static int quoted(ByteBuffer in, int from, int to) {
        for (int at = from; at < to; at++) {
            if (in.get(at) == '"') {
                return at + 1;
            }
            if (in.get(at) == '\\') {
                at++;
            }
        }
        return -1;
    }

    private static int trimmed(ByteBuffer in, int from, int to) {
        int end = to;
        while (end > from && CharClass.isBlank(in.get(end - 1))) {
            end--;
        }
        return end;
    }

    /** An address, maybe bracketed, maybe with a port (RFC 7239 section 6). */
    private void node(ByteBuffer in, int from, int to) {
        addressStart = -1;
        if (from < to && in.get(from) == '[') {
            int close = from;
            while (close < to && in.get(close) != ']') {
                close++;
            }
            if (close < to && (close + 1 == to || in.get(close + 1) == ':')) {
                addressStart = from + 1;
                addressEnd = close;
            }
            return;
        }
        int colons = 0;
        int lastColon = to;
        for (int at = from; at < to; at++) {
            if (in.get(at) == ':') {
                colons++;
                lastColon = at;
            }
        }
        addressStart = from;
        // One colon parts an IPv4 address from its port; several are IPv6.
        addressEnd = colons == 1 ? lastColon : to;
    }
}
