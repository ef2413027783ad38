package io.evenkeel.simulation.cluster;

import io.evenkeel.kernel.failover.HostKeys;
import io.evenkeel.kernel.failover.RunRecord;
import io.evenkeel.kernel.failover.Stage;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.store.Unknown;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.Stored;
import io.evenkeel.simulation.cast.Behaviour;
import io.evenkeel.simulation.store.StoreWay;
import io.evenkeel.simulation.time.Seed;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.random.RandomGenerator;

/**
 * Hosts are suspected: some answer again, of some the machines are recovered elsewhere. What
 * failover would write is written here, by a way that nothing disturbs but the store's absence; how
 * it gets there is the business of {@code simulation.hosts}. Backends serve on all the while, as on
 * a host that only control has lost sight of.
 */
final class HostFailures {
    private static final long SECOND = 1_000_000_000L;
    private static final long MILLI = 1_000_000L;
    private static final long AGAIN_NANOS = SECOND / 2;
    private static final List<String> HOSTS = List.of("h0", "h1", "h2");
    private static final Unknown LOST = new Unknown("nothing was heard in time");

    private final Cluster cluster;
    private final Consumer<String> log;
    private final RandomGenerator random;
    private final StoreWay way;
    private final TreeSet<String> failing = new TreeSet<>();
    private final TreeSet<String> placed = new TreeSet<>();

    /** Taken from a fenced host, and not up again yet. */
    private final TreeSet<String> recovering = new TreeSet<>();

    private boolean over;

    HostFailures(Cluster cluster, Seed seed, Consumer<String> log) {
        this.cluster = cluster;
        this.log = log;
        random = seed.generator("hosts");
        way = cluster.store().way(seed.generator("failover"));
    }

    void begin() {
        cluster.queue()
                .after(
                        Seed.exponential(random, 60 * SECOND),
                        () -> {
                            if (!over) {
                                fail(HOSTS.get(random.nextInt(HOSTS.size())));
                                begin();
                            }
                        });
    }

    /** The machine of this endpoint is on some host from its first start on. */
    void started(String endpoint) {
        if (placed.add(endpoint)) {
            String host = HOSTS.get(placed.size() % HOSTS.size());
            commit(run(endpoint, new RunRecord(host, true)), revision -> {});
        }
    }

    private void fail(String host) {
        if (!failing.add(host)) {
            return;
        }
        log.accept("suspect " + host);
        boolean lives = random.nextBoolean();
        write(
                host,
                Stage.ASKING,
                revision ->
                        later(
                                20 * SECOND,
                                () -> {
                                    if (lives) {
                                        trust(host);
                                    } else {
                                        write(host, Stage.FENCED, fence -> recover(host, fence));
                                    }
                                }));
    }

    private void recover(String from, long fence) {
        log.accept("fence " + from + " at " + fence);
        for (String endpoint : placed) {
            String to = HOSTS.get((HOSTS.indexOf(from) + 1 + random.nextInt(2)) % HOSTS.size());
            if (cluster.facts().suspects().hostOf(endpoint).equals(from)) {
                recovering.add(endpoint);
                commit(
                        run(endpoint, new RunRecord(to, true, from, fence)),
                        revision -> later(10 * SECOND, () -> boot(endpoint)));
            }
        }
        later(30 * SECOND, () -> trust(from));
    }

    /** The recovered machine is up: what still ran of the older run is ended. */
    private void boot(String endpoint) {
        if (!recovering.remove(endpoint)) {
            return;
        }
        boolean ran = false;
        for (Instance instance : cluster.instances()) {
            if (instance.endpoint.equals(endpoint) && instance.wantsToServe()) {
                instance.kill();
                ran = true;
            }
        }
        if (ran) {
            log.accept("recovered " + endpoint);
            cluster.backends().launch(endpoint, Behaviour.healthy(5 * MILLI, 0));
        }
    }

    private void trust(String host) {
        log.accept("trust " + host);
        HostKey key = new HostKey(Cluster.TENANT, host);
        commit(Op.delete(HostKeys.procedure(key)), revision -> failing.remove(host));
    }

    /** Every host is trusted, and what was to boot boots. */
    void mend() {
        over = true;
        List.copyOf(recovering).forEach(this::boot);
        HOSTS.forEach(this::trust);
        // What was on its way has arrived by then.
        cluster.queue().after(5 * SECOND, () -> HOSTS.forEach(this::trust));
    }

    private void later(long mostNanos, Runnable then) {
        cluster.queue().after(over ? 1 : 1 + random.nextLong(mostNanos), then);
    }

    private void write(String host, Stage stage, LongConsumer then) {
        if (over) {
            return;
        }
        String procedure =
                """
                {"v":1,"stage":"%s","sinceMillis":1,"suspectedMillis":1,"stageMillis":1,\
                "seenRevision":1,"silentMillis":0,"rounds":1,"token":0,"fenced":[],"proof":"",\
                "planned":false,"evidence":[]}\
                """
                        .formatted(stage.name().toLowerCase(Locale.ROOT));
        commit(Op.put(HostKeys.procedure(new HostKey(Cluster.TENANT, host)), procedure), then);
    }

    private static Op run(String endpoint, RunRecord run) {
        String key = RunRecord.key(Cluster.TENANT, Backends.machine(endpoint));
        return Op.put(key, Value.of(Stored.write(run)));
    }

    /** Until it is done: whatever it says, it may be said twice. */
    private void commit(Op op, LongConsumer then) {
        way.<TxnOutcome>call(
                store -> store.txn(Txn.of(op)),
                LOST,
                outcome -> {
                    if (outcome instanceof TxnOutcome.Committed committed) {
                        then.accept(committed.revision());
                    } else {
                        cluster.queue().after(AGAIN_NANOS, () -> commit(op, then));
                    }
                });
    }
}
