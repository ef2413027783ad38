package io.evenkeel.gateway.link;

import io.evenkeel.gateway.net.Acceptor;
import io.evenkeel.gateway.net.Connection;
import io.evenkeel.gateway.net.ConnectionHandler;
import io.evenkeel.gateway.net.ListenOptions;
import io.evenkeel.gateway.net.ListenResult;
import io.evenkeel.gateway.net.NetLoop;
import io.evenkeel.kernel.image.EndpointImage;
import io.evenkeel.kernel.image.ImageChange;
import io.evenkeel.kernel.image.ImageDelta;
import io.evenkeel.kernel.image.ServiceImage;
import io.evenkeel.kernel.observe.MetricFamily;
import io.evenkeel.model.AdminState;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.ServiceKey;
import io.evenkeel.wire.link.LinkError;
import io.evenkeel.wire.link.LinkMessage;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
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

    /** What a backend is told when an operator drains it; nothing is cut when it is over. */
    private static final long OPERATOR_DRAIN_MILLIS = 30_000;

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
        if (many && counters.handshakes() >= 2L * settings.mostHandshakes()) {
            // Beyond what even the refusals may hold.
            counters.refused(LinkError.BUSY);
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
        counters.operatorDrains();
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

    /**
     * Makes links follow the cluster: an endpoint that was deleted, or admitted anew elsewhere,
     * loses its link here; an operator's drain is passed on to its backend.
     */
    public void publish(ImageDelta delta) {
        for (ImageChange<EndpointKey, EndpointImage> change : delta.endpoints()) {
            endpoint(change);
        }
        for (ImageChange<ServiceKey, ServiceImage> change : delta.services()) {
            ServiceImage before = change.before();
            ServiceImage after = change.after();
            if (before != null && after != null) {
                AdminState was = before.adminState();
                AdminState is = after.adminState();
                if (was != is) {
                    for (EndpointImage endpoint : after.endpoints().values()) {
                        admin(endpoint.key(), was, is, "its service is in " + text(is));
                    }
                }
            }
        }
    }

    private void endpoint(ImageChange<EndpointKey, EndpointImage> change) {
        EndpointImage before = change.before();
        EndpointImage after = change.after();
        Long linked = table.epoch(change.key());
        if (linked == null) {
            return;
        }
        if (after == null) {
            // A goodbye took the link out of the table before the record went; and whoever has
            // come back since has a greater epoch.
            if (before != null && before.epoch() == linked) {
                cut(
                        change.key(),
                        LinkError.DELETED,
                        "endpoint " + change.key().name() + " was deleted");
            }
        } else if (after.epoch() > linked) {
            cut(change.key(), LinkError.REPLACED, LinkServerSession.replaced(change.key()));
        } else if (before != null) {
            admin(
                    change.key(),
                    before.adminState(),
                    after.adminState(),
                    after.assignment().reason());
        }
    }

    private void cut(EndpointKey endpoint, LinkError error, String detail) {
        for (LinkTable.Handle link : table.links(endpoint)) {
            link.cut(error, detail);
        }
    }

    private void admin(EndpointKey endpoint, AdminState was, AdminState is, String reason) {
        if (was == AdminState.READY && is != AdminState.READY) {
            drain(endpoint, OPERATOR_DRAIN_MILLIS, reason.isEmpty() ? text(is) : reason);
        } else if (was != AdminState.READY && is == AdminState.READY) {
            undrain(endpoint, reason);
        }
    }

    private static String text(AdminState state) {
        return state.name().toLowerCase(Locale.ROOT);
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

    /** Counts as they are now. */
    public LinkStats stats() {
        return counters.stats(table.size());
    }

    /** The same as metrics. */
    public List<MetricFamily> metrics() {
        return LinkMetrics.of(stats());
    }
}
