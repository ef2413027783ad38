package io.evenkeel.simulation.cluster;

import io.evenkeel.kernel.balancing.QueueSnapshot;
import io.evenkeel.kernel.election.Term;
import io.evenkeel.kernel.store.Change;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.StoreLimits;
import io.evenkeel.kernel.store.StoreState;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.kernel.store.WatchBatch;
import io.evenkeel.model.AdminState;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import io.evenkeel.model.Metadata;
import io.evenkeel.model.Resource;
import io.evenkeel.model.Source;
import io.evenkeel.model.Stored;
import io.evenkeel.simulation.cast.Answer;
import io.evenkeel.simulation.cast.SimClient;
import io.evenkeel.simulation.invariant.BrokenPromise;
import io.evenkeel.simulation.net.SimNetwork;
import io.evenkeel.simulation.store.SimStore;
import io.evenkeel.simulation.store.StoreWay;
import io.evenkeel.simulation.time.EventQueue;
import io.evenkeel.simulation.time.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The world of one run: gateways and controls that may be restarted, the store that outlives them,
 * backends that dial in, clients. What happens in it, happens through here, and is noted here as
 * fact.
 */
final class Cluster {
    /** The service that everybody asks for. */
    static final String SERVICE = "web";

    static final String TENANT = "default";
    static final String ACKNOWLEDGED = "what is acknowledged is in the store and stays";
    private static final long MILLI = 1_000_000L;

    /** From falling sick to the queue: two checks half a second apart, and what delays them. */
    private static final long SICK_NANOS = 4_000 * MILLI;

    private final Seed seed;
    private final ClusterOptions options;
    private final Joints joints;
    private final Consumer<String> log;
    private final EventQueue queue = new EventQueue();
    private final SimNetwork network;
    private final SimStore store;
    private final StoreFacts facts;
    private final ImageFacts images;
    private final StandingFacts standing;
    private final List<GatewaySlot> slots = new ArrayList<>();
    private final List<ControlProcess> controls = new ArrayList<>();
    private final Backends backends;
    private final Operator operator;
    private long wallOffsetMillis = 1_700_000_000_000L;
    private long lastTerm;
    private int generation;

    Cluster(Seed seed, ClusterOptions options, Joints joints, Consumer<String> log) {
        this.seed = seed;
        this.options = options;
        this.joints = joints;
        this.log = log;
        network = new SimNetwork(queue, seed.generator("network"), options.network());
        backends = new Backends(this, network, seed);
        StoreState state = new StoreState(StoreLimits.DEFAULT);
        Metadata metadata = Metadata.of(TENANT, "default", Source.API);
        state.txn(
                Txn.of(
                        Op.put(
                                Keys.spec(Kind.POLICY, TENANT, "default"),
                                Value.of(Stored.spec(Resource.of(metadata, options.policy()))))));
        store = new SimStore(queue, state);
        store.begin();
        images = new ImageFacts(queue, state);
        for (int i = 0; i < options.gateways(); i++) {
            slots.add(new GatewaySlot(this, i, network.process("gateway-" + i)));
        }
        facts =
                new StoreFacts(
                        this::attention,
                        slots.stream().map(slot -> slot.id).toList(),
                        queue::nowNanos);
        standing = new StandingFacts(this);
        store.onCommit(this::committed);
        operator = new Operator(this, store.way(seed.generator("operator")));
        for (GatewaySlot slot : slots) {
            slot.run = new GatewayRun(this, slot, seedOfRun());
        }
        for (int i = 0; i < options.controls(); i++) {
            controls.add(control(i));
        }
    }

    private Seed seedOfRun() {
        return new Seed(seed.value() + 1_000_003L * generation++);
    }

    private ControlProcess control(int index) {
        ControlProcess control =
                new ControlProcess(this, "control-" + index + "." + generation, seedOfRun());
        control.begin();
        return control;
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

    SimStore store() {
        return store;
    }

    StoreFacts facts() {
        return facts;
    }

    ImageFacts images() {
        return images;
    }

    List<GatewaySlot> slots() {
        return slots;
    }

    List<ControlProcess> controls() {
        return controls;
    }

    Operator operator() {
        return operator;
    }

    Backends backends() {
        return backends;
    }

    List<Instance> instances() {
        return backends.all();
    }

    long sickNanos() {
        return SICK_NANOS;
    }

    /** Everybody's wall clock: right or not, nothing may depend on it. */
    long wallMillis() {
        return wallOffsetMillis + queue.nowNanos() / MILLI;
    }

    /** Wall clocks jump. */
    void jump(long millis) {
        wallOffsetMillis += millis;
    }

    Instance instance(String incarnation) {
        return backends.of(incarnation);
    }

    /** Each gateway's attention as it is. */
    long[] attention() {
        long[] now = new long[slots.size()];
        for (GatewaySlot slot : slots) {
            now[slot.index] = slot.attended();
        }
        return now;
    }

    /** Everybody's way to the store who has one now. */
    List<StoreWay> ways() {
        List<StoreWay> ways = new ArrayList<>();
        for (GatewaySlot slot : slots) {
            if (!slot.isDown()) {
                ways.add(slot.up().way());
            }
        }
        controls.forEach(control -> ways.add(control.way()));
        return ways;
    }

    SimClient client(GatewaySlot gateway, Consumer<Answer> answers) {
        SimClient client =
                new SimClient(
                        queue,
                        network,
                        "client-" + gateway.index + "-" + gateway.clients.size(),
                        gateway.process.at(GatewayRun.HTTP_PORT),
                        options.clientTimeoutNanos(),
                        answers);
        gateway.clients.add(client);
        return client;
    }

    private void committed(WatchBatch batch) {
        for (Change change : batch.changes()) {
            Keys.Key key = Keys.parse(change.key()).orElse(null);
            if (change instanceof Change.Delete
                    && key != null
                    && key.area() == Keys.Area.SPEC
                    && key.kind().equals(Kind.ENDPOINT.plural())) {
                standing.deleted(facts.current(key.name()));
            }
        }
        facts.committed(batch);
        images.committed(batch);
    }

    void cut(Instance instance, GatewaySlot gateway, boolean value) {
        if (value) {
            gateway.process.cut(instance.backend.process());
        } else {
            gateway.process.heal(instance.backend.process());
        }
        instance.cut(gateway, value);
    }

    void killGateway(GatewaySlot gateway) {
        gateway.up().end();
        gateway.down();
        gateway.process.kill();
    }

    /** The same store, the same address; what was cut off it is not cut off the new process. */
    void restartGateway(GatewaySlot gateway) {
        gateway.process = network.restarted(gateway.process);
        for (Instance instance : backends.all()) {
            instance.checksBefore[gateway.index] = instance.backend.goodChecks();
            instance.cut(gateway, false);
        }
        gateway.run = new GatewayRun(this, gateway, seedOfRun());
        gateway.endings.gatewayRestarted();
        standing.restarted(gateway);
    }

    /** Killed, and another one in its place at once. */
    void replaceControl(int index) {
        controls.get(index).kill();
        controls.set(index, control(index));
    }

    void elected(String name, Term term) {
        log.accept(queue.nowNanos() + " " + name + " leads under term " + term.number());
        if (term.number() < lastTerm) {
            throw broken("terms only grow", term.number() + " after " + lastTerm);
        }
        lastTerm = term.number();
    }

    /** The store carries out what a leader has sent. */
    TxnOutcome leaderWrites(Term term, Txn txn, StoreState at) {
        List<Entry> held =
                ((RangeResult.Range) at.range(RangeQuery.key(ControlProcess.LOCK))).entries();
        TxnOutcome outcome = at.txn(txn);
        if (outcome instanceof TxnOutcome.Committed
                && !txn.ops().isEmpty()
                && (held.isEmpty() || held.getFirst().createRevision() != term.number())) {
            throw broken(
                    "what a leader writes takes effect only while the lock is its own",
                    txn.ops() + " under term " + term.number() + ", the lock: " + held);
        }
        return outcome;
    }

    /** The store is put back to what it was; facts are of that history from then on. */
    void restore(SimStore.Backup backup) {
        store.restore(backup, options.times().lease());
        facts.reread(store.state());
        images.reread(store.state());
    }

    /** Something was published at this gateway. */
    void changed(GatewaySlot gateway) {
        standing.changed(gateway);
    }

    /** What holds after every event. */
    void check() {
        long leaders = controls.stream().filter(c -> c.candidate().term().isPresent()).count();
        if (leaders > 1) {
            throw broken("at most one leads", leaders + " do");
        }
        for (GatewaySlot slot : slots) {
            slot.look(queue.nowNanos());
            if (!slot.isDown()) {
                standing.check(slot);
            }
        }
    }

    /** The queue of a gateway as it stands, empty while it is down. */
    static List<QueueSnapshot.Entry> entries(GatewaySlot slot) {
        return slot.isDown()
                ? List.of()
                : slot.up().queue().map(QueueSnapshot::entries).orElse(List.of());
    }

    BrokenPromise broken(String promise, String seen) {
        return new BrokenPromise(promise, queue.nowNanos(), seen);
    }

    /** What an operator wants of an endpoint. */
    void administer(String endpoint, AdminState state) {
        operator.want(endpoint, state);
    }
}
