package io.evenkeel.gateway.net.epoll;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * {@code sockaddr_in} and {@code sockaddr_in6} (Linux, all architectures): family in the machine's
 * order, port and address in the network's.
 */
final class SocketAddresses {
    /** Room for either. */
    static final int BYTES = 28;

    static final int INET = 2;
    static final int INET6 = 10;

    private static final int INET_BYTES = 16;
    private static final int PORT = 2;
    private static final int INET_ADDRESS = 4;
    private static final int INET6_ADDRESS = 8;
    private static final int INET6_SCOPE = 24;

    private SocketAddresses() {}

    static int family(InetSocketAddress address) {
        return address.getAddress() instanceof Inet4Address ? INET : INET6;
    }

    /** Writes a resolved address; returns its length in bytes. */
    static int write(InetSocketAddress address, MemorySegment to) {
        to.asSlice(0, BYTES).fill((byte) 0);
        InetAddress host = address.getAddress();
        byte[] bytes = host.getAddress();
        to.set(JAVA_SHORT_UNALIGNED, 0, (short) family(address));
        to.set(JAVA_BYTE, PORT, (byte) (address.getPort() >> 8));
        to.set(JAVA_BYTE, PORT + 1, (byte) address.getPort());
        if (host instanceof Inet6Address inet6) {
            MemorySegment.copy(bytes, 0, to, JAVA_BYTE, INET6_ADDRESS, bytes.length);
            to.set(JAVA_INT_UNALIGNED, INET6_SCOPE, inet6.getScopeId());
            return BYTES;
        }
        MemorySegment.copy(bytes, 0, to, JAVA_BYTE, INET_ADDRESS, bytes.length);
        return INET_BYTES;
    }

    /** Reads what the kernel wrote. */
    static InetSocketAddress read(MemorySegment from) {
        boolean inet6 = from.get(JAVA_SHORT_UNALIGNED, 0) == INET6;
        byte[] bytes = new byte[inet6 ? 16 : 4];
        MemorySegment.copy(
                from, JAVA_BYTE, inet6 ? INET6_ADDRESS : INET_ADDRESS, bytes, 0, bytes.length);
        int port = (from.get(JAVA_BYTE, PORT) & 0xff) << 8 | (from.get(JAVA_BYTE, PORT + 1) & 0xff);
        try {
            // An IPv4 address mapped into IPv6 becomes what it is.
            return new InetSocketAddress(InetAddress.getByAddress(bytes), port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has 4 or 16 bytes", e);
        }
    }
}
