package io.evenkeel.gateway.source;

import io.evenkeel.gateway.source.ProxyHeader.Incomplete;
import io.evenkeel.gateway.source.ProxyHeader.Local;
import io.evenkeel.gateway.source.ProxyHeader.Malformed;
import io.evenkeel.gateway.source.ProxyHeader.Proxied;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Version 2 of the PROXY protocol: signature, command, family, length, addresses, and extensions of
 * type, length and value. Of those it checks the checksum and reads whether the client spoke TLS;
 * others are skipped.
 */
final class ProxyHeaderBinary {
    private static final byte[] SIGNATURE = {
        '\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'
    };

    static final int SIGNATURE_BYTES = SIGNATURE.length;

    /** Signature, command, family and length. */
    private static final int FIXED_BYTES = 16;

    private static final int INET = 1;
    private static final int INET6 = 2;

    /** Bytes of addresses and ports by family: unspecified, IPv4, IPv6, Unix. */
    private static final int[] ADDRESS_BYTES = {0, 12, 36, 216};

    private static final int STREAM = 1;
    private static final int DATAGRAM = 2;

    private static final int TYPE_CRC32C = 0x03;
    private static final int TYPE_SSL = 0x20;
    private static final int CLIENT_SSL = 0x01;

    private final ByteBuffer in;
    private final int from;
    private final int end;
    private boolean secure;

    private ProxyHeaderBinary(ByteBuffer in, int from, int end) {
        this.in = in;
        this.from = from;
        this.end = end;
    }

    /** Whether the bytes are the start of such a header, as far as they go. */
    static boolean mayBegin(ByteBuffer in, int from, int to) {
        return ProxyHeaderText.startsWith(in, from, to, SIGNATURE);
    }

    static ProxyHeader parse(ByteBuffer in, int from, int to) {
        int come = to - from;
        if (come > 12 && (in.get(from + 12) & 0xff) >> 4 != 2) {
            return new Malformed("bad-version");
        }
        if (come > 12 && (in.get(from + 12) & 0xf) > 1) {
            return new Malformed("bad-command");
        }
        if (come > 13 && !familyIsKnown(in.get(from + 13) & 0xff)) {
            return new Malformed("bad-family");
        }
        if (come < FIXED_BYTES) {
            return Incomplete.INCOMPLETE;
        }
        int length = FIXED_BYTES + two(in, from + 14);
        if (length > ProxyHeader.MOST_BYTES) {
            return new Malformed("too-long");
        }
        return come < length
                ? Incomplete.INCOMPLETE
                : new ProxyHeaderBinary(in, from, from + length).whole(length);
    }

    private static boolean familyIsKnown(int family) {
        return family >> 4 < ADDRESS_BYTES.length && (family & 0xf) <= DATAGRAM;
    }

    private static int two(ByteBuffer in, int at) {
        return (in.get(at) & 0xff) << 8 | (in.get(at + 1) & 0xff);
    }

    private ProxyHeader whole(int length) {
        boolean local = (in.get(from + 12) & 0xf) == 0;
        int family = (in.get(from + 13) & 0xff) >> 4;
        int transport = in.get(from + 13) & 0xf;
        int extensions = from + FIXED_BYTES + ADDRESS_BYTES[family];
        if (extensions > end) {
            // Whatever a balancer says of itself is to be ignored (section 2.2).
            return local ? new Local(length) : new Malformed("addresses-cut");
        }
        Malformed bad = extensions(extensions);
        if (bad != null) {
            return bad;
        }
        if (local || (family != INET && family != INET6)) {
            return new Local(length);
        }
        if (transport != STREAM) {
            return new Malformed("not-a-stream");
        }
        int bytes = family == INET ? 4 : 16;
        NumericAddress address = new NumericAddress();
        address.set(in, from + FIXED_BYTES, bytes);
        InetAddress client = address.address();
        int port = two(in, from + FIXED_BYTES + 2 * bytes + 2);
        return new Proxied(length, client, port, secure);
    }

    private @Nullable Malformed extensions(int first) {
        int at = first;
        while (at < end) {
            if (end - at < 3 || end - at - 3 < two(in, at + 1)) {
                return new Malformed("extension-cut");
            }
            int type = in.get(at) & 0xff;
            int bytes = two(in, at + 1);
            int value = at + 3;
            if (type == TYPE_CRC32C
                    && !(bytes == 4
                            && checksum(value) == (two(in, value) << 16 | two(in, value + 2)))) {
                return new Malformed("bad-checksum");
            }
            if (type == TYPE_SSL) {
                if (bytes < 5) {
                    return new Malformed("extension-cut");
                }
                secure = (in.get(value) & CLIENT_SSL) != 0;
            }
            at = value + bytes;
        }
        return null;
    }

    /** Over the whole header, the checksum itself counted as zeros (section 2.2.3). */
    private int checksum(int field) {
        CRC32C crc = new CRC32C();
        for (int i = from; i < end; i++) {
            crc.update(i >= field && i < field + 4 ? 0 : in.get(i));
        }
        return (int) crc.getValue();
    }
}
