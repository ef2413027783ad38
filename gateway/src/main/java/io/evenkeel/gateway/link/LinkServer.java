package io.evenkeel.gateway.link;

import io.evenkeel.gateway.net.Acceptor;
import io.evenkeel.gateway.net.Connection;
import io.evenkeel.gateway.net.ConnectionHandler;
import io.evenkeel.gateway.net.ListenOptions;
import io.evenkeel.gateway.net.ListenResult;
import io.evenkeel.gateway.net.NetLoop;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.wire.link.LinkError;
import io.evenkeel.wire.link.LinkMessage;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.OptionalLong;

/**
 * The link side of one gateway: listeners on one or more loops, and which endpoints hold a link.
 * Requirements A1, A2, A6, A7; the protocol is in {@code docs/link-protocol.md}.
 *
 * <p>{@link #listen} belongs to the loop's thread (or before its start); everything else is
 * thread-safe.
 */
public final class LinkServer {
    private static final int BUFFER_BYTES = 16 * 1024;

    private final LinkSettings settings;
    private final LinkPorts ports;
    private final LinkCounters counters = new LinkCounters();
    private final LinkTable table;
    private volatile boolean stopping;

    public LinkServer(LinkSettings settings, LinkPorts ports) {
        this.settings = settings;
        this.ports = ports;
        this.table = new LinkTable(ports.observer(), ports.presence(), ports.admission());
    }

    /** Accepts links on this loop. The caller closes the listener. */
    public ListenResult listen(NetLoop loop, InetSocketAddress address, ListenOptions options) {
        // Sessions keep what is left of a line themselves, so that one buffer serves all links of a
        // loop.
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        Acceptor acceptor = connection -> accepted(loop, connection, buffer);
        return loop.listen(address, options, acceptor);
    }

    private ConnectionHandler accepted(NetLoop loop, Connection connection, ByteBuffer buffer) {
        boolean many =
                stopping
                        || counters.handshakes() >= settings.mostHandshakes()
                        || counters.links() >= settings.mostLinks();
        LinkConnection link =
                new LinkConnection(loop, connection, settings, ports, counters, table, buffer);
        if (many) {
            counters.refusedAtDoor();
        }
        if (many && counters.handshakes() >= 2L * settings.mostHandshakes()) {
            // Beyond what even the refusals may hold.
            connection.reset();
            link.onFailed();
        } else {
            link.begin(many);
        }
        return link;
    }

    /** The epoch of the endpoint that holds a link here now, if any does. */
    public OptionalLong linked(EndpointKey endpoint) {
        Long epoch = table.epoch(endpoint);
        return epoch == null ? OptionalLong.empty() : OptionalLong.of(epoch);
    }

    /** Tells a backend that its operator drains it; the queue is the caller's to change. */
    public void drain(EndpointKey endpoint, long deadlineMillis, String reason) {
        send(endpoint, new LinkMessage.Drain(deadlineMillis, reason, false));
    }

    /** Tells a backend that its operator took the drain back. */
    public void undrain(EndpointKey endpoint, String reason) {
        send(endpoint, new LinkMessage.Drain(0, reason, true));
    }

    private void send(EndpointKey endpoint, LinkMessage.Drain drain) {
        for (LinkTable.Handle link : table.links(endpoint)) {
            link.drain(drain);
        }
    }

    /** Cuts the links of an endpoint that was deleted. It may not dial again by itself. */
    public void deleted(EndpointKey endpoint) {
        for (LinkTable.Handle link : table.links(endpoint)) {
            link.cut(LinkError.DELETED, "endpoint " + endpoint.name() + " was deleted");
        }
    }

    /** Sends the list of gateways to every backend, after it changed. */
    public void peersChanged() {
        for (LinkTable.Handle link : table.links()) {
            link.sendPeers();
        }
    }

    /** Cuts every link in order, so that backends turn to other gateways, and refuses new ones. */
    public void stop() {
        stopping = true;
        for (LinkTable.Handle link : table.links()) {
            link.cut(LinkError.STOPPING, "the gateway stops");
        }
    }

    /** Counts, for metrics. */
    public LinkStats stats() {
        return counters.stats(table.size());
    }
}
