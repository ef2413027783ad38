package io.evenkeel.simulation.hosts;

import io.evenkeel.kernel.election.Term;
import io.evenkeel.kernel.failover.Answer;
import io.evenkeel.kernel.failover.FailoverAction;
import io.evenkeel.kernel.failover.FailoverEvent;
import io.evenkeel.kernel.failover.FailoverLoop;
import io.evenkeel.kernel.failover.FenceReport;
import io.evenkeel.kernel.failover.HostKeys;
import io.evenkeel.kernel.failover.Witness;
import io.evenkeel.kernel.store.Change;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.LeaseOutcome;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.store.WatchBatch;
import io.evenkeel.model.Keys;
import io.evenkeel.simulation.control.Contender;
import io.evenkeel.simulation.store.StoreWay;
import io.evenkeel.simulation.time.EventQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A control: stands for election, runs the product's failover loop while it leads, carries its
 * actions out over networks that can be cut, and works on tasks whether it leads or not.
 */
final class SimControl {
    static final String LOCK = Keys.leader("control");
    static final Duration TTL = Duration.ofSeconds(6);
    private static final long MILLI = 1_000_000L;

    final String name;
    final StoreWay way;
    final Contender process;
    final HostWorld world;
    private final SimWorker worker;

    boolean managementCut;
    boolean storageCut;
    boolean storeCut;

    private @Nullable Term leading;
    private @Nullable FailoverLoop loop;
    private boolean reading;
    private EventQueue.@Nullable Event ticking;
    private long watched;

    SimControl(HostWorld world, String name, double pace) {
        this.world = world;
        this.name = name;
        this.way = world.ways.way(world.seed.generator("way of " + name));
        this.process =
                new Contender(name, world.queue, way, pace, LOCK, TTL, 2_000 * MILLI, this::duty);
        this.worker = new SimWorker(this);
    }

    boolean leads() {
        return process.term().isPresent();
    }

    private void duty() {
        worker.turn();
        Term term = process.term().orElse(null);
        if (term == null) {
            leading = null;
            loop = null;
            return;
        }
        if (!term.equals(leading)) {
            leading = term;
            loop = null;
            world.line(name + " leads");
        }
        if (loop == null) {
            read(term);
        } else {
            watch();
        }
        tick();
    }

    /** Reads everything at one revision; the loop begins with it. */
    private void read(Term term) {
        if (reading) {
            return;
        }
        reading = true;
        way.<RangeResult>call(
                store -> store.range(RangeQuery.prefix(Keys.ROOT)),
                Contender.LOST,
                result ->
                        process.happens(() -> {
                            reading = false;
                            if (term.equals(leading) && result instanceof RangeResult.Range range) {
                                begin(range);
                            }
                        }));
    }

    private void begin(RangeResult.Range range) {
        List<Entry> entries = new ArrayList<>();
        for (Entry entry : range.entries()) {
            if (HostKeys.prefixes().stream().anyMatch(entry.key()::startsWith)) {
                entries.add(entry);
            }
        }
        watched = range.revision();
        loop = new FailoverLoop(world.settings);
        step(new FailoverEvent.Loaded(watched, entries));
        step(new FailoverEvent.Declared(world.declarations()));
    }

    /** What the store has seen since; the way to it may be cut. */
    void watch() {
        if (loop == null || storeCut || world.storeAway) {
            return;
        }
        while (loop != null && watched < world.store.revision()) {
            WatchBatch batch = world.store.batch(++watched);
            for (Change change : batch.changes()) {
                if (change.key().equals(LOCK) && change instanceof Change.Delete) {
                    process.lockDeleted(change.revision());
                }
            }
            step(new FailoverEvent.Observed(batch));
        }
        tick();
    }

    private void tick() {
        if (loop != null && loop.nextNanos() - process.clock() <= 0) {
            step(new FailoverEvent.Tick());
        }
        FailoverLoop now = loop;
        if (now != null && now.nextNanos() != Long.MAX_VALUE) {
            long left = Math.max(50 * MILLI, now.nextNanos() - process.clock());
            if (ticking == null || ticking.timeNanos() - world.queue.nowNanos() > left) {
                if (ticking != null) {
                    ticking.cancel();
                }
                ticking =
                        world.queue.after(
                                left,
                                () -> {
                                    ticking = null;
                                    process.happens(this::tick);
                                });
            }
        }
    }

    private void step(FailoverEvent event) {
        FailoverLoop now = loop;
        if (now != null) {
            long clock = process.clock();
            for (FailoverAction action : now.step(clock, clock / MILLI, event)) {
                carryOut(action, now);
            }
        }
    }

    /** An event for the loop that asked, if it still runs. */
    private void later(FailoverLoop of, FailoverEvent event) {
        process.happens(() -> {
            if (loop == of) {
                step(event);
                tick();
            }
        });
    }

    private void carryOut(FailoverAction action, FailoverLoop of) {
        SimHost host = world.host(action.host());
        switch (action) {
            case FailoverAction.Ask ask -> ask(ask, host, of);
            case FailoverAction.Grant grant ->
                    way.<LeaseOutcome>call(
                            store -> store.grant(world.queue.nowNanos(), grant.ttl()),
                            Contender.LOST,
                            outcome ->
                                    later(
                                            of,
                                            new FailoverEvent.Granted(
                                                    grant.host(), grant.ticket(), outcome)));
            case FailoverAction.Commit commit -> {
                Term term = leading;
                if (term != null) {
                    way.<TxnOutcome>call(
                            store -> store.txn(term.guarded(commit.txn())),
                            Contender.LOST,
                            outcome ->
                                    later(
                                            of,
                                            new FailoverEvent.Committed(
                                                    commit.host(),
                                                    commit.ticket(),
                                                    term.outcome(outcome))));
                }
            }
            case FailoverAction.Fence fence -> {
                world.line(name + " fences " + host.key.name());
                onStorage(reached ->
                        later(
                                of,
                                new FailoverEvent.FenceReported(
                                        fence.host(),
                                        fence.token(),
                                        reached
                                                ? world.fence(host, fence)
                                                : FenceReport.failed("no answer"))));
                if (!world.joints.waitsForFence()) {
                    worker.plan(host.key, fence.token(), _ -> {});
                }
            }
            case FailoverAction.SwitchOff off -> switchOff(off, host, of);
            case FailoverAction.Recover recover ->
                    worker.plan(
                            recover.host(),
                            recover.token(),
                            _ ->
                                    later(
                                            of,
                                            new FailoverEvent.Planned(
                                                    recover.host(), recover.token(), List.of())));
            case FailoverAction.Clean clean ->
                    world.queue.after(
                            world.some(2_000 * MILLI),
                            () -> {
                                boolean done =
                                        host.libvirtAnswers() && !managementCut && clean(host);
                                later(
                                        of,
                                        new FailoverEvent.Cleaned(
                                                clean.host(), clean.token(), done, "asked"));
                            });
            case FailoverAction.Unfence unfence ->
                    onStorage(reached -> {
                        if (reached) {
                            world.line(name + " serves " + host.key.name() + " again");
                            world.storage.serve(unfence.fenced());
                        }
                        later(
                                of,
                                new FailoverEvent.Unfenced(
                                        unfence.host(), unfence.token(), reached, "asked"));
                    });
        }
    }

    /** Looks at the store before, as whoever does it has to. */
    private void switchOff(FailoverAction.SwitchOff off, SimHost host, FailoverLoop of) {
        world.queue.after(
                world.some(4_000 * MILLI),
                () -> {
                    boolean done = host.switchAnswers && !managementCut && world.isDead(host, off);
                    if (done) {
                        world.line(name + " switches off " + host.key.name());
                        host.switchOff();
                    }
                    later(
                            of,
                            new FailoverEvent.SwitchedOff(
                                    off.host(), off.token(), done, done ? "off" : "no answer"));
                });
    }

    /** Something at the storage, which can take long, and whose report can come late. */
    private void onStorage(Consumer<Boolean> what) {
        boolean reached = !storageCut;
        long usual = world.chance(10) ? world.some(25_000 * MILLI) : world.some(600 * MILLI);
        long takes = world.storageTakesNanos > 0 ? world.storageTakesNanos : usual;
        world.queue.after(takes, () -> what.accept(reached));
    }

    private boolean clean(SimHost host) {
        for (String machine : List.copyOf(host.machines.keySet())) {
            if (!world.runsOn(machine).equals(host.key.name())) {
                world.line(host.key.name() + " is cleaned of " + machine);
                host.destroy(machine);
            }
        }
        return true;
    }

    private void ask(FailoverAction.Ask ask, SimHost host, FailoverLoop of) {
        boolean libvirt = ask.witness() == Witness.LIBVIRT;
        boolean cut = libvirt ? managementCut : storageCut;
        world.queue.after(
                2 * MILLI,
                () -> {
                    boolean lives = libvirt ? host.libvirtAnswers() : host.clientAnswers();
                    if (!libvirt && !world.joints.heedsClients()) {
                        lives = false;
                    }
                    boolean answers = !cut && !world.chance(3);
                    boolean sign = libvirt ? host.libvirtAnswers() : host.clientAnswers();
                    if (answers && sign) {
                        process.happens(() -> world.answered(host, this));
                    }
                    Answer answer =
                            cut && !libvirt
                                    ? Answer.UNASKED
                                    : lives && answers ? Answer.LIVES : Answer.SILENT;
                    long wait = answer == Answer.LIVES ? 0 : ask.timeout().toNanos();
                    world.queue.after(
                            wait,
                            () ->
                                    later(
                                            of,
                                            new FailoverEvent.Answered(
                                                    ask.host(), ask.ask(), answer, "asked")));
                });
    }
}
