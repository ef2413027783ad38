package io.evenkeel.gateway.source;

import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * The header that a balancer puts before the bytes of its client, to say who that is: PROXY
 * protocol versions 1 (text) and 2 (binary), as in HAProxy's proxy-protocol.txt. Strict: what
 * doesn't follow the specification is refused, never guessed. Reading is stateless and bounded, so
 * it may be tried again with every byte.
 */
public sealed interface ProxyHeader {
    /** The longest header that is taken, in bytes; senders' headers are far below. */
    int MOST_BYTES = 4096;

    /** As far as it has come it may be a header: more bytes are needed. */
    record Incomplete() implements ProxyHeader {
        static final Incomplete INCOMPLETE = new Incomplete();
    }

    /** These bytes begin something else. */
    record Absent() implements ProxyHeader {
        static final Absent ABSENT = new Absent();
    }

    /**
     * The balancer speaks for itself (a check of its own), or names no address: the peer is the
     * client.
     *
     * @param length bytes that the header takes
     */
    record Local(int length) implements ProxyHeader {}

    /**
     * The balancer passes a client's connection on.
     *
     * @param length bytes that the header takes
     * @param client the client's address
     * @param port where the client connected to the balancer, 0 to 65535
     * @param secure whether the client spoke TLS to the balancer
     */
    record Proxied(int length, InetAddress client, int port, boolean secure)
            implements ProxyHeader {}

    /**
     * It begins as a header and isn't one.
     *
     * @param reason what is wrong: a stable short name
     */
    record Malformed(String reason) implements ProxyHeader {}

    /**
     * Reads a header from the beginning of a connection. Buffer positions and limits don't matter
     * and don't change.
     *
     * @param from where the connection's bytes begin
     * @param to where the bytes come so far end
     */
    static ProxyHeader parse(ByteBuffer in, int from, int to) {
        if (ProxyHeaderText.mayBegin(in, from, to)) {
            return ProxyHeaderText.parse(in, from, to);
        }
        if (ProxyHeaderBinary.mayBegin(in, from, to)) {
            return ProxyHeaderBinary.parse(in, from, to);
        }
        return Absent.ABSENT;
    }

    /** Whether these bytes announce a header beyond doubt, whole or not. */
    static boolean announced(ByteBuffer in, int from, int to) {
        return (to - from >= ProxyHeaderText.START_BYTES && ProxyHeaderText.mayBegin(in, from, to))
                || (to - from >= ProxyHeaderBinary.SIGNATURE_BYTES
                        && ProxyHeaderBinary.mayBegin(in, from, to));
    }
}
