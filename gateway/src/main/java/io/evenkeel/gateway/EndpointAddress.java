package io.evenkeel.gateway;

import io.evenkeel.gateway.pool.ConnectionCount;
import io.evenkeel.gateway.tunnel.Tunnels;
import io.evenkeel.model.HostPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where one incarnation of an endpoint serves. A literal address is known at once; a name is
 * resolved on a thread of its own, once, and until then nobody can connect. Thread-safe.
 */
final class EndpointAddress {
    private static final Logger LOG = LoggerFactory.getLogger(EndpointAddress.class);

    private final long epoch;
    private final HostPort written;
    private final ConnectionCount connections;
    private volatile @Nullable InetSocketAddress resolved;

    /**
     * @param mostConnections connections to it that are allowed now, 0 for any number
     */
    EndpointAddress(long epoch, HostPort written, IntSupplier mostConnections) {
        connections = new ConnectionCount(mostConnections);
        this.epoch = epoch;
        this.written = written;
        if (tunnelled()) {
            return;
        }
        try {
            resolved = new InetSocketAddress(InetAddress.ofLiteral(written.host()), written.port());
        } catch (IllegalArgumentException e) {
            Thread.ofVirtual().name("resolve-" + written.host()).start(this::resolve);
        }
    }

    long epoch() {
        return epoch;
    }

    /** Connections of all loops to it. */
    ConnectionCount connections() {
        return connections;
    }

    HostPort written() {
        return written;
    }

    /** Whether there is none, but a tunnel. */
    boolean tunnelled() {
        return Tunnels.names(written.host());
    }

    /** The address, null while it isn't known. */
    @Nullable InetSocketAddress now() {
        return resolved;
    }

    private void resolve() {
        try {
            resolved = new InetSocketAddress(InetAddress.getByName(written.host()), written.port());
        } catch (UnknownHostException e) {
            LOG.warn("endpoint address {} does not resolve: {}", written, e.getMessage());
        }
    }
}
