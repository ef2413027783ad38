package io.evenkeel.simulation.control;

import io.evenkeel.kernel.election.Term;
import io.evenkeel.kernel.store.Change;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.StoreLimits;
import io.evenkeel.kernel.store.StoreState;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.simulation.invariant.BrokenPromise;
import io.evenkeel.simulation.store.SimStore;
import io.evenkeel.simulation.store.StoreWay;
import io.evenkeel.simulation.time.EventQueue;
import io.evenkeel.simulation.time.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * One random run of several controls on one store. Faults: a process killed and replaced, stopped
 * for up to three leases, cut off in one direction or both, a way that takes up to six seconds;
 * clocks that run at speeds that differ by up to a tenth. Held after every event:
 *
 * <ul>
 *   <li>at most one process believes that it leads;
 *   <li>what a leader writes takes effect only while the lock is its own;
 *   <li>what was acknowledged is in the store's history;
 *   <li>terms only grow, and after the last fault somebody leads within ten seconds.
 * </ul>
 */
public final class ControlRun implements Candidate.Ledger {
    private static final int CONTROLS = 3;
    private static final long SECOND = 1_000_000_000L;
    private static final long MEAN_BETWEEN_FAULTS = 4 * SECOND;

    /** What a store takes to find a lease that is over. */
    private static final long EXPIRY_EVERY = SECOND / 2;

    /**
     * What a run came to.
     *
     * @param faults made
     * @param terms begun
     * @param counted writes of leaders that took effect
     * @param refused writes of leaders that did not
     * @param events of the simulation
     */
    public record Result(long faults, long terms, long counted, long refused, long events) {}

    private final EventQueue queue = new EventQueue();
    private final StoreState store = new StoreState(StoreLimits.DEFAULT);
    private final SimStore ways = new SimStore(queue, store);
    private final List<Candidate> controls = new ArrayList<>();
    private final Seed seed;
    private final RandomGenerator random;
    private final ControlJoints joints;
    private final Consumer<String> log;
    private final TreeSet<Long> counts = new TreeSet<>();
    private final TreeSet<Long> acknowledged = new TreeSet<>();
    private long seenRevision;
    private long lastTerm;
    private long faults;
    private long terms;
    private long refused;
    private int born;

    private ControlRun(Seed seed, ControlJoints joints, Consumer<String> log) {
        this.seed = seed;
        this.joints = joints;
        this.log = log;
        this.random = seed.generator("control faults");
        this.seenRevision = store.revision();
    }

    /** Runs with faults for so many virtual seconds, then without until somebody leads. */
    public static Result run(Seed seed, int seconds, ControlJoints joints, Consumer<String> log) {
        return new ControlRun(seed, joints, log).run(seconds);
    }

    private Result run(int seconds) {
        for (int i = 0; i < CONTROLS; i++) {
            controls.add(born());
        }
        controls.forEach(control -> control.process.turn());
        queue.every(EXPIRY_EVERY, this::expire);
        queue.afterEach(this::hold);
        planFault(seconds * SECOND);
        queue.runUntil(seconds * SECOND);
        for (Candidate control : controls) {
            mend(control);
        }
        queue.runFor(10 * SECOND);
        if (controls.stream().noneMatch(control -> control.term().isPresent())) {
            throw broken("somebody leads ten seconds after the last fault", "nobody");
        }
        for (long count : acknowledged) {
            if (!counts.contains(count)) {
                throw broken("what was acknowledged is in the store's history", "no " + count);
            }
        }
        return new Result(faults, terms, counts.size(), refused, queue.executed());
    }

    private Candidate born() {
        String name = "c" + ++born;
        double pace = 0.95 + random.nextDouble() / 10;
        StoreWay way = ways.way(seed.generator("way of " + name));
        return new Candidate(name, queue, way, pace, joints, this);
    }

    private void planFault(long until) {
        queue.after(
                Seed.exponential(random, MEAN_BETWEEN_FAULTS),
                () -> {
                    if (queue.nowNanos() < until) {
                        fault();
                        planFault(until);
                    }
                });
    }

    private void fault() {
        faults++;
        int place = random.nextInt(CONTROLS);
        // Half of them at the leader: there it matters.
        if (random.nextBoolean()) {
            for (int i = 0; i < CONTROLS; i++) {
                place = controls.get(i).term().isPresent() ? i : place;
            }
        }
        Candidate victim = controls.get(place);
        long length = (long) (random.nextDouble() * 3 * Candidate.TTL.toNanos());
        switch (random.nextInt(6)) {
            case 0 -> {
                line(victim.name + " is killed");
                victim.process.kill();
                controls.set(place, born());
                controls.get(place).process.turn();
            }
            case 1, 2 -> {
                line(victim.name + " is stopped for " + length);
                victim.process.stopped(true);
                queue.after(length, () -> victim.process.stopped(false));
            }
            case 3 -> {
                boolean there = random.nextBoolean();
                line(victim.name + " is cut off " + (there ? "there" : "back"));
                victim.way.lose(there, !there);
                queue.after(length, () -> mend(victim));
            }
            case 4 -> {
                line(victim.name + " is cut off");
                victim.way.lose(true, true);
                queue.after(length, () -> mend(victim));
            }
            default -> {
                line(victim.name + " has a slow way");
                victim.way.slow(true);
                queue.after(length, () -> mend(victim));
            }
        }
    }

    private void mend(Candidate victim) {
        victim.way.lose(false, false);
        victim.way.slow(false);
        victim.process.stopped(false);
    }

    private void expire() {
        long now = queue.nowNanos();
        for (long lease = store.expired(now); lease != 0; lease = store.expired(now)) {
            store.revoke(lease);
        }
    }

    /** What holds after every event; watches hear of what has changed. */
    private void hold() {
        for (; seenRevision < store.revision(); seenRevision++) {
            for (Change change : store.batch(seenRevision + 1).changes()) {
                if (change instanceof Change.Delete && change.key().equals(Candidate.LOCK)) {
                    line("the lock is free");
                    controls.forEach(control -> tell(control, change.revision()));
                }
            }
        }
        if (controls.stream().filter(control -> control.term().isPresent()).count() > 1) {
            throw broken("at most one leads", "two");
        }
    }

    private void tell(Candidate control, long revision) {
        if (!control.way.lostBack()) {
            queue.after(control.way.transit(), () -> control.process.lockDeleted(revision));
        }
    }

    @Override
    public TxnOutcome arrived(Term term, long count, Txn txn, StoreState at) {
        List<Entry> held = ((RangeResult.Range) at.range(RangeQuery.key(Candidate.LOCK))).entries();
        TxnOutcome outcome = at.txn(txn);
        if (outcome instanceof TxnOutcome.Committed) {
            counts.add(count);
            if (held.isEmpty() || held.getFirst().createRevision() != term.number()) {
                throw broken(
                        "what a leader writes takes effect only while the lock is its own",
                        count + " under term " + term.number() + ", the lock: " + held);
            }
        } else {
            refused++;
        }
        return outcome;
    }

    @Override
    public void acknowledged(Term term, long count) {
        acknowledged.add(count);
    }

    @Override
    public void leads(Candidate who, Term term) {
        line(who.name + " leads under term " + term.number());
        if (term.number() < lastTerm) {
            throw broken("terms only grow", term.number() + " after " + lastTerm);
        }
        if (term.number() > lastTerm) {
            terms++;
        }
        lastTerm = term.number();
    }

    private void line(String text) {
        log.accept(queue.nowNanos() + " " + text);
    }

    private BrokenPromise broken(String promise, String seen) {
        return new BrokenPromise(promise, queue.nowNanos(), seen);
    }
}
