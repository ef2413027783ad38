package io.evenkeel.simulation.stage;

import io.evenkeel.gateway.observe.AccessLog;
import io.evenkeel.gateway.observe.LoopObserver;
import io.evenkeel.gateway.observe.RequestIds;
import io.evenkeel.gateway.proxy.ProxySettings;
import io.evenkeel.gateway.proxy.RetryBudget;
import io.evenkeel.gateway.proxy.ServicePolicy;
import io.evenkeel.kernel.balancing.BalancingSettings;
import io.evenkeel.kernel.balancing.EndpointSettings;
import io.evenkeel.kernel.balancing.Locality;
import io.evenkeel.kernel.balancing.ServiceQueue;
import io.evenkeel.kernel.eligibility.EligibilityInputs;
import io.evenkeel.kernel.health.OutlierSettings;
import io.evenkeel.kernel.observe.GatewayView;
import io.evenkeel.model.AdminState;
import io.evenkeel.simulation.cast.Answer;
import io.evenkeel.simulation.cast.Behaviour;
import io.evenkeel.simulation.cast.SimBackend;
import io.evenkeel.simulation.cast.SimClient;
import io.evenkeel.simulation.net.NetworkOptions;
import io.evenkeel.simulation.net.SimNetwork;
import io.evenkeel.simulation.time.EventQueue;
import io.evenkeel.simulation.time.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * One gateway, the backends of one service and some clients, from one seed. What a scenario does,
 * it does through here.
 */
public final class Stage {
    /** The service that everybody asks for. */
    public static final String SERVICE = "web";

    /** Where the gateway runs. */
    public static final Locality HERE = new Locality("zone-a", "gateway");

    private static final long POLL_NANOS = 1_000_000L;

    private final Seed seed;
    private final EventQueue queue = new EventQueue();
    private final SimNetwork network;
    private final SimService service;
    private final SimGateway gateway;
    private final List<SimClient> clients = new ArrayList<>();
    private final GatewayView view;
    private long epoch;

    /**
     * A stage.
     *
     * @param network how the network behaves
     * @param balancing how the queue balances
     * @param outliers when it ejects
     * @param policy time limits and retries
     * @param access how the queue is reached: {@code QueueAccess::new}, unless a fault is planted
     */
    public Stage(
            Seed seed,
            NetworkOptions network,
            BalancingSettings balancing,
            OutlierSettings outliers,
            ServicePolicy policy,
            Function<ServiceQueue, QueueAccess> access) {
        this.seed = seed;
        this.network = new SimNetwork(queue, seed.generator("network"), network);
        ServiceQueue balanced = new ServiceQueue(SERVICE, balancing, outliers, HERE, 1);
        RequestIds ids = new RequestIds(seed.generator("request ids").nextInt());
        LoopObserver observer = new LoopObserver(0, ids, 0, AccessLog.none());
        view = new SimView(ids, observer, queue, () -> Optional.of(balanced.snapshot()));
        service =
                new SimService(
                        access.apply(balanced),
                        policy,
                        balancing.maxOutstandingPerEndpoint(),
                        new RetryBudget(20, 10, 0),
                        queue::nowNanos,
                        observer.service("default", SERVICE));
        gateway = new SimGateway(this.network, seed, ProxySettings.DEFAULT, observer, service);
        queue.afterEach(this::afterEvent);
    }

    private void afterEvent() {
        List<Watcher> watchers = service.watchers();
        for (int i = 0; i < watchers.size(); i++) {
            watchers.get(i).afterEvent(service);
        }
    }

    /** The seed of everything here. */
    public Seed seed() {
        return seed;
    }

    /** The clock. */
    public EventQueue queue() {
        return queue;
    }

    /** The network. */
    public SimNetwork network() {
        return network;
    }

    /** The service. */
    public SimService service() {
        return service;
    }

    /** The gateway. */
    public SimGateway gateway() {
        return gateway;
    }

    /** What the gateway shows of itself. */
    public GatewayView view() {
        return view;
    }

    /** The clients added so far. */
    public List<SimClient> clients() {
        return clients;
    }

    /** Adds a client with an address of its own. */
    public SimClient client(long timeoutNanos, Consumer<Answer> answers) {
        SimClient client =
                new SimClient(
                        queue,
                        network,
                        "client-" + clients.size(),
                        gateway.address(),
                        timeoutNanos,
                        answers);
        clients.add(client);
        return client;
    }

    /** Starts a backend that nobody knows yet. */
    public SimBackend backend(String id, Behaviour behaviour) {
        return new SimBackend(queue, network, seed, id, behaviour);
    }

    /** Starts a backend and lets it join. */
    public Member join(String id, Behaviour behaviour) {
        return join(backend(id, behaviour), UnaryOperator.identity());
    }

    /** A backend joins, or its new incarnation does, with settings changed as wished. */
    public Member join(SimBackend backend, UnaryOperator<EndpointSettings> settings) {
        Member older = service.member(backend.id());
        Member member =
                service.join(
                        backend,
                        settings.apply(EndpointSettings.of(backend.id(), ++epoch)),
                        EligibilityInputs.NEWCOMER);
        if (older != null) {
            gateway.execute(() -> gateway.proxy().cut(older.node()));
        }
        return member;
    }

    /** Polite: no new requests, and gone once it has none or the time is over. */
    public void drainAndLeave(Member member, long deadlineNanos) {
        service.draining(member, true);
        leaveWhenIdle(member, queue.nowNanos() + deadlineNanos);
    }

    private void leaveWhenIdle(Member member, long untilNanos) {
        if (member.hasLeft()) {
            return;
        }
        if (member.outstanding() > 0 && queue.nowNanos() < untilNanos) {
            queue.after(POLL_NANOS, () -> leaveWhenIdle(member, untilNanos));
            return;
        }
        service.leave(member);
        gateway.execute(() -> gateway.proxy().forget(member.node()));
    }

    /** Its link broke because it died: out at once, what runs there is cut. */
    public void lost(Member member) {
        if (!member.hasLeft()) {
            service.leave(member);
            gateway.execute(() -> gateway.proxy().cut(member.node()));
        }
    }

    /** The operator sets an admin state. */
    public void admin(Member member, AdminState state) {
        service.admin(member, state);
    }

    /** Tells the watchers that the run is over. */
    public void end() {
        for (Watcher watcher : service.watchers()) {
            watcher.atEnd(service);
        }
    }
}
