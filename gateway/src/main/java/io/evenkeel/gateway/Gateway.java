package io.evenkeel.gateway;

import io.evenkeel.gateway.check.HealthChecker;
import io.evenkeel.gateway.link.LinkLoss;
import io.evenkeel.gateway.link.LinkObserver;
import io.evenkeel.gateway.link.LinkServer;
import io.evenkeel.gateway.net.ListenOptions;
import io.evenkeel.gateway.net.ListenResult;
import io.evenkeel.gateway.net.Listener;
import io.evenkeel.gateway.net.NetLoop;
import io.evenkeel.gateway.net.Timer;
import io.evenkeel.gateway.net.nio.NioLoop;
import io.evenkeel.gateway.observe.AccessLog;
import io.evenkeel.gateway.observe.LoopObserver;
import io.evenkeel.gateway.observe.ObservedGateway;
import io.evenkeel.gateway.observe.RequestIds;
import io.evenkeel.gateway.proxy.ProxyLoop;
import io.evenkeel.kernel.balancing.Node;
import io.evenkeel.kernel.balancing.QueueSnapshot;
import io.evenkeel.kernel.eligibility.HealthState;
import io.evenkeel.kernel.image.ImageDelta;
import io.evenkeel.kernel.image.ImagePublisher;
import io.evenkeel.kernel.observe.MetricFamily;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.ServiceKey;
import io.evenkeel.wire.link.LinkMessage;
import io.evenkeel.wire.link.LinkProtocol;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A gateway: loops with the proxy on them, and the services that images tell it of. Made, told its
 * listeners, then started; images may be published at any time from one thread at a time. All else
 * is thread-safe.
 */
public final class Gateway extends ObservedGateway
        implements ImagePublisher, LinkObserver, AutoCloseable {
    /** How often queues are told of the time. */
    private static final long TICK_NANOS = 50_000_000L;

    private static final long REPORT_INTERVAL_NANOS =
            TimeUnit.MILLISECONDS.toNanos(LinkProtocol.HEARTBEAT_MILLIS);

    /** What a start came to. */
    public sealed interface Start {
        /**
         * Requests are served.
         *
         * @param http where clients connect
         * @param link where backends dial in, null without links
         */
        record Started(InetSocketAddress http, @Nullable InetSocketAddress link) implements Start {}

        /**
         * Nothing runs.
         *
         * @param message what failed and what to do
         */
        record Refused(String message) implements Start {}
    }

    private final GatewaySettings settings;
    private final List<GatewayLoop> loops;
    private final ServiceTable services;
    private @Nullable LinkServer links;
    private @Nullable InetSocketAddress linkAddress;

    private Gateway(GatewaySettings settings, RequestIds ids, List<LoopObserver> observers) {
        super(ids, observers, Gateway::wallNanos);
        this.settings = settings;
        loops = new ArrayList<>();
        List<HealthChecker> checkers = new ArrayList<>();
        List<NioLoop> nets = new ArrayList<>();
        for (int i = 0; i < settings.loops(); i++) {
            NioLoop net = new NioLoop("gateway-" + i);
            nets.add(net);
            checkers.add(new HealthChecker(net));
        }
        services =
                new ServiceTable(
                        settings,
                        observers,
                        System::nanoTime,
                        departures(),
                        new Checkers(checkers, this::health));
        SplittableRandom seeds = new SplittableRandom();
        for (int i = 0; i < settings.loops(); i++) {
            NioLoop net = nets.get(i);
            ProxyLoop proxy =
                    new ProxyLoop(
                            net,
                            i,
                            settings.proxy(),
                            services::directory,
                            settings.trustedSources(),
                            observers.get(i),
                            seeds.split());
            loops.add(new GatewayLoop(net, proxy, checkers.get(i), observers.get(i)));
        }
    }

    /**
     * A gateway that isn't started.
     *
     * @param log where requests are logged, null for nowhere
     */
    public static Gateway create(GatewaySettings settings, @Nullable AccessLog log) {
        RequestIds ids = new RequestIds(new SplittableRandom().nextInt());
        long wallOffsetNanos = wallNanos() - System.nanoTime();
        List<LoopObserver> observers = new ArrayList<>();
        for (int i = 0; i < settings.loops(); i++) {
            observers.add(
                    new LoopObserver(
                            i,
                            ids,
                            wallOffsetNanos,
                            log == null ? AccessLog.none() : log.channel()));
        }
        return new Gateway(settings, ids, observers);
    }

    private static long wallNanos() {
        return TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
    }

    /** Has backends dial in at this address; port 0 takes any free one. Before the start. */
    public void links(LinkServer server, InetSocketAddress address) {
        links = server;
        linkAddress = address;
    }

    /** Binds all listeners, then starts the loops. Once. */
    public Start start() {
        String taken = NioLoop.listenProblem(settings.http());
        InetSocketAddress wanted = linkAddress;
        if (taken == null && wanted != null) {
            taken = NioLoop.listenProblem(wanted);
        }
        if (taken != null) {
            return refused(taken);
        }
        ListenOptions options =
                new ListenOptions(ListenOptions.DEFAULT.backlog(), loops.size() > 1);
        InetSocketAddress http = settings.http();
        InetSocketAddress link = wanted;
        for (GatewayLoop loop : loops) {
            switch (loop.net().listen(http, options, loop.proxy())) {
                case ListenResult.Refused(String message) -> {
                    return refused(message);
                }
                case ListenResult.Listening(Listener listener) -> {
                    http = listener.local();
                    loop.proxy().listener(listener);
                }
            }
            LinkServer server = links;
            if (server != null && link != null) {
                switch (server.listen(loop.net(), link, options)) {
                    case ListenResult.Refused(String message) -> {
                        return refused(message);
                    }
                    case ListenResult.Listening(Listener listener) -> link = listener.local();
                }
            }
        }
        for (GatewayLoop loop : loops) {
            tickEvery(loop);
            loop.checker().start();
            loop.net().start();
        }
        endGraceLater(loops.getFirst().net());
        return new Start.Started(http, link);
    }

    private Start refused(String message) {
        loops.forEach(loop -> loop.net().close());
        return new Start.Refused(message);
    }

    /** Queues are told of the time by one loop each. */
    private void tickEvery(GatewayLoop loop) {
        int index = loop.observer().loop();
        NetLoop net = loop.net();
        Timer[] timer = new Timer[1];
        timer[0] =
                new Timer(now -> {
                    ServiceState[] all = services.directory().services();
                    for (int i = index; i < all.length; i += loops.size()) {
                        all[i].queue().tick(now);
                    }
                    net.schedule(timer[0], now + TICK_NANOS);
                });
        net.schedule(timer[0], net.nanos() + TICK_NANOS);
    }

    private void endGraceLater(NetLoop net) {
        Timer timer = new Timer(now -> services.endGrace());
        net.execute(() -> net.schedule(timer, net.nanos() + settings.grace().toNanos()));
    }

    @Override
    public void publish(ImageDelta delta) {
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

    private ServiceTable.Departures departures() {
        return new ServiceTable.Departures() {
            @Override
            public void unused(Node node) {
                for (GatewayLoop loop : loops) {
                    loop.net().execute(() -> loop.proxy().forget(node));
                }
            }

            @Override
            public void drains(ServiceState service, Node node, long nanos) {
                for (GatewayLoop loop : loops) {
                    loop.net().execute(() -> cutLater(loop, service, node, nanos));
                }
            }
        };
    }

    private void cutLater(GatewayLoop loop, ServiceState service, Node node, long nanos) {
        if (loop.proxy().requestsAt(node)) {
            Timer timer =
                    new Timer(now -> {
                        if (services.drains(service, node)) {
                            loop.proxy().cut(node);
                        }
                    });
            loop.net().schedule(timer, loop.net().nanos() + nanos);
        }
    }

    @Override
    public void present(EndpointKey endpoint, long epoch) {
        services.present(endpoint, epoch);
    }

    @Override
    public void absent(EndpointKey endpoint, long epoch, LinkLoss loss) {
        services.absent(endpoint, epoch);
    }

    @Override
    public void draining(EndpointKey endpoint, long epoch, boolean draining) {
        services.draining(endpoint, epoch, draining);
    }

    @Override
    public void reported(EndpointKey endpoint, long epoch, LinkMessage.Report report) {
        if (report.inFlight() >= 0) {
            services.reported(
                    endpoint,
                    epoch,
                    (int) Math.min(Integer.MAX_VALUE, report.inFlight()),
                    REPORT_INTERVAL_NANOS);
        }
    }

    @Override
    public int outstanding(EndpointKey endpoint, long epoch) {
        return services.outstanding(endpoint, epoch);
    }

    @Override
    public Optional<QueueSnapshot> queue(String tenant, String service) {
        ServiceState state = services.find(new ServiceKey(tenant, service));
        return state == null ? Optional.empty() : Optional.of(state.queue().snapshot());
    }

    /**
     * Stops in order: accepts nobody, lets requests finish for as long as is given, then closes
     * all. Blocks the caller; not for a loop's thread.
     */
    public void stop(Duration patience) {
        LinkServer server = links;
        if (server != null) {
            server.stop();
        }
        long deadline = System.nanoTime() + patience.toNanos();
        loops.forEach(loop -> loop.net().execute(loop.proxy()::drain));
        while (busy() && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(5_000_000);
        }
        loops.forEach(loop -> loop.net().close());
    }

    /** Whether a loop still has requests; asks the loops themselves. */
    private boolean busy() {
        CountDownLatch asked = new CountDownLatch(loops.size());
        AtomicInteger requests = new AtomicInteger();
        for (GatewayLoop loop : loops) {
            boolean taken =
                    loop.net()
                            .execute(() -> {
                                requests.addAndGet(loop.proxy().requests());
                                asked.countDown();
                            });
            if (!taken) {
                asked.countDown();
            }
        }
        try {
            return !asked.await(1, TimeUnit.SECONDS) || requests.get() > 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** {@link #stop} without patience. */
    @Override
    public void close() {
        stop(Duration.ZERO);
    }

    @Override
    protected List<MetricFamily> moreMetrics() {
        return LoopMetrics.of(loops.stream().map(GatewayLoop::net).toList());
    }
}
