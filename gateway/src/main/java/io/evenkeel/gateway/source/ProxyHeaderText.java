package io.evenkeel.gateway.source;

import io.evenkeel.gateway.source.ProxyHeader.Incomplete;
import io.evenkeel.gateway.source.ProxyHeader.Local;
import io.evenkeel.gateway.source.ProxyHeader.Malformed;
import io.evenkeel.gateway.source.ProxyHeader.Proxied;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Version 1 of the PROXY protocol: one line, such as {@code PROXY TCP4 192.0.2.1 198.51.100.1 56324
 * 443}.
 */
final class ProxyHeaderText {
    private static final byte[] START = ascii("PROXY ");
    private static final byte[] FOUR = ascii("TCP4 ");
    private static final byte[] SIX = ascii("TCP6 ");
    private static final byte[] UNKNOWN = ascii("UNKNOWN");

    static final int START_BYTES = START.length;

    /** The longest line with its CRLF (proxy-protocol.txt section 2.1). */
    private static final int MOST_BYTES = 107;

    private final ByteBuffer in;
    private final NumericAddress address = new NumericAddress();

    /** The first byte not read yet, and the line's CR. */
    private int at;

    private final int end;

    private ProxyHeaderText(ByteBuffer in, int at, int end) {
        this.in = in;
        this.at = at;
        this.end = end;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Whether the bytes are the start of such a line, as far as they go. */
    static boolean mayBegin(ByteBuffer in, int from, int to) {
        return startsWith(in, from, to, START);
    }

    static boolean startsWith(ByteBuffer in, int from, int to, byte[] prefix) {
        for (int i = 0; i < Math.min(prefix.length, to - from); i++) {
            if (in.get(from + i) != prefix[i]) {
                return false;
            }
        }
        return true;
    }

    static ProxyHeader parse(ByteBuffer in, int from, int to) {
        int last = Math.min(to, from + MOST_BYTES);
        for (int i = from; i < last; i++) {
            byte c = in.get(i);
            if (c == '\r' && i + 1 < last) {
                return in.get(i + 1) == '\n'
                        ? new ProxyHeaderText(in, from + START.length, i).line(i + 2 - from)
                        : new Malformed("bare-cr");
            }
            if (c != '\r' && (c < ' ' || c > '~')) {
                return new Malformed("control-character");
            }
        }
        return last - from == MOST_BYTES ? new Malformed("line-too-long") : Incomplete.INCOMPLETE;
    }

    private ProxyHeader line(int length) {
        boolean unknown =
                startsWith(in, at, end, UNKNOWN)
                        && end - at >= UNKNOWN.length
                        && (end - at == UNKNOWN.length || in.get(at + UNKNOWN.length) == ' ');
        if (unknown) {
            return new Local(length);
        }
        boolean six = startsWith(in, at, end, SIX);
        if (end - at < FOUR.length || !(six || startsWith(in, at, end, FOUR))) {
            return new Malformed("bad-protocol");
        }
        at += FOUR.length;
        if (!address(six)) {
            return new Malformed("bad-source-address");
        }
        InetAddress client = address.address();
        if (!address(six)) {
            return new Malformed("bad-destination-address");
        }
        int clientPort = port(' ');
        int port = port('\r');
        return clientPort < 0 || port < 0
                ? new Malformed("bad-port")
                : new Proxied(length, client, port, false);
    }

    /** Reads an address of this family and the space behind it. */
    private boolean address(boolean six) {
        int begin = at;
        boolean colon = false;
        while (at < end && in.get(at) != ' ') {
            colon |= in.get(at) == ':';
            at++;
        }
        return at++ < end && colon == six && address.parse(in, begin, at - 1);
    }

    /** Reads a port and the byte behind it; -1 if it isn't one. */
    private int port(char behind) {
        int begin = at;
        int port = 0;
        while (at < end && at - begin < 5 && in.get(at) >= '0' && in.get(at) <= '9') {
            port = port * 10 + in.get(at++) - '0';
        }
        boolean leadingZero = at - begin > 1 && in.get(begin) == '0';
        return at == begin || leadingZero || port > 0xffff || in.get(at++) != behind ? -1 : port;
    }
}
