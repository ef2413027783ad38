package io.evenkeel.simulation.fault;

import io.evenkeel.kernel.eligibility.HealthState;
import io.evenkeel.kernel.eligibility.Presence;
import io.evenkeel.model.AdminState;
import io.evenkeel.simulation.cast.Behaviour;
import io.evenkeel.simulation.cast.SimBackend;
import io.evenkeel.simulation.cast.SimClient;
import io.evenkeel.simulation.net.SimProcess;
import io.evenkeel.simulation.stage.Member;
import io.evenkeel.simulation.stage.Stage;
import io.evenkeel.simulation.time.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** Makes faults at random times, and mends them. */
final class Faults {
    private static final long SECOND = 1_000_000_000L;
    private static final long MILLI = 1_000_000L;

    private final Stage stage;
    private final FaultOptions options;
    private final Consumer<String> log;
    private final RandomGenerator random;
    private final List<Member> present = new ArrayList<>();
    private int started;
    private long made;
    private boolean over;

    Faults(Stage stage, FaultOptions options, Consumer<String> log) {
        this.stage = stage;
        this.options = options;
        this.log = log;
        this.random = stage.seed().generator("faults");
    }

    long made() {
        return made;
    }

    void begin(int endpoints) {
        for (int i = 0; i < endpoints; i++) {
            join();
        }
        plan();
    }

    /** No more faults; what stands still goes on, what is cut is healed. */
    void mend() {
        over = true;
    }

    private void plan() {
        stage.queue()
                .after(
                        Seed.exponential(random, SECOND / options.faultsPerSecond()),
                        () -> {
                            if (!over) {
                                make();
                                plan();
                            }
                        });
    }

    private void make() {
        made++;
        present.removeIf(Member::hasLeft);
        if (present.isEmpty() || random.nextInt(10) == 0) {
            join();
            return;
        }
        Member member = present.get(random.nextInt(present.size()));
        switch (random.nextInt(13)) {
            case 0 -> drain(member);
            case 1, 2 -> crash(member, true);
            case 3 -> crash(member, false);
            case 4 -> replace(member);
            case 5 -> pause("pause", member.backend().process(), 3 * SECOND);
            case 6 -> pause("pause", stage.gateway().process(), SECOND);
            case 7 -> {
                SimClient client = stage.clients().get(random.nextInt(stage.clients().size()));
                pause("pause", client.process(), 2 * SECOND);
            }
            case 8 -> cut(member);
            case 9 -> administer(member);
            case 10 -> judge(member);
            case 11 -> presence(member);
            default -> behave(member);
        }
    }

    private void join() {
        if (present.size() >= options.mostEndpoints()) {
            return;
        }
        String id = "backend-" + started++;
        SimBackend backend = stage.backend(id, usual());
        Member member = stage.join(backend, s -> FaultRun.drawn(s, random));
        present.add(member);
        log.accept("join " + member);
    }

    private Behaviour usual() {
        return Behaviour.healthy((1 + random.nextInt(40)) * MILLI, random.nextInt(4))
                .withBody(random.nextInt(options.mostBodyBytes()));
    }

    private void drain(Member member) {
        log.accept("drain " + member);
        stage.drainAndLeave(member, random.nextInt(3000) * MILLI);
    }

    /** Killed; its link says so, or nobody does. Restarts and joins anew. */
    private void crash(Member member, boolean linked) {
        log.accept("crash " + member);
        SimBackend backend = member.backend();
        int incarnation = backend.incarnation();
        backend.crash();
        if (linked) {
            stage.queue().after(random.nextInt(20) * MILLI, () -> stage.lost(member));
        }
        stage.queue()
                .after(
                        (1 + random.nextInt(1000)) * MILLI,
                        () -> {
                            if (backend.incarnation() == incarnation + 1
                                    && backend.process().isDead()) {
                                backend.restart();
                                Member again = stage.join(backend, s -> s);
                                present.add(again);
                                log.accept("restart " + again);
                            }
                        });
    }

    /** A newer incarnation registers while the older still serves. */
    private void replace(Member member) {
        Member newer = stage.join(member.backend(), s -> s);
        present.add(newer);
        log.accept("replace " + newer);
    }

    private void pause(String what, SimProcess process, long mostNanos) {
        log.accept(what + " " + process);
        process.pause();
        stage.queue().after(1 + random.nextLong(mostNanos), process::resume);
    }

    private void cut(Member member) {
        log.accept("cut " + member);
        SimProcess backend = member.backend().process();
        SimProcess gateway = stage.gateway().process();
        gateway.cut(backend);
        stage.queue().after(1 + random.nextLong(3 * SECOND), () -> gateway.heal(backend));
    }

    private void administer(Member member) {
        AdminState[] states = AdminState.values();
        AdminState state = states[random.nextInt(states.length)];
        log.accept(state + " " + member);
        stage.admin(member, state);
        stage.queue()
                .after(random.nextLong(2 * SECOND), () -> stage.admin(member, AdminState.READY));
    }

    private void judge(Member member) {
        HealthState state = random.nextBoolean() ? HealthState.UNHEALTHY : HealthState.PENDING;
        log.accept(state + " " + member);
        stage.service().health(member, state);
        stage.queue()
                .after(
                        random.nextLong(2 * SECOND),
                        () -> stage.service().health(member, HealthState.HEALTHY));
    }

    private void presence(Member member) {
        log.accept("absent " + member);
        stage.service().presence(member, Presence.ABSENT);
        stage.queue()
                .after(
                        random.nextLong(2 * SECOND),
                        () -> stage.service().presence(member, Presence.PRESENT));
    }

    private void behave(Member member) {
        Behaviour usual = usual();
        Behaviour next =
                switch (random.nextInt(4)) {
                    case 0 -> usual.failing(1000, 503, MILLI);
                    case 1 -> usual.failing(300, 500, 20 * MILLI);
                    case 2 -> usual.slower(10);
                    default -> usual.aborting(300);
                };
        log.accept("behave " + member + " " + next);
        member.backend().behave(next);
        stage.queue().after(random.nextLong(3 * SECOND), () -> member.backend().behave(usual));
    }
}
