package io.evenkeel.simulation.control;

import io.evenkeel.kernel.election.Election;
import io.evenkeel.kernel.election.ElectionAction;
import io.evenkeel.kernel.election.Term;
import io.evenkeel.kernel.store.Compare;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.LeaseOutcome;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.StoreState;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.store.Unknown;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.simulation.time.EventQueue;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A control: stands for election, and counts while it leads, as a duty does: it reads where things
 * stand, decides, and commits by compare.
 */
final class Candidate {
    static final String LOCK = "/ek/1/lock/leaders/default/control";
    static final String COUNT = "/ek/1/assign/count/default/duty";
    static final Duration TTL = Duration.ofSeconds(3);

    private static final long BETWEEN_COUNTS_NANOS = 200_000_000L;
    private static final Unknown LOST = new Unknown("nothing was heard in time");

    /** Who hears what a candidate does. */
    interface Ledger {
        /** A count has reached the store, under this term; carries it out. */
        TxnOutcome arrived(Term term, long count, Txn txn, StoreState store);

        /** It was told that its count is in the store. */
        void acknowledged(Term term, long count);

        /** It believes that it leads, under a term that it did not have before. */
        void leads(Candidate who, Term term);
    }

    final String name;
    final StoreWay way;
    private final EventQueue queue;
    private final double pace;
    private final ControlJoints joints;
    private final Ledger ledger;
    private final Election election;

    /** What came while the process was stopped. */
    private final Deque<Runnable> held = new ArrayDeque<>();

    private boolean stopped;
    private boolean killed;
    private boolean calling;
    private EventQueue.@Nullable Event wake;

    private @Nullable Term counting;
    private long count;
    private long countRevision;
    private boolean knows;
    private boolean writing;

    Candidate(
            String name,
            EventQueue queue,
            StoreWay way,
            double pace,
            ControlJoints joints,
            Ledger ledger) {
        this.name = name;
        this.queue = queue;
        this.way = way;
        this.pace = pace;
        this.joints = joints;
        this.ledger = ledger;
        this.election = new Election(LOCK, TTL, Value.of(name), clock());
    }

    void begin() {
        turn();
    }

    /** Its own clock, which runs on while it is stopped. */
    private long clock() {
        return (long) (queue.nowNanos() * pace);
    }

    Optional<Term> term() {
        return killed ? Optional.empty() : election.term(clock());
    }

    /** SIGSTOP, SIGCONT: what comes meanwhile waits. */
    void stopped(boolean value) {
        stopped = value;
        while (!stopped && !held.isEmpty()) {
            held.remove().run();
        }
    }

    /** SIGKILL: nothing of it happens any more; what it has sent goes on. */
    void kill() {
        killed = true;
        held.clear();
    }

    boolean killed() {
        return killed;
    }

    /** The watch says that the lock is gone. */
    void lockDeleted(long revision) {
        happens(() -> {
            election.lockDeleted(revision);
            turn();
        });
    }

    private void happens(Runnable what) {
        if (stopped) {
            held.add(what);
        } else if (!killed) {
            what.run();
        }
    }

    private void turn() {
        duty();
        if (calling) {
            return;
        }
        long sent = clock();
        switch (election.next(sent)) {
            case ElectionAction.Grant(Duration ttl) ->
                    call(
                            store -> store.grant(queue.nowNanos(), ttl),
                            outcome -> election.leased(sent, clock(), outcome));
            case ElectionAction.KeepAlive(long lease) ->
                    call(
                            store -> store.keepAlive(queue.nowNanos(), lease),
                            outcome -> election.leased(sent, clock(), outcome));
            case ElectionAction.Claim(Txn txn) ->
                    way.<TxnOutcome>call(
                            store -> store.txn(txn),
                            LOST,
                            back(outcome -> election.claimed(clock(), outcome)));
            case ElectionAction.Await(long until) -> wakeAt(until);
        }
    }

    private void call(Function<StoreState, LeaseOutcome> what, Consumer<LeaseOutcome> then) {
        way.call(what, LOST, back(then));
    }

    /** The one call of the election under way comes back. */
    private <T> Consumer<T> back(Consumer<T> then) {
        calling = true;
        return outcome ->
                happens(() -> {
                    calling = false;
                    then.accept(outcome);
                    turn();
                });
    }

    private void wakeAt(long untilOwn) {
        if (wake != null) {
            wake.cancel();
        }
        long left = Math.max(1_000_000L, (long) ((untilOwn - clock()) / pace));
        wake = queue.after(Math.min(left, BETWEEN_COUNTS_NANOS), () -> happens(this::turn));
    }

    /** Counts on while it leads. */
    private void duty() {
        Term leads = term().orElse(null);
        if (leads == null) {
            counting = null;
            return;
        }
        if (!leads.equals(counting)) {
            counting = leads;
            knows = false;
            writing = false;
            ledger.leads(this, leads);
        }
        if (writing) {
            return;
        }
        writing = true;
        if (knows) {
            write(leads);
        } else {
            way.<RangeResult>call(
                    store -> store.range(RangeQuery.key(COUNT)),
                    LOST,
                    result -> happens(() -> read(leads, result)));
        }
    }

    private void read(Term under, RangeResult result) {
        if (under.equals(counting)) {
            writing = false;
            if (result instanceof RangeResult.Range range) {
                List<Entry> found = range.entries();
                count = found.isEmpty() ? 0 : Long.parseLong(found.getFirst().value().text());
                countRevision = found.isEmpty() ? 0 : found.getFirst().modRevision();
                knows = true;
            }
            turn();
        }
    }

    private void write(Term under) {
        long next = count + 1;
        Txn plain =
                Txn.when(Compare.modRevision(COUNT, countRevision))
                        .then(Op.put(COUNT, Long.toString(next)))
                        .build();
        Txn txn = joints.sent(under, plain);
        if (joints.acknowledgesEarly()) {
            ledger.acknowledged(under, next);
        }
        way.<TxnOutcome>call(
                store -> ledger.arrived(under, next, txn, store),
                LOST,
                outcome -> happens(() -> written(under, next, joints.seen(under, outcome))));
    }

    private void written(Term under, long next, TxnOutcome outcome) {
        if (outcome instanceof TxnOutcome.Committed) {
            ledger.acknowledged(under, next);
        }
        if (!under.equals(counting)) {
            return;
        }
        if (outcome instanceof TxnOutcome.Committed done) {
            count = next;
            countRevision = done.revision();
        } else {
            knows = false;
        }
        queue.after(
                BETWEEN_COUNTS_NANOS,
                () ->
                        happens(() -> {
                            if (under.equals(counting)) {
                                writing = false;
                                turn();
                            }
                        }));
    }
}
