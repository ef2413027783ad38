package io.evenkeel.simulation.control;

import io.evenkeel.kernel.election.Election;
import io.evenkeel.kernel.election.ElectionAction;
import io.evenkeel.kernel.election.Term;
import io.evenkeel.kernel.store.LeaseOutcome;
import io.evenkeel.kernel.store.StoreState;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.store.Unknown;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.simulation.store.StoreWay;
import io.evenkeel.simulation.time.EventQueue;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A process that stands for election with the product's {@link Election}, has a clock of its own
 * speed, and can be stopped and killed. What it does besides is its owner's: everything that
 * reaches it goes through {@link #happens}.
 */
public final class Contender {
    /** What a call answers of which nothing was heard. */
    public static final Unknown LOST = new Unknown("nothing was heard in time");

    private final EventQueue queue;
    private final StoreWay way;
    private final double pace;
    private final long longestWaitNanos;
    private final Runnable duty;
    private final Election election;

    /** What came while the process was stopped. */
    private final Deque<Runnable> held = new ArrayDeque<>();

    private boolean stopped;
    private boolean killed;
    private boolean calling;
    private EventQueue.@Nullable Event wake;

    /**
     * A process that has not begun.
     *
     * @param pace of its clock, 1 for the true one
     * @param longestWaitNanos between two turns
     * @param duty what it does at each turn, leading or not
     */
    public Contender(
            String name,
            EventQueue queue,
            StoreWay way,
            double pace,
            String lock,
            Duration ttl,
            long longestWaitNanos,
            Runnable duty) {
        this.queue = queue;
        this.way = way;
        this.pace = pace;
        this.longestWaitNanos = longestWaitNanos;
        this.duty = duty;
        this.election = new Election(lock, ttl, Value.of(name), clock());
    }

    /** Its own clock, which runs on while it is stopped. */
    public long clock() {
        return (long) (queue.nowNanos() * pace);
    }

    /** The term that it believes to lead under. */
    public Optional<Term> term() {
        return killed ? Optional.empty() : election.term(clock());
    }

    /** SIGSTOP, SIGCONT: what comes meanwhile waits. */
    public void stopped(boolean value) {
        stopped = value;
        while (!stopped && !held.isEmpty()) {
            held.remove().run();
        }
    }

    /** Whether it is stopped. */
    public boolean stopped() {
        return stopped;
    }

    /** SIGKILL: nothing of it happens any more; what it has sent goes on. */
    public void kill() {
        killed = true;
        held.clear();
    }

    /** Whether it was killed. */
    public boolean killed() {
        return killed;
    }

    /** The watch says that the lock is gone. */
    public void lockDeleted(long revision) {
        happens(() -> {
            election.lockDeleted(revision);
            turn();
        });
    }

    /** Something reaches the process: now, when it goes on, or never. */
    public void happens(Runnable what) {
        if (stopped) {
            held.add(what);
        } else if (!killed) {
            what.run();
        }
    }

    /** Does its duty, and what the election asks for. */
    public void turn() {
        duty.run();
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
        wake = queue.after(Math.min(left, longestWaitNanos), () -> happens(this::turn));
    }
}
