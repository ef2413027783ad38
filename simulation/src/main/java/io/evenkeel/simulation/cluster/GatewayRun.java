package io.evenkeel.simulation.cluster;

import io.evenkeel.gateway.GatewayCore;
import io.evenkeel.gateway.GatewaySettings;
import io.evenkeel.gateway.Transport;
import io.evenkeel.gateway.link.LinkPorts;
import io.evenkeel.gateway.link.LinkServer;
import io.evenkeel.gateway.link.LinkSettings;
import io.evenkeel.gateway.link.LinkStats;
import io.evenkeel.gateway.net.ListenOptions;
import io.evenkeel.gateway.net.ListenResult;
import io.evenkeel.gateway.net.Listener;
import io.evenkeel.gateway.observe.AccessLog;
import io.evenkeel.gateway.observe.LoopObserver;
import io.evenkeel.gateway.observe.RequestIds;
import io.evenkeel.gateway.proxy.ProxyLoop;
import io.evenkeel.gateway.proxy.ProxySettings;
import io.evenkeel.gateway.proxy.SessionKey;
import io.evenkeel.gateway.source.SourceRules;
import io.evenkeel.kernel.balancing.Locality;
import io.evenkeel.kernel.balancing.QueueSnapshot;
import io.evenkeel.kernel.image.GatewayImage;
import io.evenkeel.kernel.image.GatewayRecord;
import io.evenkeel.kernel.image.ImageDelta;
import io.evenkeel.kernel.observe.ServiceTraffic;
import io.evenkeel.model.HostPort;
import io.evenkeel.model.ServiceKey;
import io.evenkeel.simulation.net.SimLoop;
import io.evenkeel.simulation.net.SimProcess;
import io.evenkeel.simulation.registry.SimImages;
import io.evenkeel.simulation.registry.SimPresence;
import io.evenkeel.simulation.registry.SimRegistry;
import io.evenkeel.simulation.registry.Txns;
import io.evenkeel.simulation.stage.SimView;
import io.evenkeel.simulation.store.StoreWay;
import io.evenkeel.simulation.time.EventQueue;
import io.evenkeel.simulation.time.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * One run of a gateway's process: the product's gateway core, link server, registry desk and
 * presence, on loops of one simulated process. It serves once it has an image, from the store or
 * from what an earlier run has left on the disk.
 */
final class GatewayRun {
    static final int HTTP_PORT = 7080;
    static final int LINK_PORT = 7081;

    private static final long SLACK_NANOS = 150_000_000L;

    private final Cluster cluster;
    private final GatewaySlot slot;
    private final SimProcess process;
    private final SimLoop loop;
    private final SimLoop control;
    private final StoreWay way;
    private final SimImages images;
    private final SimRegistry registry;
    private final SimPresence presence;
    private final LinkServer server;
    private final GatewayCore core;
    private final LinkFacts links;
    private final PickLedger ledger;
    private final PickPromises promises;
    private final SimView view;
    private List<String> peers;

    /** Known to the store when this run began: those have some time to dial again. */
    private long firstRevision;

    private long servesSince = Instance.NEVER;

    GatewayRun(Cluster cluster, GatewaySlot slot, Seed seed) {
        this.cluster = cluster;
        this.slot = slot;
        this.process = slot.process;
        EventQueue queue = cluster.queue();
        Joints joints = cluster.joints();
        ClusterOptions.Times times = cluster.options().times();
        loop = process.loop();
        control = process.loop();
        way = cluster.store().way(seed.generator("way"));
        way.doubt(cluster.options().doubtPermille());
        double pace = 0.95 + seed.generator("pace").nextDouble() / 10;
        images = new SimImages(queue, way, control::execute, slot.disk, joints.passage());
        registry =
                new SimRegistry(
                        queue,
                        seed.generator("registry"),
                        images,
                        Txns.by(way),
                        control::execute,
                        cluster::wallMillis);
        presence =
                new SimPresence(
                        queue,
                        way,
                        control::execute,
                        slot.id,
                        times.lease(),
                        pace,
                        cluster::wallMillis);
        RequestIds ids = new RequestIds(seed.generator("request ids").nextInt());
        LoopObserver observer = new LoopObserver(0, ids, 0, AccessLog.none());
        promises = new PickPromises(cluster, slot, this);
        ledger = new PickLedger(joints, this::queue, promises);
        GatewaySettings settings =
                new GatewaySettings(
                        slot.id,
                        process.at(HTTP_PORT),
                        1,
                        Transport.AUTO,
                        ProxySettings.DEFAULT,
                        SourceRules.DEFAULT,
                        new SessionKey(new byte[SessionKey.BYTES]),
                        Locality.UNKNOWN,
                        times.grace());
        core =
                new GatewayCore(
                        settings,
                        List.of(loop),
                        List.of(observer),
                        queue::nowNanos,
                        ledger::view,
                        new SplittableRandom(seed.generator("picks").nextLong()));
        links = new LinkFacts(joints.links(core), this::attendedNanos);
        server =
                new LinkServer(
                        LinkSettings.defaults(slot.id)
                                .withHeartbeat(times.heartbeatMillis(), times.missedMillis()),
                        new LinkPorts(
                                links.noted(joints.admission(registry), slot::attended),
                                presence,
                                links,
                                () -> peers));
        core.links(server);
        peers = List.of(text(LINK_PORT));
        view = new SimView(ids, observer, queue, this::queue);
        images.subscribe(delta -> cluster.images().seen(slot.id, delta.after()));
        images.subscribe(joints.images(core));
        images.subscribe(presence);
        images.subscribe(this::image);
        control.execute(images::begin);
    }

    /** An image was taken in: the first lets it serve, each may name other gateways. */
    private void image(ImageDelta delta) {
        if (!delta.gateways().isEmpty()) {
            List<String> all = new ArrayList<>(List.of(text(LINK_PORT)));
            for (GatewayImage gateway : delta.after().gateways().values()) {
                if (!gateway.id().equals(slot.id)) {
                    gateway.record().link().ifPresent(link -> all.add(link.toString()));
                }
            }
            peers = List.copyOf(all);
            server.peersChanged();
        }
        if (servesSince == Instance.NEVER) {
            serve(delta.after().revision());
        }
        cluster.changed(slot);
    }

    private void serve(long revision) {
        firstRevision = revision;
        servesSince = attendedNanos();
        ProxyLoop proxy = proxy();
        proxy.listener(bound(loop.listen(process.at(HTTP_PORT), ListenOptions.DEFAULT, proxy)));
        bound(server.listen(loop, process.at(LINK_PORT), ListenOptions.DEFAULT));
        core.begin();
        HostPort http = HostPort.parse(text(HTTP_PORT));
        presence.announce(
                new GatewayRecord(
                        slot.id + "." + cluster.queue().nowNanos(),
                        http,
                        Optional.of(HostPort.parse(text(LINK_PORT))),
                        http,
                        "simulated",
                        cluster.wallMillis()));
    }

    private String text(int port) {
        return process.address().getHostAddress() + ":" + port;
    }

    /** The process is gone: what it has sent goes on, nothing comes back. */
    void end() {
        images.end();
        registry.end();
        presence.end();
        way.end();
    }

    private static Listener bound(ListenResult result) {
        return switch (result) {
            case ListenResult.Listening(var listener) -> listener;
            case ListenResult.Refused(String message) -> throw new IllegalStateException(message);
        };
    }

    SimProcess process() {
        return process;
    }

    StoreWay way() {
        return way;
    }

    SimImages images() {
        return images;
    }

    /** Endpoints that hold a link here. */
    int linked() {
        return server.stats().endpoints();
    }

    /** Links that were dialled so far, whatever became of them. */
    long dials() {
        LinkStats stats = server.stats();
        return stats.accepted()
                + stats.handshakes()
                + stats.refused().values().stream().mapToLong(Long::longValue).sum();
    }

    /** Whether the others know of it. */
    boolean isKnown() {
        return presence.isKnown();
    }

    /** Time in which this process ran and looked. */
    long attendedNanos() {
        return loop.attendedNanos();
    }

    LinkFacts links() {
        return links;
    }

    PickLedger ledger() {
        return ledger;
    }

    PickPromises promises() {
        return promises;
    }

    ProxyLoop proxy() {
        return core.proxies().getFirst();
    }

    List<ServiceTraffic> traffic() {
        return view.services();
    }

    /** The service's queue as it stands. */
    Optional<QueueSnapshot> queue() {
        return core.queue(new ServiceKey("default", Cluster.SERVICE));
    }

    /** Whether it may be picked without a link: known from the store, and not lost since. */
    boolean isInGrace(String endpoint, long epoch) {
        return epoch <= firstRevision
                && attendedNanos() - servesSince
                        <= cluster.options().times().grace().toNanos() + SLACK_NANOS
                && !links.wasPresent(endpoint, epoch);
    }
}
