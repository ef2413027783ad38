package io.evenkeel.gateway;

import io.evenkeel.model.HostPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
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
    private volatile @Nullable InetSocketAddress resolved;

    EndpointAddress(long epoch, HostPort written) {
        this.epoch = epoch;
        this.written = written;
        try {
            resolved = new InetSocketAddress(InetAddress.ofLiteral(written.host()), written.port());
        } catch (IllegalArgumentException e) {
            Thread.ofVirtual().name("resolve-" + written.host()).start(this::resolve);
        }
    }

    long epoch() {
        return epoch;
    }

    HostPort written() {
        return written;
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
