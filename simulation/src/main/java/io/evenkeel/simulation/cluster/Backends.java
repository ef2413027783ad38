package io.evenkeel.simulation.cluster;

import io.evenkeel.link.Refusal;
import io.evenkeel.simulation.cast.Behaviour;
import io.evenkeel.simulation.cast.SimBackend;
import io.evenkeel.simulation.cast.SimLinks;
import io.evenkeel.simulation.net.SimNetwork;
import io.evenkeel.simulation.time.Seed;
import io.evenkeel.wire.link.Registration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Every incarnation of every endpoint that there was: how they start, dial and leave. */
final class Backends {
    private static final long MILLI = 1_000_000L;

    /** From the goodbye to the end of the process. */
    private static final long EXIT_NANOS = 1_000 * MILLI;

    private final Cluster cluster;
    private final SimNetwork network;
    private final Seed seed;
    private final RandomGenerator random;
    private final List<Instance> instances = new ArrayList<>();
    private final Map<String, Instance> byIncarnation = new HashMap<>();

    Backends(Cluster cluster, SimNetwork network, Seed seed) {
        this.cluster = cluster;
        this.network = network;
        this.seed = seed;
        random = seed.generator("instances");
    }

    List<Instance> all() {
        return instances;
    }

    Instance of(String incarnation) {
        Instance instance = byIncarnation.get(incarnation);
        if (instance == null) {
            throw new IllegalStateException("nobody drew incarnation " + incarnation);
        }
        return instance;
    }

    /** The machine that an endpoint is in. */
    static String machine(String endpoint) {
        return "vm-" + endpoint;
    }

    /** A new process serves the endpoint, and dials. Its predecessor may still live. */
    Instance launch(String endpoint, Behaviour behaviour) {
        String incarnation = endpoint + ".i" + instances.size();
        SimBackend backend = new SimBackend(cluster.queue(), network, seed, incarnation, behaviour);
        Instance instance = new Instance(endpoint, incarnation, backend, cluster);
        instances.add(instance);
        byIncarnation.put(incarnation, instance);
        int weight = random.nextInt(4) == 0 ? 1 + random.nextInt(10) : 1;
        int capacity = random.nextInt(4) == 0 ? 1 + random.nextInt(5) : 0;
        Registration registration =
                new Registration(
                        Cluster.TENANT,
                        Cluster.SERVICE,
                        machine(endpoint),
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
        SimLinks.Listener listener =
                new SimLinks.Listener() {
                    @Override
                    public void registered(String gateway, long epoch) {
                        acknowledged(instance, epoch);
                    }

                    @Override
                    public void drained(String gateway, long outstanding) {
                        Backends.this.drained(instance, gateway, outstanding);
                    }

                    @Override
                    public void allDrained() {
                        leaves(instance);
                    }

                    @Override
                    public void rejected(Refusal refusal) {
                        // A sane process ends then, whatever its other links still say.
                        instance.rejected = true;
                        cluster.queue().after(EXIT_NANOS, instance::kill);
                    }
                };
        // One address is what it was configured with; of the others it learns.
        GatewaySlot first = cluster.slots().get(random.nextInt(cluster.slots().size()));
        instance.links.add(
                new SimLinks(
                        instance.backend,
                        registration,
                        List.of(linkAddress(first)),
                        cluster.options().mostLinks(),
                        seed.generator("link " + instance.incarnation + instance.links.size()),
                        listener));
    }

    private static String linkAddress(GatewaySlot slot) {
        return slot.process.address().getHostAddress() + ":" + GatewayRun.LINK_PORT;
    }

    private void acknowledged(Instance instance, long epoch) {
        StoreFacts.Admitted admitted = cluster.facts().admitted(instance.endpoint, epoch);
        if (admitted == null || !admitted.incarnation.equals(instance.incarnation)) {
            throw cluster.broken(Cluster.ACKNOWLEDGED, instance + " was told epoch " + epoch);
        }
        instance.epoch = epoch;
    }

    /** Polite: no new requests, and gone when it has none or the time is over. */
    void leave(Instance instance, long deadlineMillis) {
        instance.leaving = true;
        instance.links.forEach(link -> link.drain(deadlineMillis));
        // Whom no gateway knows, nobody answers.
        cluster.queue().after(10_000 * MILLI, instance::kill);
    }

    private void drained(Instance instance, String gateway, long outstanding) {
        String name = instance.endpoint + "@" + instance.epoch;
        for (GatewaySlot slot : cluster.slots()) {
            if (instance.leaving && !slot.isDown() && linkAddress(slot).equals(gateway)) {
                Integer still = slot.up().ledger().outstanding().get(name);
                if (outstanding == 0 && still != null) {
                    throw cluster.broken(
                            "whoever was told that it is drained has no request",
                            instance + " has " + still + " at " + slot);
                }
            }
        }
    }

    private void leaves(Instance instance) {
        instance.links.forEach(SimLinks::leave);
        cluster.queue().after(EXIT_NANOS, instance::kill);
    }
}
