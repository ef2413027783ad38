package io.evenkeel.simulation.hosts;

import io.evenkeel.kernel.failover.FailoverSettings;
import io.evenkeel.kernel.failover.HostState;
import io.evenkeel.kernel.failover.HostWord;
import io.evenkeel.kernel.failover.Procedure;
import io.evenkeel.kernel.failover.Profile;
import io.evenkeel.kernel.failover.Stage;
import io.evenkeel.kernel.failover.Witness;
import io.evenkeel.simulation.time.Seed;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * A random run: twenty hosts, three controls, and faults of all of them, of both networks, of the
 * store and of the storage, drawn from the seed. Then all is mended, and every machine has to run.
 */
public final class HostRun {
    private static final long SECOND = 1_000_000_000L;
    private static final int HOSTS = 20;
    private static final int MACHINES_EACH = 3;
    private static final int CONTROLS = 3;

    /**
     * What a run came to.
     *
     * @param hostHours simulated
     * @param transients faults of hosts after which they came back by themselves
     * @param failures faults of hosts that were longer than the limits, or ended in a crash
     * @param faults of controls, of the store and of ways
     * @param confirmed failures
     * @param moved machines
     * @param events of the simulation
     */
    public record Result(
            long hostHours,
            long transients,
            long failures,
            long faults,
            long confirmed,
            long moved,
            long events) {}

    private final HostWorld world;
    private final RandomGenerator random;
    private final FailoverSettings settings;
    private long transients;
    private long failures;
    private long faults;

    private HostRun(Seed seed, Profile profile, HostJoints joints, Consumer<String> log) {
        // Half of the runs listen to what gateways hear.
        boolean links = seed.generator("witnesses").nextBoolean();
        this.settings = profile.settings().withFurther(links ? Set.of(Witness.LINKS) : Set.of());
        HostWorld[] made = new HostWorld[1];
        this.world =
                new HostWorld(
                        seed,
                        settings,
                        joints,
                        text -> log.accept(made[0].queue.nowNanos() / 1_000_000 + " " + text));
        made[0] = world;
        this.random = seed.generator("faults of hosts");
    }

    /** Runs with faults for so many virtual seconds, then until all is well again. */
    public static Result run(
            Seed seed, int seconds, Profile profile, HostJoints joints, Consumer<String> log) {
        return new HostRun(seed, profile, joints, log).run(seconds);
    }

    private Result run(int seconds) {
        world.begin(HOSTS, MACHINES_EACH, CONTROLS);
        int number = 0;
        for (SimHost host : world.hosts.values()) {
            host.switchable = ++number % 3 == 0;
        }
        world.queue.runFor(30 * SECOND);
        long until = seconds * SECOND;
        for (SimHost host : world.hosts.values()) {
            planFault(until, () -> hostFault(host), 3 * 3_600 * SECOND);
        }
        planFault(until, this::controlFault, 900 * SECOND);
        planFault(until, this::storeFault, 4 * 3_600 * SECOND);
        world.queue.every(60 * SECOND, this::operator);
        world.queue.runUntil(until);
        mend();
        long limits = settings.deathTtl().plus(settings.lockTtl()).toNanos();
        world.queue.runFor(4 * limits + 1_800 * SECOND);
        world.settled();
        return new Result(
                (long) HOSTS * seconds / 3_600,
                transients,
                failures,
                faults,
                world.confirmed(),
                world.moved(),
                world.queue.executed());
    }

    private void planFault(long until, Runnable fault, long meanNanos) {
        world.queue.after(
                Seed.exponential(random, meanNanos),
                () -> {
                    if (world.queue.nowNanos() < until) {
                        fault.run();
                        planFault(until, fault, meanNanos);
                    }
                });
    }

    private boolean troubled(SimHost host) {
        return !host.up
                || host.stopped
                || host.agentDown
                || host.libvirtDown
                || host.managementCut
                || host.storageCut;
    }

    private void hostFault(SimHost host) {
        if (troubled(host) || world.state(host.key.name()).confirmed()) {
            return;
        }
        long limits = settings.deathTtl().plus(settings.lockTtl()).toNanos();
        boolean transientOne = random.nextInt(100) < 80;
        long length =
                (long)
                        (transientOne
                                ? random.nextDouble() * 0.9 * limits
                                : (1 + 3 * random.nextDouble()) * limits);
        if (transientOne) {
            transients++;
        } else {
            failures++;
        }
        String name = host.key.name();
        switch (random.nextInt(7)) {
            case 0 -> {
                world.line(name + " fault: management cut for " + length / SECOND + " s");
                host.managementCut = true;
                world.queue.after(length, () -> host.managementCut = false);
            }
            case 1 -> {
                world.line(name + " fault: storage cut for " + length / SECOND + " s");
                host.storageCut = true;
                world.queue.after(length, () -> host.storageCut = false);
            }
            case 2 -> {
                world.line(name + " fault: cut off for " + length / SECOND + " s");
                host.managementCut = true;
                host.storageCut = true;
                world.queue.after(
                        length,
                        () -> {
                            host.managementCut = false;
                            host.storageCut = false;
                        });
            }
            case 3 -> {
                world.line(name + " fault: stopped for " + length / SECOND + " s");
                host.stopped = true;
                world.queue.after(length, () -> host.stopped = false);
            }
            case 4 -> {
                world.line(name + " fault: agent down for " + length / SECOND + " s");
                host.agentDown = true;
                world.queue.after(length, () -> host.agentDown = false);
            }
            case 5 -> {
                world.line(name + " fault: agent and libvirt down for " + length / SECOND + " s");
                host.agentDown = true;
                host.libvirtDown = true;
                world.queue.after(
                        length,
                        () -> {
                            host.agentDown = false;
                            host.libvirtDown = false;
                        });
            }
            default -> {
                world.line(name + " fault: crash, up again after " + length / SECOND + " s");
                host.crash();
                world.queue.after(length, () -> world.boot(host));
            }
        }
    }

    private void controlFault() {
        faults++;
        SimControl victim = world.controls.get(random.nextInt(CONTROLS));
        // Half of them at the leader: there it matters.
        if (random.nextBoolean()) {
            for (SimControl control : world.controls) {
                victim = control.leads() ? control : victim;
            }
        }
        SimControl hit = victim;
        boolean brief = random.nextInt(4) != 0;
        long length = (long) (random.nextDouble() * (brief ? 20 : 1_200) * SECOND);
        int kind = random.nextInt(6);
        world.line(hit.name + " fault " + kind + " for " + length / SECOND + " s");
        switch (kind) {
            case 0 -> {
                hit.process.kill();
                world.controls.remove(hit);
                world.bear().process.turn();
            }
            case 1, 2 -> {
                hit.process.stopped(true);
                world.queue.after(length, () -> hit.process.stopped(false));
            }
            case 3 -> {
                hit.storeCut = true;
                hit.way.lose(random.nextBoolean(), true);
                world.queue.after(length, () -> mend(hit));
            }
            case 4 -> {
                hit.managementCut = true;
                world.queue.after(length, () -> hit.managementCut = false);
            }
            default -> {
                hit.storageCut = true;
                world.queue.after(length, () -> hit.storageCut = false);
            }
        }
    }

    private static void mend(SimControl control) {
        control.storeCut = false;
        control.way.lose(false, false);
    }

    /** The store is away for everybody: its leases end meanwhile. */
    private void storeFault() {
        if (world.storeAway) {
            return;
        }
        faults++;
        long length = (long) (random.nextDouble() * 900 * SECOND);
        world.line("the store is away for " + length / SECOND + " s");
        world.storeAway = true;
        world.controls.forEach(control -> control.way.lose(true, true));
        world.queue.after(length, this::storeBack);
    }

    private void storeBack() {
        world.storeAway = false;
        for (SimControl control : world.controls) {
            control.way.lose(control.storeCut, control.storeCut);
        }
    }

    /**
     * Takes confirmed hosts back that are well again, switches those on that were switched off, and
     * starts what they lack.
     */
    private void operator() {
        for (SimHost host : world.hosts.values()) {
            HostState state = world.state(host.key.name());
            Procedure procedure = state.procedure();
            if (host.switchedOff && procedure != null && procedure.planned()) {
                world.line("an operator switches " + host.key.name() + " on");
                world.boot(host);
            } else if (procedure != null
                    && procedure.stage() == Stage.FENCED
                    && procedure.planned()
                    && state.alive()
                    && !troubled(host)
                    && !world.storeAway
                    && state.word() == null) {
                world.line("an operator readmits " + host.key.name());
                world.word(host.key, HostWord.Word.READMIT);
            } else if (procedure == null && state.alive() && !troubled(host)) {
                world.reclaim(host);
            }
        }
    }

    private void mend() {
        world.line("everything is mended");
        storeBack();
        for (SimControl control : List.copyOf(world.controls)) {
            mend(control);
            control.managementCut = false;
            control.storageCut = false;
            control.process.stopped(false);
        }
        for (SimHost host : world.hosts.values()) {
            host.managementCut = false;
            host.storageCut = false;
            host.stopped = false;
            host.agentDown = false;
            host.libvirtDown = false;
            if (!host.up) {
                world.boot(host);
            }
        }
    }
}
