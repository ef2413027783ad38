package io.evenkeel.simulation.cluster;

import io.evenkeel.kernel.balancing.QueueSnapshot;
import io.evenkeel.kernel.image.Assignment;
import io.evenkeel.kernel.store.Change;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.StoreLimits;
import io.evenkeel.kernel.store.StoreState;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.kernel.store.WatchBatch;
import io.evenkeel.link.Refusal;
import io.evenkeel.model.AdminState;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import io.evenkeel.model.Metadata;
import io.evenkeel.model.Resource;
import io.evenkeel.model.Source;
import io.evenkeel.model.Stored;
import io.evenkeel.simulation.cast.Answer;
import io.evenkeel.simulation.cast.Behaviour;
import io.evenkeel.simulation.cast.SimBackend;
import io.evenkeel.simulation.cast.SimClient;
import io.evenkeel.simulation.cast.SimLink;
import io.evenkeel.simulation.invariant.BrokenPromise;
import io.evenkeel.simulation.net.SimNetwork;
import io.evenkeel.simulation.net.SimProcess;
import io.evenkeel.simulation.time.EventQueue;
import io.evenkeel.simulation.time.Seed;
import io.evenkeel.wire.link.Registration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * The world of one run: a gateway that may be restarted, the store that outlives it, backends that
 * dial in, clients. What happens in it, happens through here, and is noted here as fact.
 */
final class Cluster {
    /** The service that everybody asks for. */
    static final String SERVICE = "web";

    private static final String TENANT = "default";
    private static final String ACKNOWLEDGED = "what is acknowledged is in the store and stays";
    private static final long MILLI = 1_000_000L;

    /** From falling sick to the queue: two checks half a second apart, and what delays them. */
    private static final long SICK_NANOS = 4_000 * MILLI;

    /** From the goodbye to the end of the process. */
    private static final long EXIT_NANOS = 1_000 * MILLI;

    private final Seed seed;
    private final ClusterOptions options;
    private final Joints joints;
    private final EventQueue queue = new EventQueue();
    private final SimNetwork network;
    private final StoreState store = new StoreState(StoreLimits.DEFAULT);
    private final StoreFacts facts = new StoreFacts(this::attendedNanos);
    private final List<Instance> instances = new ArrayList<>();
    private final Map<String, Instance> byIncarnation = new HashMap<>();
    private final List<SimClient> clients = new ArrayList<>();
    private final RandomGenerator random;
    private GatewayRun gateway;
    private boolean gatewayDown;
    private int generation;
    private long attendedBefore;

    Cluster(Seed seed, ClusterOptions options, Joints joints) {
        this.seed = seed;
        this.options = options;
        this.joints = joints;
        network = new SimNetwork(queue, seed.generator("network"), options.network());
        random = seed.generator("instances");
        Metadata metadata = Metadata.of(TENANT, "default", Source.API);
        store.txn(
                Txn.of(
                        Op.put(
                                Keys.spec(Kind.POLICY, TENANT, "default"),
                                Value.of(Stored.spec(Resource.of(metadata, options.policy()))))));
        SimProcess process = network.process("gateway");
        gateway = new GatewayRun(this, process, store, seedOfRun());
    }

    private Seed seedOfRun() {
        return new Seed(seed.value() + 1_000_003L * generation++);
    }

    EventQueue queue() {
        return queue;
    }

    ClusterOptions options() {
        return options;
    }

    Joints joints() {
        return joints;
    }

    StoreFacts facts() {
        return facts;
    }

    GatewayRun gateway() {
        return gateway;
    }

    boolean isGatewayDown() {
        return gatewayDown;
    }

    List<Instance> instances() {
        return instances;
    }

    List<SimClient> clients() {
        return clients;
    }

    long sickNanos() {
        return SICK_NANOS;
    }

    Instance instance(String incarnation) {
        Instance instance = byIncarnation.get(incarnation);
        if (instance == null) {
            throw new IllegalStateException("nobody drew incarnation " + incarnation);
        }
        return instance;
    }

    /** Time in which a gateway ran and looked, over all its runs. */
    long attendedNanos() {
        return attendedBefore + (gatewayDown ? 0 : gateway.attendedNanos());
    }

    SimClient client(Consumer<Answer> answers) {
        SimClient client =
                new SimClient(
                        queue,
                        network,
                        "client-" + clients.size(),
                        gateway.process().at(GatewayRun.HTTP_PORT),
                        options.clientTimeoutNanos(),
                        answers);
        clients.add(client);
        return client;
    }

    /** A new process serves the endpoint, and dials. Its predecessor may still live. */
    Instance launch(String endpoint, Behaviour behaviour) {
        String incarnation = endpoint + ".i" + instances.size();
        SimBackend backend = new SimBackend(queue, network, seed, incarnation, behaviour);
        Instance instance = new Instance(endpoint, incarnation, backend, this::attendedNanos);
        instances.add(instance);
        byIncarnation.put(incarnation, instance);
        int weight = random.nextInt(4) == 0 ? 1 + random.nextInt(10) : 1;
        int capacity = random.nextInt(4) == 0 ? 1 + random.nextInt(5) : 0;
        Registration registration =
                new Registration(
                        TENANT,
                        SERVICE,
                        "vm-" + endpoint,
                        endpoint,
                        Registration.Kind.VM,
                        Registration.Mode.ADDRESSED,
                        backend.address().getAddress().getHostAddress() + ":" + SimBackend.PORT,
                        incarnation,
                        "",
                        "",
                        weight,
                        capacity,
                        "",
                        "",
                        Map.of(),
                        "",
                        List.of(),
                        Registration.FIRST);
        instance.dialler = () -> dial(instance, registration);
        dial(instance, registration);
        return instance;
    }

    private void dial(Instance instance, Registration registration) {
        SimLink.Listener listener =
                new SimLink.Listener() {
                    @Override
                    public void registered(long epoch) {
                        acknowledged(instance, epoch);
                    }

                    @Override
                    public void drained(long outstanding) {
                        Cluster.this.drained(instance, outstanding);
                    }

                    @Override
                    public void rejected(Refusal refusal) {
                        // A sane process ends then, whatever its other links still say.
                        instance.rejected = true;
                        queue.after(EXIT_NANOS, instance::kill);
                    }
                };
        instance.links.add(
                new SimLink(
                        instance.backend,
                        gateway.linkAddress(),
                        registration,
                        seed.generator("link " + instance.incarnation + instance.links.size()),
                        listener));
    }

    private void acknowledged(Instance instance, long epoch) {
        StoreFacts.Admitted admitted = facts.admitted(instance.endpoint, epoch);
        if (admitted == null || !admitted.incarnation.equals(instance.incarnation)) {
            throw broken(ACKNOWLEDGED, instance + " was told epoch " + epoch);
        }
        instance.epoch = epoch;
    }

    /** A commit of the store. */
    void committed(WatchBatch batch) {
        for (Change change : batch.changes()) {
            Keys.Key key = Keys.parse(change.key()).orElse(null);
            boolean deleted =
                    change instanceof Change.Delete
                            && key != null
                            && key.area() == Keys.Area.SPEC
                            && key.kind().equals(Kind.ENDPOINT.plural());
            StoreFacts.Admitted gone = deleted && key != null ? facts.current(key.name()) : null;
            if (gone != null
                    && !instance(gone.incarnation).leaving
                    && gateway.links().isPresent(gone.endpoint, gone.epoch)) {
                throw broken(
                        ACKNOWLEDGED,
                        instance(gone.incarnation) + " holds a link and its record was deleted");
            }
        }
        facts.committed(batch);
    }

    /** Polite: no new requests, and gone when it has none or the time is over. */
    void leave(Instance instance, long deadlineMillis) {
        instance.leaving = true;
        instance.links.forEach(link -> link.drain(deadlineMillis));
        // Whom no gateway knows, nobody answers.
        queue.after(10_000 * MILLI, instance::kill);
    }

    private void drained(Instance instance, long outstanding) {
        if (!instance.leaving) {
            return;
        }
        String name = instance.endpoint + "@" + instance.epoch;
        Integer still = gateway.ledger().outstanding().get(name);
        if (outstanding == 0 && still != null) {
            throw broken(
                    "whoever was told that it is drained has no request",
                    instance + " has " + still);
        }
        instance.links.forEach(SimLink::leave);
        queue.after(EXIT_NANOS, instance::kill);
    }

    void cut(Instance instance, boolean value) {
        if (value) {
            gateway.process().cut(instance.backend.process());
        } else {
            gateway.process().heal(instance.backend.process());
        }
        instance.cut(value);
    }

    /** An operator's word on an endpoint; needs a gateway, whose process the API is in. */
    void administer(String endpoint, AdminState state) {
        if (gatewayDown) {
            return;
        }
        String key = Keys.assign(new EndpointKey(TENANT, endpoint));
        Assignment assignment = new Assignment(state, "simulated", "local", 0);
        Op op =
                state == AdminState.READY
                        ? Op.delete(key)
                        : Op.put(key, Value.of(Stored.write(assignment)));
        gateway.registry().write(Txn.of(op));
    }

    void killGateway() {
        attendedBefore += gateway.attendedNanos();
        gatewayDown = true;
        gateway.process().kill();
    }

    /** The same store, the same addresses; what was cut off it is not cut off the new process. */
    void restartGateway() {
        for (Instance instance : instances) {
            instance.checksBefore = instance.backend.goodChecks();
            instance.cut(false);
        }
        gateway = new GatewayRun(this, network.restarted(gateway.process()), store, seedOfRun());
        gatewayDown = false;
    }

    /** What holds after every event. */
    void check() {
        if (gatewayDown) {
            return;
        }
        QueueSnapshot now = gateway.queue().orElse(null);
        Map<String, Integer> held = gateway.ledger().outstanding();
        if (now != null) {
            gateway.promises().afterEvent(now);
            String last = "";
            List<QueueSnapshot.Entry> entries = new ArrayList<>(now.entries());
            entries.sort(Comparator.comparing(QueueSnapshot.Entry::endpoint));
            for (QueueSnapshot.Entry entry : entries) {
                if (entry.endpoint().equals(last)) {
                    throw broken("an endpoint is counted once", entries.toString());
                }
                last = entry.endpoint();
                int expected = held.getOrDefault(entry.endpoint() + "@" + entry.epoch(), 0);
                if (entry.outstanding() != expected) {
                    throw broken(
                            "outstanding counts equal the requests in flight",
                            entry + ", but " + expected + " are");
                }
            }
        }
        int sum = 0;
        for (int count : held.values()) {
            if (count < 0) {
                throw broken("outstanding counts are never negative", held.toString());
            }
            sum += count;
        }
        if (sum > gateway.proxy().requests()) {
            throw broken(
                    "outstanding counts equal the requests in flight",
                    held + " for " + gateway.proxy().requests() + " requests at the gateway");
        }
    }

    BrokenPromise broken(String promise, String seen) {
        return new BrokenPromise(promise, queue.nowNanos(), seen);
    }
}
