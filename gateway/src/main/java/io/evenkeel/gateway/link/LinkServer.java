package io.evenkeel.gateway.link;

import io.evenkeel.gateway.net.Connection;
import io.evenkeel.gateway.net.ConnectionHandler;
import io.evenkeel.gateway.net.ListenOptions;
import io.evenkeel.gateway.net.ListenResult;
import io.evenkeel.gateway.net.NetLoop;
import io.evenkeel.gateway.tunnel.Tunnels;
import io.evenkeel.kernel.image.ClusterImage;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The link side of one gateway: listeners on one or more loops, and which endpoints hold a link.
 * Requirements A1, A2, A6, A7; the protocol is in {@code docs/link-protocol.md}.
 *
 * <p>{@link #listen} belongs to the loop's thread (or before its start); everything else is
 * thread-safe.
 */
public final class LinkServer {
    private final LinkSettings settings;
    private final LinkCounters counters = new LinkCounters();
    private final LinkTable table;
    private final Tunnels tunnels = new Tunnels();
    private final LinkContext context;
    private volatile boolean stopping;

    public LinkServer(LinkSettings settings, LinkPorts ports) {
        this.settings = settings;
        this.table = new LinkTable(ports.observer(), ports.presence(), ports.admission());
        this.context =
                new LinkContext(settings, ports, counters, table, tunnels, new TunnelPlaces());
    }

    /**
     * Accepts links on this loop, and tunnels that came to another one. The caller closes the
     * listener.
     */
    public ListenResult listen(NetLoop loop, InetSocketAddress address, ListenOptions options) {
        LinkLoop home = new LinkLoop(loop);
        context.places().add(home);
        return loop.listen(address, options, connection -> accepted(home, connection));
    }

    private ConnectionHandler accepted(LinkLoop home, Connection connection) {
        boolean many =
                stopping
                        || counters.handshakes() >= settings.mostHandshakes()
                        || counters.open() >= settings.mostLinks();
        LinkConnection link = new LinkConnection(home, connection, context);
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

    /** The tunnels that stand, for those who send requests. */
    public Tunnels tunnels() {
        return tunnels;
    }

    /** The epoch of the endpoint that holds a link here now, if any does. */
    public OptionalLong linked(EndpointKey endpoint) {
        Long epoch = table.epoch(endpoint);
        return epoch == null ? OptionalLong.empty() : OptionalLong.of(epoch);
    }

    /**
     * When an endpoint was last heard on one of its links here, nanoseconds on a clock that stands
     * still while the process does; empty without a link.
     */
    public OptionalLong lastHeard(EndpointKey endpoint) {
        return table.all(endpoint).stream().mapToLong(LinkTable.Handle::lastHeard).max();
    }

    /**
     * Makes links follow the cluster: an endpoint that is no longer known, or was admitted anew
     * elsewhere, loses its link here; one of which an earlier state is known, as after a restore
     * from a backup, too, and is asked to register again; what an operator wants of an endpoint is
     * told to its backend, also to one that links later.
     */
    public void publish(ImageDelta delta) {
        ClusterImage now = delta.after();
        for (ImageChange<EndpointKey, EndpointImage> change : delta.endpoints()) {
            endpoint(change);
            EndpointImage after = change.after();
            if (after == null) {
                table.drain(change.key(), null);
            } else {
                follow(now.services().get(after.service()), after);
            }
        }
        for (ImageChange<ServiceKey, ServiceImage> change : delta.services()) {
            ServiceImage before = change.before();
            ServiceImage after = change.after();
            if (before != null && after != null && !sameWill(before, after)) {
                after.endpoints().values().forEach(endpoint -> follow(after, endpoint));
            }
        }
    }

    private static boolean sameWill(ServiceImage one, ServiceImage other) {
        return one.adminState() == other.adminState()
                && one.policy().timeouts().drain().equals(other.policy().timeouts().drain());
    }

    private void follow(@Nullable ServiceImage service, EndpointImage endpoint) {
        AdminState whole = service == null ? AdminState.READY : service.adminState();
        AdminState is = endpoint.adminState().stricter(whole);
        if (is == AdminState.READY || service == null) {
            table.drain(endpoint.key(), null);
            return;
        }
        String reason = endpoint.assignment().reason();
        if (is != endpoint.adminState()) {
            reason = "its service is in " + text(is);
        } else if (reason.isEmpty()) {
            reason = text(is);
        }
        long millis = service.policy().timeouts().drain().toMillis();
        table.drain(endpoint.key(), new LinkMessage.Drain(millis, reason, false));
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
                        LinkError.FORGOTTEN,
                        "endpoint " + change.key().name() + " is no longer known; register again");
            }
        } else if (before != null && before.epoch() == linked && wentBack(before, after)) {
            cut(
                    change.key(),
                    LinkError.FORGOTTEN,
                    "endpoint "
                            + change.key().name()
                            + " is known as it was before; register again");
        } else if (after.epoch() > linked) {
            cut(change.key(), LinkError.REPLACED, LinkReply.replaced(change.key()));
        }
    }

    /** Epochs only grow, and name one incarnation, but for a store that lost its last state. */
    private static boolean wentBack(EndpointImage before, EndpointImage after) {
        return after.epoch() < before.epoch()
                || (after.epoch() == before.epoch()
                        && !after.spec().incarnation().equals(before.spec().incarnation()));
    }

    private void cut(EndpointKey endpoint, LinkError error, String detail) {
        for (LinkTable.Handle link : table.all(endpoint)) {
            link.cut(error, detail);
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

    /**
     * Ends every link in order, so that backends turn to other gateways, and refuses new ones. A
     * tunnel ends when the requests that run on it do.
     */
    public void stop() {
        stopping = true;
        for (LinkTable.Handle link : table.all()) {
            link.cut(LinkError.STOPPING, "the gateway stops");
        }
    }

    /** Whether a link is open, be it on its way to its end. */
    public boolean isLinked() {
        return counters.open() > 0;
    }

    /** Counts as they are now. */
    public LinkStats stats() {
        return counters.stats(table.size());
    }

    /** The same as metrics. */
    public List<MetricFamily> metrics() {
        List<MetricFamily> families = new ArrayList<>(LinkMetrics.of(stats()));
        families.add(context.places().metrics());
        families.add(tunnels.metrics());
        return families;
    }
}
