package io.evenkeel.gateway;

import io.evenkeel.gateway.link.LinkLoss;
import io.evenkeel.gateway.link.LinkObserver;
import io.evenkeel.gateway.link.LinkServer;
import io.evenkeel.gateway.net.EventLoop;
import io.evenkeel.gateway.net.ListenOptions;
import io.evenkeel.gateway.net.ListenResult;
import io.evenkeel.gateway.net.Listener;
import io.evenkeel.gateway.net.nio.NioLoop;
import io.evenkeel.gateway.observe.AccessLog;
import io.evenkeel.gateway.observe.LoopObserver;
import io.evenkeel.gateway.observe.ObservedGateway;
import io.evenkeel.gateway.observe.RequestIds;
import io.evenkeel.kernel.balancing.QueueSnapshot;
import io.evenkeel.kernel.image.ImageDelta;
import io.evenkeel.kernel.image.ImagePublisher;
import io.evenkeel.kernel.observe.MetricFamily;
import io.evenkeel.kernel.observe.ServiceEvent;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.ServiceKey;
import io.evenkeel.wire.link.LinkMessage;
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
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A gateway: {@link GatewayCore} on threads and sockets. Made, told its listeners, bound, started;
 * images may be published at any time from one thread at a time. All else is thread-safe.
 */
public final class Gateway extends ObservedGateway
        implements ImagePublisher, LinkObserver, AutoCloseable {
    /** What binding came to. */
    public sealed interface Bound {
        /**
         * Every listener has its address; clients wait until the gateway serves.
         *
         * @param http where clients connect
         * @param link where backends dial in, null without links
         */
        record Listening(InetSocketAddress http, @Nullable InetSocketAddress link)
                implements Bound {}

        /**
         * Nothing runs.
         *
         * @param message what failed and what to do
         */
        record Refused(String message) implements Bound {}
    }

    private final GatewaySettings settings;
    private final List<EventLoop> nets;
    private final GatewayCore core;
    private @Nullable LinkServer links;
    private @Nullable InetSocketAddress linkAddress;
    private volatile boolean serving;

    private Gateway(GatewaySettings settings, RequestIds ids, List<LoopObserver> observers) {
        super(ids, observers, Gateway::wallNanos);
        this.settings = settings;
        nets = new ArrayList<>();
        Transport transport = settings.transport().settled();
        for (int i = 0; i < settings.loops(); i++) {
            nets.add(transport.loop("gateway-" + i));
        }
        core =
                new GatewayCore(
                        settings,
                        nets,
                        observers,
                        System::nanoTime,
                        UnaryOperator.identity(),
                        new SplittableRandom());
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

    /** Has backends dial in at this address; port 0 takes any free one. Before {@link #bind}. */
    public void links(LinkServer server, InetSocketAddress address) {
        links = server;
        linkAddress = address;
        core.links(server);
    }

    /**
     * Binds all listeners. Once. Who connects waits in the kernel for {@link #serve}, so that the
     * first request finds all that the cluster knows.
     */
    public Bound bind() {
        String taken = NioLoop.listenProblem(settings.http());
        InetSocketAddress wanted = linkAddress;
        if (taken == null && wanted != null) {
            taken = NioLoop.listenProblem(wanted);
        }
        if (taken != null) {
            return refused(taken);
        }
        ListenOptions options = new ListenOptions(ListenOptions.DEFAULT.backlog(), nets.size() > 1);
        InetSocketAddress http = settings.http();
        InetSocketAddress link = wanted;
        for (GatewayLoop loop : core.loops()) {
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
        return new Bound.Listening(http, link);
    }

    /** Starts the loops; once, after {@link #bind}. */
    public void serve() {
        core.begin();
        nets.forEach(EventLoop::start);
        serving = true;
    }

    private Bound refused(String message) {
        nets.forEach(EventLoop::close);
        return new Bound.Refused(message);
    }

    @Override
    public void publish(ImageDelta delta) {
        core.publish(delta);
    }

    @Override
    public void present(EndpointKey endpoint, long epoch) {
        core.present(endpoint, epoch);
    }

    @Override
    public void absent(EndpointKey endpoint, long epoch, LinkLoss loss) {
        core.absent(endpoint, epoch, loss);
    }

    @Override
    public void draining(EndpointKey endpoint, long epoch, boolean draining) {
        core.draining(endpoint, epoch, draining);
    }

    @Override
    public void reported(EndpointKey endpoint, long epoch, LinkMessage.Report report) {
        core.reported(endpoint, epoch, report);
    }

    @Override
    public int outstanding(EndpointKey endpoint, long epoch) {
        return core.outstanding(endpoint, epoch);
    }

    @Override
    public Optional<QueueSnapshot> queue(String tenant, String service) {
        return core.queue(new ServiceKey(tenant, service));
    }

    @Override
    public List<ServiceEvent> events(String tenant, String service) {
        return core.events(new ServiceKey(tenant, service));
    }

    /**
     * Stops in order: accepts nobody, lets requests finish and says goodbye to backends for as long
     * as is given, then closes all. Blocks the caller; not for a loop's thread.
     */
    public void stop(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        // Until each has heard it: a flooded loop takes no task.
        List<GatewayLoop> untold = new ArrayList<>(core.loops());
        untold.removeIf(loop -> loop.net().execute(loop.proxy()::drain));
        LinkServer server = links;
        if (server != null) {
            server.stop();
        }
        while (serving
                && (!untold.isEmpty() || busy() || (server != null && server.isLinked()))
                && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(5_000_000);
            untold.removeIf(loop -> loop.net().execute(loop.proxy()::drain));
        }
        nets.forEach(EventLoop::close);
    }

    /** Whether a loop still has requests; asks the loops themselves. */
    private boolean busy() {
        CountDownLatch asked = new CountDownLatch(nets.size());
        AtomicInteger requests = new AtomicInteger();
        for (GatewayLoop loop : core.loops()) {
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
        List<MetricFamily> more = new ArrayList<>(LoopMetrics.of(nets));
        more.addAll(core.queueMetrics());
        LinkServer server = links;
        if (server != null) {
            more.addAll(server.metrics());
        }
        return more;
    }
}
