package io.evenkeel.simulation.cluster;

import io.evenkeel.gateway.GatewayCore;
import io.evenkeel.gateway.GatewaySettings;
import io.evenkeel.gateway.Transport;
import io.evenkeel.gateway.link.LinkPorts;
import io.evenkeel.gateway.link.LinkServer;
import io.evenkeel.gateway.link.LinkSettings;
import io.evenkeel.gateway.net.ListenOptions;
import io.evenkeel.gateway.net.ListenResult;
import io.evenkeel.gateway.net.Listener;
import io.evenkeel.gateway.net.Timer;
import io.evenkeel.gateway.observe.AccessLog;
import io.evenkeel.gateway.observe.LoopObserver;
import io.evenkeel.gateway.observe.RequestIds;
import io.evenkeel.gateway.proxy.ProxyLoop;
import io.evenkeel.gateway.proxy.ProxySettings;
import io.evenkeel.gateway.proxy.SessionKey;
import io.evenkeel.gateway.source.SourceRules;
import io.evenkeel.kernel.balancing.Locality;
import io.evenkeel.kernel.balancing.QueueSnapshot;
import io.evenkeel.kernel.image.EndpointImage;
import io.evenkeel.kernel.observe.ServiceTraffic;
import io.evenkeel.kernel.registry.ReaperLoop;
import io.evenkeel.kernel.store.StoreState;
import io.evenkeel.model.ServiceKey;
import io.evenkeel.simulation.net.SimLoop;
import io.evenkeel.simulation.net.SimProcess;
import io.evenkeel.simulation.registry.SimPresence;
import io.evenkeel.simulation.registry.SimRegistry;
import io.evenkeel.simulation.stage.SimView;
import io.evenkeel.simulation.time.EventQueue;
import io.evenkeel.simulation.time.Seed;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * One run of a standalone's process: the product's gateway core, link server, registry loop and
 * reaper, on loops of one simulated process and a store that outlives it.
 */
final class GatewayRun {
    static final int HTTP_PORT = 7080;
    static final int LINK_PORT = 7081;

    /** Shorter than the product's default, so that many end within a run. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private static final Duration ABSENT_FOR = Duration.ofSeconds(6);
    private static final Duration LEASE = Duration.ofSeconds(5);
    private static final long BEAT_NANOS = 1_000_000_000L;
    private static final long SLACK_NANOS = 150_000_000L;
    private static final int MOST_FORGOTTEN = 100;

    private final SimProcess process;
    private final SimLoop loop;
    private final SimLoop control;
    private final SimRegistry registry;
    private final SimPresence presence;
    private final ReaperLoop reaper = new ReaperLoop(ABSENT_FOR);
    private final GatewayCore core;
    private final LinkFacts links;
    private final PickLedger ledger;
    private final PickPromises promises;
    private final SimView view;
    private final Timer beat = new Timer(this::beat);

    /** Known to the store when this run began: those have some time to dial again. */
    private final long firstRevision;

    GatewayRun(Cluster cluster, SimProcess process, StoreState store, Seed seed) {
        this.process = process;
        EventQueue queue = cluster.queue();
        Joints joints = cluster.joints();
        loop = process.loop();
        control = process.loop();
        registry =
                new SimRegistry(
                        queue,
                        seed.generator("registry"),
                        cluster.options().doubtPermille(),
                        store,
                        control::execute);
        presence = new SimPresence(registry, "gw", LEASE);
        RequestIds ids = new RequestIds(seed.generator("request ids").nextInt());
        LoopObserver observer = new LoopObserver(0, ids, 0, AccessLog.none());
        promises = new PickPromises(cluster, this);
        ledger = new PickLedger(joints, this::queue, promises);
        GatewaySettings settings =
                new GatewaySettings(
                        "gw",
                        process.at(HTTP_PORT),
                        1,
                        Transport.AUTO,
                        ProxySettings.DEFAULT,
                        SourceRules.DEFAULT,
                        new SessionKey(new byte[SessionKey.BYTES]),
                        Locality.UNKNOWN,
                        GRACE);
        core =
                new GatewayCore(
                        settings,
                        List.of(loop),
                        List.of(observer),
                        queue::nowNanos,
                        ledger::view,
                        new SplittableRandom(seed.generator("picks").nextLong()));
        links = new LinkFacts(joints.links(core));
        LinkServer server =
                new LinkServer(
                        LinkSettings.defaults("gw"),
                        new LinkPorts(
                                joints.admission(registry), presence, links, () -> List.of()));
        core.links(server);
        view = new SimView(ids, observer, queue, this::queue);
        firstRevision = store.revision();
        registry.onCommit(cluster::committed);
        registry.subscribe(joints.images(core));
        registry.subscribe(delta -> reaper.observe(queue.nowNanos(), delta));
        registry.load();
        ProxyLoop proxy = proxy();
        proxy.listener(bound(loop.listen(settings.http(), ListenOptions.DEFAULT, proxy)));
        bound(server.listen(loop, process.at(LINK_PORT), ListenOptions.DEFAULT));
        core.begin();
        control.execute(() -> beat(control.nanos()));
    }

    private static Listener bound(ListenResult result) {
        return switch (result) {
            case ListenResult.Listening(var listener) -> listener;
            case ListenResult.Refused(String message) -> throw new IllegalStateException(message);
        };
    }

    /** Leases, and endpoints that were absent for too long. */
    private void beat(long nowNanos) {
        registry.expire();
        presence.beat(nowNanos);
        for (EndpointImage endpoint : reaper.due(nowNanos, registry.image(), MOST_FORGOTTEN)) {
            registry.forget(endpoint.key(), endpoint.epoch());
        }
        control.schedule(beat, nowNanos + BEAT_NANOS);
    }

    SimProcess process() {
        return process;
    }

    InetSocketAddress linkAddress() {
        return process.at(LINK_PORT);
    }

    /** Time in which this process ran and looked. */
    long attendedNanos() {
        return loop.attendedNanos();
    }

    SimRegistry registry() {
        return registry;
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
                && attendedNanos() <= GRACE.toNanos() + SLACK_NANOS
                && !links.wasPresent(endpoint, epoch);
    }
}
