package io.evenkeel.gateway;

import io.evenkeel.gateway.check.HealthChecker;
import io.evenkeel.gateway.link.LinkLoss;
import io.evenkeel.gateway.link.LinkObserver;
import io.evenkeel.gateway.link.LinkServer;
import io.evenkeel.gateway.net.NetLoop;
import io.evenkeel.gateway.net.Timer;
import io.evenkeel.gateway.observe.LoopObserver;
import io.evenkeel.gateway.proxy.Directory;
import io.evenkeel.gateway.proxy.ProxyLoop;
import io.evenkeel.kernel.balancing.BackendReport;
import io.evenkeel.kernel.balancing.Node;
import io.evenkeel.kernel.balancing.QueueSnapshot;
import io.evenkeel.kernel.eligibility.HealthState;
import io.evenkeel.kernel.image.ImageDelta;
import io.evenkeel.kernel.image.ImagePublisher;
import io.evenkeel.kernel.observe.MetricFamily;
import io.evenkeel.kernel.observe.ServiceEvent;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.ServiceKey;
import io.evenkeel.wire.link.LinkMessage;
import io.evenkeel.wire.link.LinkProtocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator.SplittableGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A gateway without threads, sockets and clock of its own: proxies and active checks on loops of
 * any transport, and the services that images and links tell it of. Production gives it loops of
 * sockets, the simulator loops of a network in memory.
 *
 * <p>Images may be published at any time from one thread at a time. All else is thread-safe.
 */
public final class GatewayCore implements ImagePublisher, LinkObserver {
    /** How often queues are told of the time. */
    private static final long TICK_NANOS = 50_000_000L;

    private static final long REPORT_INTERVAL_NANOS =
            TimeUnit.MILLISECONDS.toNanos(LinkProtocol.HEARTBEAT_MILLIS);

    private final List<GatewayLoop> loops = new ArrayList<>();
    private final List<LeavingNodes> leaving = new ArrayList<>();
    private final ServiceTable services;
    private @Nullable LinkServer links;

    /**
     * A gateway that has not begun.
     *
     * @param nets the loops, as many as the settings say
     * @param observers what each loop notes
     * @param nanos the loops' clock
     * @param view what stands between proxies and services; the identity unless somebody watches
     * @param random for picks; each loop gets a generator split off
     */
    public GatewayCore(
            GatewaySettings settings,
            List<? extends NetLoop> nets,
            List<LoopObserver> observers,
            LongSupplier nanos,
            UnaryOperator<Directory> view,
            SplittableGenerator random) {
        List<HealthChecker> checkers = new ArrayList<>();
        nets.forEach(net -> checkers.add(new HealthChecker(net)));
        services =
                new ServiceTable(
                        settings,
                        observers,
                        nanos,
                        departures(nanos),
                        new Checkers(checkers, this::health));
        for (int i = 0; i < nets.size(); i++) {
            NetLoop net = nets.get(i);
            ProxyLoop proxy =
                    new ProxyLoop(
                            net,
                            i,
                            settings.proxy(),
                            () -> view.apply(services.directory()),
                            settings.sources(),
                            settings.sessionKey(),
                            observers.get(i),
                            random.split());
            loops.add(new GatewayLoop(net, proxy, checkers.get(i), observers.get(i)));
            leaving.add(new LeavingNodes(net, proxy));
        }
    }

    /** The links that follow the images too, from the one that is known already. */
    public synchronized void links(LinkServer server) {
        links = server;
        services.tunnels(server.tunnels());
        server.publish(ImageDelta.whole(services.image()));
    }

    /** The proxies, one a loop, in order; each belongs to its loop's thread. */
    public List<ProxyLoop> proxies() {
        return loops.stream().map(GatewayLoop::proxy).toList();
    }

    List<GatewayLoop> loops() {
        return loops;
    }

    /** Time begins: queues are told of it, checks are made. Before the loops start, once. */
    public void begin() {
        for (GatewayLoop loop : loops) {
            tickEvery(loop);
            loop.checker().start();
        }
        services.begin();
    }

    /** Queues are told of the time by one loop each; each loop looks after its own connections. */
    private void tickEvery(GatewayLoop loop) {
        int index = loop.observer().loop();
        NetLoop net = loop.net();
        Timer[] timer = new Timer[1];
        timer[0] =
                new Timer(now -> {
                    ServiceState[] all = services.directory().services();
                    long nowMillis = loop.observer().wallMillis(now);
                    for (int i = index; i < all.length; i += loops.size()) {
                        all[i].tick(now, nowMillis);
                    }
                    leaving.get(index).look(now);
                    if (index == 0) {
                        services.endGrace(net.attendedNanos());
                    }
                    net.schedule(timer[0], now + TICK_NANOS);
                });
        net.schedule(timer[0], net.nanos() + TICK_NANOS);
    }

    @Override
    public synchronized void publish(ImageDelta delta) {
        services.apply(delta);
        LinkServer server = links;
        if (server != null && !delta.isEmpty()) {
            server.publish(delta);
        }
    }

    /** What an active check found. */
    private void health(ServiceState service, Node node, HealthState state) {
        services.health(service, node, state);
    }

    private Departures departures(LongSupplier nanos) {
        return new Departures() {
            @Override
            public void unused(Node node) {
                leaving.forEach(each -> each.unused(node));
            }

            @Override
            public void drains(Node node, long within) {
                long cutNanos = nanos.getAsLong() + within;
                leaving.forEach(each -> each.drains(node, cutNanos));
            }
        };
    }

    @Override
    public void present(EndpointKey endpoint, long epoch) {
        services.present(endpoint, epoch);
    }

    @Override
    public void absent(EndpointKey endpoint, long epoch, LinkLoss loss) {
        services.absent(endpoint, epoch, loss == LinkLoss.RELEASED);
    }

    @Override
    public void draining(EndpointKey endpoint, long epoch, boolean draining) {
        services.draining(endpoint, epoch, draining);
    }

    @Override
    public void reported(EndpointKey endpoint, long epoch, LinkMessage.Report report) {
        services.reported(
                endpoint,
                epoch,
                new BackendReport(report.inFlight(), report.sessions(), report.cpuPercent()),
                REPORT_INTERVAL_NANOS);
    }

    @Override
    public int outstanding(EndpointKey endpoint, long epoch) {
        return services.outstanding(endpoint, epoch);
    }

    /** What happened in a service's queue, the latest first. */
    List<ServiceEvent> events(ServiceKey key) {
        ServiceState state = services.find(key);
        return state == null ? List.of() : state.events().latestFirst();
    }

    /** Ejections and panics of all services. */
    List<MetricFamily> queueMetrics() {
        return QueueMetrics.of(services.directory().services());
    }

    /** The queue of a service as it stands, empty if it has none here. */
    public Optional<QueueSnapshot> queue(ServiceKey key) {
        ServiceState state = services.find(key);
        return state == null ? Optional.empty() : Optional.of(state.queue().snapshot());
    }
}
