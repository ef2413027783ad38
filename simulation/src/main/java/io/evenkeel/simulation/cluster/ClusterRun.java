package io.evenkeel.simulation.cluster;

import io.evenkeel.kernel.balancing.QueueSnapshot;
import io.evenkeel.simulation.cast.Answer;
import io.evenkeel.simulation.cast.SimClient;
import io.evenkeel.simulation.cast.SimLinks;
import io.evenkeel.simulation.fault.FaultRun;
import io.evenkeel.simulation.time.Seed;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * One random run of the whole cluster under all promises. It ends with every fault mended and every
 * request over, and throws {@link io.evenkeel.simulation.invariant.BrokenPromise} as soon as a
 * promise is broken.
 */
public final class ClusterRun {
    private static final long SECOND = 1_000_000_000L;

    /** Clients have given up, limits have passed, the dead are forgotten. */
    private static final long QUIET_NANOS = 150 * SECOND;

    /** A change is in every image by then, when nothing is in its way. */
    private static final long HEARD_NANOS = SECOND;

    private final ClusterOptions options;
    private final Consumer<String> log;
    private final Cluster cluster;
    private final RandomGenerator random;
    private final ClusterFaults faults;
    private long succeeded;
    private long failed;

    private ClusterRun(Seed seed, ClusterOptions options, Joints joints, Consumer<String> log) {
        this.options = options;
        this.log = log;
        cluster = new Cluster(seed, options, joints, log);
        random = seed.generator("requests");
        faults = new ClusterFaults(cluster, seed, this::line);
        cluster.queue().afterEach(cluster::check);
    }

    /** Runs one gateway with heavy traffic, with options drawn from the seed. */
    public static FaultRun.Result run(Seed seed, int seconds, Consumer<String> log) {
        return run(seed, ClusterOptions.drawn(seed, seconds), new Joints(), log);
    }

    /** Runs several gateways and controls for long, with options drawn from the seed. */
    public static FaultRun.Result wide(Seed seed, int seconds, Consumer<String> log) {
        return run(seed, ClusterOptions.wide(seed, seconds), new Joints(), log);
    }

    /**
     * Runs.
     *
     * @param joints how the parts meet: where a test plants a fault of ours
     * @param log told of every fault and answer, one line each, in order
     */
    public static FaultRun.Result run(
            Seed seed, ClusterOptions options, Joints joints, Consumer<String> log) {
        return new ClusterRun(seed, options, joints, log).run();
    }

    private FaultRun.Result run() {
        line(options.toString());
        for (GatewaySlot slot : cluster.slots()) {
            for (int i = 0; i < options.clients(); i++) {
                addClient(slot);
            }
        }
        faults.begin();
        planRequest();
        cluster.queue().runUntil(options.seconds() * SECOND);
        faults.mend();
        cluster.queue().runFor(QUIET_NANOS - HEARD_NANOS);
        long heard = cluster.store().state().revision();
        cluster.queue().runFor(HEARD_NANOS);
        for (GatewaySlot slot : cluster.slots()) {
            slot.endings.atEnd();
            settled(slot, heard);
        }
        if (cluster.controls().stream().noneMatch(c -> c.candidate().term().isPresent())) {
            throw cluster.broken("in the end somebody leads", "nobody");
        }
        return new FaultRun.Result(succeeded, failed, faults.made(), cluster.queue().executed());
    }

    private void addClient(GatewaySlot slot) {
        SimClient[] client = new SimClient[1];
        client[0] = cluster.client(slot, answer -> answered(slot, client[0], answer));
    }

    private void answered(GatewaySlot slot, SimClient client, Answer answer) {
        if (answer.isSuccess()) {
            succeeded++;
        } else {
            failed++;
        }
        line(client.process() + " " + answer);
        slot.endings.answered(client, answer);
    }

    private void planRequest() {
        long next =
                cluster.queue().nowNanos()
                        + Seed.exponential(random, 60 * SECOND / options.requestsPerMinute());
        if (next < options.seconds() * SECOND) {
            cluster.queue()
                    .at(
                            next,
                            () -> {
                                List<GatewaySlot> slots = cluster.slots();
                                GatewaySlot slot = slots.get(random.nextInt(slots.size()));
                                SimClient client =
                                        slot.clients.get(random.nextInt(slot.clients.size()));
                                if (random.nextInt(4) == 0) {
                                    client.ask(
                                            "POST", Cluster.SERVICE, 1 + random.nextInt(2000), 0);
                                } else {
                                    client.get(Cluster.SERVICE);
                                }
                                planRequest();
                            });
        }
    }

    /** Everything is mended: whoever lives and wants to serve is in the queue, nobody else. */
    private void settled(GatewaySlot slot, long heard) {
        Map<String, String> expected = new TreeMap<>();
        for (Instance instance : cluster.instances()) {
            if (instance.wantsToServe()
                    && expected.put(instance.endpoint, instance.incarnation) != null) {
                throw cluster.broken(
                        "an endpoint is counted once",
                        instance + " and another incarnation both think they serve");
            }
        }
        Map<String, String> seen = new TreeMap<>();
        for (QueueSnapshot.Entry entry : Cluster.entries(slot)) {
            StoreFacts.Admitted admitted =
                    cluster.facts().admitted(entry.endpoint(), entry.epoch());
            seen.put(
                    entry.endpoint(),
                    entry.standing() == QueueSnapshot.Standing.QUEUED && admitted != null
                            ? admitted.incarnation
                            : entry.toString());
        }
        if (!seen.equals(expected)) {
            throw cluster.broken(
                    "in the end whoever lives is in the queue, and nobody else",
                    slot + ": seen " + seen + ", expected " + expected + "; " + links());
        }
        if (!slot.up().ledger().outstanding().isEmpty()) {
            throw cluster.broken(
                    "what was acquired is released", slot.up().ledger().outstanding().toString());
        }
        long at = slot.up().images().image().revision();
        if (at < heard) {
            throw cluster.broken(
                    "in the end every image has what the store has had for a second",
                    slot + " is at " + at + " of " + heard);
        }
    }

    private String links() {
        StringBuilder text = new StringBuilder();
        for (Instance instance : cluster.instances()) {
            if (instance.wantsToServe()) {
                text.append(instance)
                        .append(" linked with ")
                        .append(instance.links.stream().map(SimLinks::linked).toList())
                        .append(", marked by ")
                        .append(cluster.facts().marks().of(instance.endpoint, instance.epoch))
                        .append("; ");
            }
        }
        return text.toString();
    }

    private void line(String text) {
        log.accept(cluster.queue().nowNanos() + " " + text);
    }
}
