package io.evenkeel.kernel.failover;

import io.evenkeel.kernel.store.LeaseOutcome;
import io.evenkeel.kernel.store.Rejected;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.model.HostKey;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One host in question, from the loss of {@code alive} to the confirmation (C2 to C4). Where it
 * stands is in the store; what is here is what this process has asked and heard since it last
 * wrote, and is lost with it: a successor asks one round and goes on.
 *
 * <p>One thing at a time: a round, or a lease, or a commit. So a commit never overtakes a round,
 * and what is written was heard before.
 */
final class HostProcedure {
    /** After an outcome that nobody knows. */
    private static final long AFTER_UNKNOWN_NANOS = 500_000_000L;

    private static final long AFTER_REFUSAL_NANOS = 50_000_000L;

    private final HostKey host;
    private final FailoverLoop loop;
    private final HostRounds rounds;
    private final HostSteps steps;

    private @Nullable Held lease;
    private @Nullable Flight flight;
    private long pausedUntilNanos;

    /** It is asked though its agent's key is there: its links were lost. */
    private boolean early;

    private long earlyUntilNanos;

    /** What {@link HostRounds#silence} counts for; null while the host is not in question. */
    private @Nullable Counted counted;

    /** One entry into a stage. */
    private record Counted(Stage stage, long sinceMillis) {
        /** Before there is a procedure. */
        static final Counted EARLY = new Counted(Stage.ASKING, 0);
    }

    /** A lease granted for a stage. */
    private record Held(Stage stage, long leaseId, long ttlMillis, long sentNanos) {}

    /**
     * What the store was asked for.
     *
     * @param lease what is granted, null for a commit
     * @param steps of {@link HostRounds#heard} that the commit carries; {@link #NONE_CARRIED} if it
     *     is not about what was heard
     * @param tellsLife whether the commit says that there was a sign of life
     */
    private record Flight(long ticket, @Nullable Held lease, int steps, boolean tellsLife) {
        static final int NONE_CARRIED = -1;
    }

    HostProcedure(HostKey host, FailoverLoop loop) {
        this.host = host;
        this.loop = loop;
        this.rounds = new HostRounds(host, loop);
        this.steps = new HostSteps(host, loop);
        this.pausedUntilNanos = loop.nowNanos();
    }

    /** Whether nothing of it would be missed. */
    boolean idle() {
        HostState state = loop.state(host);
        return flight == null
                && !early
                && (state.confirmed() || (state.procedure() == null && !missing(state)));
    }

    /** When it wants to be considered again, if nothing happens. */
    long nextNanos() {
        if (flight != null) {
            return Long.MAX_VALUE;
        }
        long next = rounds.nextNanos();
        return pausedUntilNanos - next > 0 ? pausedUntilNanos : next;
    }

    /** Does what is to be done now. */
    void consider() {
        if (flight != null || loop.nowNanos() - pausedUntilNanos < 0) {
            return;
        }
        HostState state = loop.state(host);
        Procedure procedure = state.procedure();
        if (procedure == null) {
            if (missing(state)) {
                begin(state);
            } else if (early && state.alive() && loop.nowNanos() - earlyUntilNanos < 0) {
                askEarly();
            } else {
                forget();
            }
            return;
        }
        if (procedure.stage().confirmed()) {
            forget();
            return;
        }
        Counted current = new Counted(procedure.stage(), procedure.stageMillis());
        if (!current.equals(counted)) {
            // What was asked early is round one.
            if (!Counted.EARLY.equals(counted)) {
                rounds.restart();
            }
            counted = current;
            early = false;
        }
        if (FailoverLoop.proceeds(state)) {
            rounds.release();
        }
        if (state.alive()) {
            end(state, "alive-returned", "the agent holds its key again: the procedure ends");
        } else if (state.seenRevision() != procedure.seenRevision()) {
            end(state, "seen-since", "the agent wrote since: the procedure ends");
        } else if (!missing(state)) {
            end(state, "not-awaited", "in maintenance, or declared no more: the procedure ends");
        } else if (rounds.life() && answers(state, procedure)) {
            return;
        } else if (!forward(state, procedure)) {
            rounds.ask();
        }
    }

    /** A sign of life ends it: whatever became of its links, the host is there. */
    private void askEarly() {
        if (rounds.life()) {
            forget();
        } else {
            counted = Counted.EARLY;
            rounds.ask();
        }
    }

    /** Whether its absence is a failure. */
    private boolean missing(HostState state) {
        return awaited(state) && !state.alive();
    }

    /** Whether its absence would be one. */
    private boolean awaited(HostState state) {
        HostDeclaration declared = loop.declared(host);
        return declared != null
                && !declared.maintenance()
                && state.seenRevision() != 0
                && state.unreadable().isEmpty();
    }

    private void forget() {
        early = false;
        rounds.forget();
        lease = null;
        counted = null;
    }

    void answered(FailoverEvent.Answered event) {
        if (counted != null) {
            rounds.answered(event);
            consider();
        }
    }

    void seenAlive(FailoverEvent.SeenAlive event) {
        HostState state = loop.state(host);
        if (state.procedure() != null && !state.confirmed() && !FailoverLoop.proceeds(state)) {
            rounds.seenAlive(event);
            consider();
        }
    }

    void linksLost(FailoverEvent.LinksLost event) {
        HostState state = loop.state(host);
        if (!early && state.alive() && state.procedure() == null && awaited(state)) {
            early = true;
            earlyUntilNanos =
                    loop.nowNanos()
                            + loop.settings().aliveTtl().toNanos()
                            + loop.settings().longestGap().toNanos();
            rounds.lost(event.detail());
            consider();
        }
    }

    // Steps

    private void begin(HostState state) {
        if (!early) {
            forget();
        }
        flyWith(steps.begun(state, early), Flight.NONE_CARRIED, false);
    }

    private void end(HostState state, String rule, String outcome) {
        commit(steps.ended(state, rule, outcome));
    }

    /** A sign of life ends the round, and the procedure if it had gone further. */
    private boolean answers(HostState state, Procedure was) {
        if (was.stage() == Stage.ASKING && was.suspectedMillis() == 0) {
            rounds.dropped();
            return false;
        }
        commit(steps.answered(state, was.heard(0, 0, was.rounds() + 1, rounds.heard())), true);
        return true;
    }

    /** Takes the next step if there is cause; whether it did. */
    private boolean forward(HostState state, Procedure was) {
        Silence silence = rounds.silence();
        if (!silence.recent(loop.nowNanos())) {
            return tellsHold(state, was);
        }
        boolean held = loop.holds(state);
        long silent = was.silentMillis() + silence.pendingMillis();
        FailoverSettings settings = loop.settings();
        return switch (was.stage()) {
            case ASKING -> {
                if (held
                        && silence.fresh()
                        && (was.suspectedMillis() == 0 || was.held().isEmpty())) {
                    yield write(state, was, 0);
                }
                yield !held
                        && silence.fresh()
                        && set(state, was, Stage.DEATH, settings.deathTtl().toMillis(), 0);
            }
            case DEATH -> {
                long needed = FailoverSettings.neededMillis(settings.deathTtl());
                if (state.deathRevision() != 0 || held) {
                    yield silence.fresh() && write(state, was, silent);
                }
                yield silent >= needed
                        ? set(state, was, Stage.LOCK, settings.lockTtl().toMillis(), 0)
                        : silence.fresh()
                                && again(state, was, settings.deathTtl().toMillis(), silent);
            }
            case LOCK -> {
                long needed = FailoverSettings.neededMillis(settings.lockTtl());
                if (state.lockRevision() != 0 || held) {
                    yield silence.fresh() && write(state, was, silent);
                }
                if (silent < needed) {
                    yield silence.fresh()
                            && again(state, was, settings.lockTtl().toMillis(), silent);
                }
                commit(steps.confirmed(state, heard(was, silent)));
                yield true;
            }
            case CONFIRMED, FENCED, READMITTING -> false;
        };
    }

    /** A further witness holds it back: that is said once, with what it said. */
    private boolean tellsHold(HostState state, Procedure was) {
        String why = rounds.heldBy();
        return was.suspectedMillis() != 0
                && !why.isEmpty()
                && !loop.holds(state)
                && !was.held().equals(why)
                && write(state, was, was.silentMillis());
    }

    private boolean write(HostState state, Procedure was, long silentMillis) {
        String why = loop.holds(state) ? loop.held() : rounds.heldBy();
        commit(
                HostCommit.on(state)
                        .whileGone(was.seenRevision())
                        .put(heard(was, silentMillis).heldBack(why)));
        return true;
    }

    private Procedure heard(Procedure was, long silentMillis) {
        long suspected = was.suspectedMillis() == 0 ? loop.atMillis() : was.suspectedMillis();
        return was.heard(suspected, silentMillis, was.rounds() + 1, rounds.heard());
    }

    /** The key expired before enough silence was asked for: it is set for what is missing. */
    private boolean again(HostState state, Procedure was, long ttlMillis, long silentMillis) {
        return set(state, was, was.stage(), Math.max(1000, ttlMillis - silentMillis), silentMillis);
    }

    private boolean set(
            HostState state, Procedure was, Stage stage, long ttlMillis, long silentMillis) {
        Held with = lease;
        boolean good =
                with != null
                        && with.stage() == stage
                        && with.ttlMillis() == ttlMillis
                        && loop.nowNanos() - with.sentNanos() <= ttlMillis * 1_000_000 / 2;
        if (!good || with == null) {
            long ticket = loop.nextNumber();
            flight = new Flight(ticket, new Held(stage, 0, ttlMillis, loop.nowNanos()), 0, false);
            loop.emit(new FailoverAction.Grant(host, ticket, Duration.ofMillis(ttlMillis)));
            return true;
        }
        lease = null;
        commit(
                steps.set(
                        state,
                        was,
                        heard(was, silentMillis),
                        stage,
                        ttlMillis,
                        rounds.silence().pendingMillis(),
                        with.leaseId()));
        return true;
    }

    // What the store answers

    private void commit(HostCommit commit) {
        commit(commit, false);
    }

    private void commit(HostCommit commit, boolean tellsLife) {
        flyWith(commit, rounds.heard().size(), tellsLife);
        rounds.abandon();
    }

    private void flyWith(HostCommit commit, int steps, boolean tellsLife) {
        long ticket = loop.nextNumber();
        flight = new Flight(ticket, null, steps, tellsLife);
        loop.emit(new FailoverAction.Commit(host, ticket, commit.txn()));
    }

    void granted(FailoverEvent.Granted event) {
        Flight mine = flight;
        if (mine == null || mine.ticket() != event.ticket() || mine.lease() == null) {
            return;
        }
        flight = null;
        Held asked = mine.lease();
        if (event.outcome() instanceof LeaseOutcome.Held(long id, Duration _)) {
            lease = new Held(asked.stage(), id, asked.ttlMillis(), asked.sentNanos());
        } else {
            pausedUntilNanos = loop.nowNanos() + AFTER_UNKNOWN_NANOS;
        }
        consider();
    }

    void committed(FailoverEvent.Committed event) {
        Flight mine = flight;
        if (mine == null || mine.ticket() != event.ticket() || mine.lease() != null) {
            return;
        }
        flight = null;
        switch (event.outcome()) {
            case TxnOutcome.Committed done -> {
                if (mine.steps() != Flight.NONE_CARRIED) {
                    rounds.written(mine.steps(), mine.tellsLife());
                }
                loop.refresh(host, done.revision(), HostCommit.reads(done));
            }
            case TxnOutcome.Refused(long revision, var reads) -> {
                loop.refresh(host, revision, reads);
                pausedUntilNanos = loop.nowNanos() + AFTER_REFUSAL_NANOS;
            }
            default -> {
                // It may be in the store already: what it counted is not counted again.
                if (!(event.outcome() instanceof Rejected)) {
                    rounds.silence().written();
                }
                pausedUntilNanos = loop.nowNanos() + AFTER_UNKNOWN_NANOS;
            }
        }
        consider();
    }
}
