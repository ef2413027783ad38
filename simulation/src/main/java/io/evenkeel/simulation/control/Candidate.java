package io.evenkeel.simulation.control;

import io.evenkeel.kernel.election.Term;
import io.evenkeel.kernel.store.Compare;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.StoreState;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.simulation.store.StoreWay;
import io.evenkeel.simulation.time.EventQueue;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
    final Contender process;
    private final EventQueue queue;
    private final ControlJoints joints;
    private final Ledger ledger;

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
        this.joints = joints;
        this.ledger = ledger;
        this.process =
                new Contender(name, queue, way, pace, LOCK, TTL, BETWEEN_COUNTS_NANOS, this::duty);
    }

    Optional<Term> term() {
        return process.term();
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
                    Contender.LOST,
                    result -> process.happens(() -> read(leads, result)));
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
            process.turn();
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
                Contender.LOST,
                outcome ->
                        process.happens(() -> written(under, next, joints.seen(under, outcome))));
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
                        process.happens(() -> {
                            if (under.equals(counting)) {
                                writing = false;
                                process.turn();
                            }
                        }));
    }
}
