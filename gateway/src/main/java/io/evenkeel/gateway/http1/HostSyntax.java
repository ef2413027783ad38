package io.evenkeel.gateway.http1;

import java.nio.ByteBuffer;

/**
 * A Host value: host name, IPv4 address or IPv6 address in brackets, then an optional port (RFC
 * 9110 section 7.2, RFC 3986 section 3.2.2). Names are held to unreserved characters: commas,
 * percent signs and the like have no honest use there and split proxies from servers.
 */
final class HostSyntax {
    private static final int MOST_BYTES = 255;

    private HostSyntax() {}

    /** Returns where the host in {@code [from, to)} ends and its port's colon may stand, or -1. */
    static int hostEnd(ByteBuffer buffer, int from, int to) {
        if (from == to) {
            return -1;
        }
        int end =
                buffer.get(from) == '[' ? addressEnd(buffer, from, to) : nameEnd(buffer, from, to);
        if (end <= from || end - from > MOST_BYTES) {
            return -1;
        }
        return end == to || port(buffer, end, to) ? end : -1;
    }

    private static int nameEnd(ByteBuffer buffer, int from, int to) {
        int at = from;
        while (at < to && CharClass.NAME[buffer.get(at) & 0xff] != 0) {
            at++;
        }
        return at;
    }

    private static int addressEnd(ByteBuffer buffer, int from, int to) {
        int colons = 0;
        for (int at = from + 1; at < to; at++) {
            int c = buffer.get(at);
            if (c == ']') {
                return colons >= 2 ? at + 1 : -1;
            }
            if (c == ':') {
                colons++;
            } else if (CharClass.hex(c) < 0 && c != '.') {
                return -1;
            }
        }
        return -1;
    }

    private static boolean port(ByteBuffer buffer, int colon, int to) {
        if (buffer.get(colon) != ':' || to - colon < 2 || to - colon > 6) {
            return false;
        }
        int port = 0;
        for (int at = colon + 1; at < to; at++) {
            int c = buffer.get(at);
            if (!CharClass.isDigit(c)) {
                return false;
            }
            port = port * 10 + (c - '0');
        }
        return port <= 65_535;
    }
}
