package io.evenkeel.kernel.failover;

import io.evenkeel.kernel.decision.DecisionRecord;
import io.evenkeel.kernel.store.Compare;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.OpResult;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Stored;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One step of a procedure in the making. Every one stands on the record it was decided on; every
 * one that goes forward also on the absence of {@code alive} and on its trace that was noted, so
 * that a host that returns in the same instant comes before or after it, never in between.
 */
final class HostCommit {
    private static final String LOOP = "failover";

    private final HostState state;
    private final List<Compare> compares = new ArrayList<>();
    private final List<Op> ops = new ArrayList<>();
    private final List<DecisionRecord.Input> inputs = new ArrayList<>();
    private @Nullable Procedure shown;

    private HostCommit(HostState state) {
        this.state = state;
        this.shown = state.procedure();
        compares.add(
                Compare.modRevision(HostKeys.procedure(state.host()), state.procedureRevision()));
    }

    static HostCommit on(HostState state) {
        return new HostCommit(state);
    }

    /** Takes effect only while the host shows no life. */
    HostCommit whileGone(long seenRevision) {
        compares.add(Compare.absent(Keys.hostAlive(state.host())));
        compares.add(Compare.modRevision(Keys.hostSeen(state.host()), seenRevision));
        return this;
    }

    HostCommit whileAbsent(String key) {
        compares.add(Compare.absent(key));
        return this;
    }

    HostCommit put(Procedure procedure) {
        shown = procedure;
        ops.add(Op.put(HostKeys.procedure(state.host()), Value.of(Stored.write(procedure))));
        return this;
    }

    /** Sets {@code death} or {@code lock}; lease 0 for none. */
    HostCommit put(String key, String why, long leaseId) {
        ops.add(Op.putLeased(key, Value.of(Stored.write(new Mark(why))), leaseId));
        return this;
    }

    /** Whether it is there or not. */
    HostCommit delete(String key) {
        ops.add(Op.delete(key));
        return this;
    }

    /** Nothing of the procedure is left. */
    HostCommit over() {
        for (String key :
                List.of(
                        HostKeys.death(state.host()),
                        HostKeys.lock(state.host()),
                        HostKeys.procedure(state.host()),
                        HostKeys.word(state.host()),
                        HostKeys.heardByLinks(state.host()))) {
            delete(key);
        }
        return this;
    }

    HostCommit input(String name, Object value) {
        inputs.add(new DecisionRecord.Input(name, String.valueOf(value)));
        return this;
    }

    /** Adds the record that {@code explain host} reads. */
    HostCommit decided(long atMillis, long revision, String rule, String outcome) {
        if (shown != null) {
            List<Evidence> steps = shown.evidence();
            for (Evidence step : steps.subList(Math.max(0, steps.size() - 4), steps.size())) {
                input(
                        "round " + step.round(),
                        step.witness() + " " + step.answer() + ": " + step.detail());
            }
        }
        DecisionRecord record = DecisionRecord.of(atMillis, LOOP, revision, rule, outcome, inputs);
        ops.add(
                Op.put(
                        HostKeys.decisions(state.host()),
                        Value.of(Stored.write(state.decisions().with(record)))));
        return this;
    }

    /** Reads the host's keys again, whichever way it goes. */
    Txn txn() {
        List<Op> all = new ArrayList<>(ops);
        HostKeys.all(state.host()).forEach(query -> all.add(Op.read(query)));
        return new Txn(compares, all, HostKeys.all(state.host()));
    }

    /** What a committed {@link #txn} has read. */
    static List<RangeResult.Range> reads(TxnOutcome.Committed outcome) {
        List<RangeResult.Range> reads = new ArrayList<>();
        for (OpResult result : outcome.results()) {
            if (result instanceof OpResult.ReadDone(RangeResult.Range range)) {
                reads.add(range);
            }
        }
        return reads;
    }

    /**
     * The value of {@code death} and {@code lock}; what counts is that they are there.
     *
     * @param why one sentence for a person who finds it
     */
    record Mark(String why) {}
}
