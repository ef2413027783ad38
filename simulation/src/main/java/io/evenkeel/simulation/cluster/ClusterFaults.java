package io.evenkeel.simulation.cluster;

import io.evenkeel.model.AdminState;
import io.evenkeel.simulation.cast.Behaviour;
import io.evenkeel.simulation.net.SimProcess;
import io.evenkeel.simulation.store.StoreWay;
import io.evenkeel.simulation.time.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** Makes faults at random times, and mends them. */
final class ClusterFaults {
    private static final long SECOND = 1_000_000_000L;
    private static final long MILLI = 1_000_000L;

    private final Cluster cluster;
    private final Consumer<String> log;
    private final RandomGenerator random;
    private final StoreFaults store;
    private final HostFailures hosts;
    private int started;
    private long made;
    private boolean over;

    ClusterFaults(Cluster cluster, Seed seed, Consumer<String> log) {
        this.cluster = cluster;
        this.log = log;
        this.random = seed.generator("faults");
        this.store = new StoreFaults(cluster, random, log, this::later);
        this.hosts = new HostFailures(cluster, seed, log);
    }

    long made() {
        return made;
    }

    void begin() {
        for (int i = 0; i < cluster.options().endpoints(); i++) {
            join();
        }
        plan();
        if (cluster.options().gateways() > 1) {
            hosts.begin();
        }
    }

    /** No more faults; what stands still goes on, what is cut is healed, what is down returns. */
    void mend() {
        over = true;
        for (GatewaySlot gateway : cluster.slots()) {
            if (gateway.isDown()) {
                cluster.restartGateway(gateway);
            }
            gateway.process.resume();
        }
        cluster.controls().forEach(control -> control.candidate().stopped(false));
        cluster.store().stopped(false);
        cluster.ways().forEach(ClusterFaults::mend);
        hosts.mend();
        for (Instance instance : cluster.instances()) {
            instance.pause(false);
            for (GatewaySlot gateway : cluster.slots()) {
                cluster.cut(instance, gateway, false);
            }
            instance.sick(false);
            instance.backend.behave(Behaviour.healthy(MILLI, 0));
            cluster.administer(instance.endpoint, AdminState.READY);
        }
    }

    private static void mend(StoreWay way) {
        way.lose(false, false);
        way.slow(false);
        way.doubt(0);
    }

    private void plan() {
        cluster.queue()
                .after(
                        Seed.exponential(random, 60 * SECOND / cluster.options().faultsPerMinute()),
                        () -> {
                            if (!over) {
                                make();
                                plan();
                            }
                        });
    }

    /** Mends later, unless everything is mended by then. */
    private void later(long mostNanos, Runnable mend) {
        cluster.queue()
                .after(
                        1 + random.nextLong(mostNanos),
                        () -> {
                            if (!over) {
                                mend.run();
                            }
                        });
    }

    private void make() {
        made++;
        if (cluster.options().storeFaults() && random.nextInt(2) == 0) {
            store.make();
            return;
        }
        List<Instance> alive = new ArrayList<>();
        for (Instance instance : cluster.instances()) {
            // Whom a newer incarnation has replaced, a sane process stops: it dials no more.
            if (instance.wantsToServe()) {
                alive.add(instance);
            }
        }
        if (alive.isEmpty() || random.nextInt(10) == 0) {
            join();
            return;
        }
        Instance instance = alive.get(random.nextInt(alive.size()));
        switch (random.nextInt(14)) {
            case 0 -> {
                log.accept("leave " + instance);
                cluster.backends().leave(instance, random.nextInt(3000));
                later(3 * SECOND, () -> launch(instance.endpoint));
            }
            case 1, 2 -> {
                log.accept("kill " + instance);
                instance.kill();
                later(2 * SECOND, () -> launch(instance.endpoint));
            }
            case 3 -> {
                log.accept("kill for good " + instance);
                instance.kill();
            }
            case 4 -> launch(instance.endpoint);
            case 5, 6 -> {
                log.accept("silence " + instance);
                instance.pause(true);
                later(longest(), () -> instance.pause(false));
            }
            case 7 -> stall();
            case 8 -> restart();
            case 9 -> {
                GatewaySlot gateway = gateway();
                log.accept("cut " + instance + " from " + gateway);
                cluster.cut(instance, gateway, true);
                later(longest(), () -> cluster.cut(instance, gateway, false));
            }
            case 10 -> administer(instance.endpoint);
            case 11 -> {
                log.accept("sick " + instance);
                instance.sick(true);
                later(6 * SECOND, () -> instance.sick(false));
            }
            case 12 -> {
                log.accept("another link of " + instance);
                instance.dialler.run();
            }
            default -> behave(instance);
        }
    }

    private void join() {
        long endpoints = cluster.instances().stream().filter(i -> !i.isDead()).count();
        if (endpoints < cluster.options().mostEndpoints()) {
            launch("backend-" + started++);
        }
    }

    private void launch(String endpoint) {
        Instance instance = cluster.backends().launch(endpoint, usual());
        log.accept("launch " + instance);
        hosts.started(endpoint);
    }

    private Behaviour usual() {
        return Behaviour.healthy((1 + random.nextInt(40)) * MILLI, random.nextInt(4));
    }

    private GatewaySlot gateway() {
        return cluster.slots().get(random.nextInt(cluster.slots().size()));
    }

    /** How long something stands still or is cut: longer than what waits for it. */
    private long longest() {
        return cluster.options().storeFaults()
                ? 3 * cluster.options().times().lease().toNanos()
                : 6 * SECOND;
    }

    private void stall() {
        GatewaySlot gateway = gateway();
        SimProcess process =
                random.nextInt(3) == 0
                        ? gateway.clients.get(random.nextInt(gateway.clients.size())).process()
                        : gateway.process;
        log.accept("stall " + process);
        process.pause();
        cluster.queue().after(1 + random.nextLong(longest() - SECOND), process::resume);
    }

    private void restart() {
        GatewaySlot gateway = gateway();
        if (!gateway.isDown()) {
            log.accept("kill " + gateway);
            cluster.killGateway(gateway);
            later(
                    cluster.options().storeFaults() ? longest() : SECOND,
                    () -> {
                        if (gateway.isDown()) {
                            log.accept("restart " + gateway);
                            cluster.restartGateway(gateway);
                        }
                    });
        }
    }

    private void administer(String endpoint) {
        AdminState state = random.nextBoolean() ? AdminState.DRAIN : AdminState.MAINT;
        log.accept(state + " " + endpoint);
        cluster.administer(endpoint, state);
        later(3 * SECOND, () -> cluster.administer(endpoint, AdminState.READY));
    }

    private void behave(Instance instance) {
        Behaviour usual = usual();
        Behaviour next =
                switch (random.nextInt(4)) {
                    case 0 -> usual.failing(1000, 503, MILLI);
                    case 1 -> usual.failing(300, 500, 20 * MILLI);
                    case 2 -> usual.slower(10);
                    default -> usual.aborting(300);
                };
        log.accept("behave " + instance + " " + next);
        instance.backend.behave(next);
        later(3 * SECOND, () -> instance.backend.behave(usual));
    }
}
