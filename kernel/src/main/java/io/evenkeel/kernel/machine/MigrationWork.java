package io.evenkeel.kernel.machine;

import io.evenkeel.kernel.failover.HostState;
import io.evenkeel.kernel.failover.HostTable;
import io.evenkeel.kernel.failover.RunRecord;
import io.evenkeel.kernel.store.Compare;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.kernel.task.Task;
import io.evenkeel.kernel.task.TaskKey;
import io.evenkeel.kernel.task.TaskQueue;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.Stored;
import org.jspecify.annotations.Nullable;

/**
 * The steps of who has claimed a {@link MigrationTasks} task: look where the machine is, have it
 * moved, look again, and let the record say where it is. What the store says names the old host
 * until the machine was seen on the new one, or is gone from the old one while the new one does not
 * answer: it only ever goes that way.
 *
 * <p>One that may be stopped for it, and has to be, is stopped and taken off its old host; when it
 * is seen on neither, its record goes to the new one together with the task that starts it there.
 * So does one that is off because its old host does not start it.
 *
 * <p>Nobody's word about a call that moves is believed; it is looked. The old host has to be looked
 * at before the new one: who is on neither has ended, and was not just under way. Pure and
 * single-threaded; one object a claim.
 */
public final class MigrationWork {
    /** After these it stays where it is; it is planned again when the task is forgotten. */
    private static final int MOST_ATTEMPTS = 10;

    /** After these one that may be stopped is. */
    private static final int LIVE_ATTEMPTS = 3;

    private final TaskKey key;
    private final Task task;
    private final long claim;
    private final HostKey from;
    private final HostKey to;
    private final MoveWay how;
    private String why = "";
    private boolean tried;
    private boolean stopped;

    /** What a host says of the machine. */
    public enum Seen {
        /** It is up there. */
        RUNS,
        /** It is not there, or is off. */
        GONE,
        /** The host did not say. */
        SILENT
    }

    /** What is to be done next. */
    public sealed interface Action {}

    /** Look at the old host, then at the new one; {@link #seen} is to hear of both. */
    public record Look(HostKey from, HostKey to) implements Action {}

    /** Have it moved under this token; {@link #moved} is to hear of the end. */
    public record Migrate(HostKey from, HostKey to, long token) implements Action {}

    /** Have it shut down, and forgotten there; {@link #moved} is to hear of the end. */
    public record Stop(HostKey from) implements Action {}

    /** Commit; {@link #recorded} is to hear of the outcome. */
    public record Recorded(Txn txn) implements Action {}

    /** Commit, then let the claim go. */
    public record Finish(Txn txn, String why) implements Action {}

    /**
     * What the store says, at one revision.
     *
     * @param run null if nobody may run the machine
     */
    public record View(HostTable hosts, RunTable.@Nullable Run run) {}

    /**
     * Work on a claimed task.
     *
     * @param task as it stands since the claim
     * @param claim its token
     */
    public MigrationWork(TaskKey key, Task task, long claim) {
        this.key = key;
        this.task = task;
        this.claim = claim;
        from = MigrationTasks.from(key.tenant(), task);
        to = new HostKey(key.tenant(), task.host());
        how = MigrationTasks.how(task);
    }

    /** The first step. */
    public Action begin(View view) {
        RunTable.Run run = view.run();
        if (run == null) {
            return done("it has no run any more");
        }
        if (!run.record().host().equals(from.name())) {
            return done("it is given to " + run.record().host());
        }
        return new Look(from, to);
    }

    /**
     * What was seen.
     *
     * @param nowMillis wall clock
     */
    public Action seen(View view, Seen atFrom, Seen atTo, long nowMillis) {
        RunTable.Run run = view.run();
        if (run == null || !run.record().host().equals(from.name())) {
            return done("it was given to another host meanwhile");
        }
        boolean lost = atFrom == Seen.GONE || isFenced(view, from);
        boolean arrived = atFrom == Seen.GONE && atTo == Seen.SILENT && how != MoveWay.OFF;
        if (atTo == Seen.RUNS || arrived) {
            why = atTo == Seen.RUNS ? "runs on " + to.name() : "left; " + to.name() + " is silent";
            RunRecord now = run.record().movedTo(to.name());
            return new Recorded(
                    TaskQueue.underClaim(key, claim)
                            .when(
                                    Compare.modRevision(
                                            RunRecord.key(key.tenant(), task.subject()),
                                            run.token()))
                            .then(
                                    Op.put(
                                            RunRecord.key(key.tenant(), task.subject()),
                                            Value.of(Stored.write(now))))
                            .build());
        }
        HostState target = view.hosts().of(to);
        boolean takes = atTo == Seen.GONE && target.online() && target.procedure() == null;
        if (atFrom == Seen.GONE && takes && how != MoveWay.LIVE && run.record().on()) {
            return startThere(run, nowMillis);
        }
        if (how == MoveWay.OFF) {
            // Nothing was asked for yet: power goes on from the record.
            return done("stays on " + from.name());
        }
        if (lost && (atTo == Seen.GONE || isFenced(view, to))) {
            // Whoever looks after its power, or after its dead host, goes on from the record.
            return done("it runs on neither host");
        }
        if (atFrom != Seen.RUNS) {
            return failed(nowMillis, from.name() + " does not say whether it has left");
        }
        if (!run.record().on() && atTo == Seen.GONE) {
            return done("it is not to run any more");
        }
        if (takes && !tried) {
            tried = true;
            return isToStop() ? stop() : new Migrate(from, to, run.token());
        }
        String problem = tried ? why : to.name() + " cannot take it now";
        if (isFenced(view, to) || (task.attempts() >= MOST_ATTEMPTS && atTo == Seen.GONE)) {
            String stays = "stays on " + from.name() + ": " + problem;
            return new Finish(TaskQueue.givenUp(key, task, claim, stays), stays);
        }
        return failed(nowMillis, problem);
    }

    private Stop stop() {
        stopped = true;
        return new Stop(from);
    }

    /** What is left of it on the old host goes first: it could be started there by hand. */
    private Action startThere(RunTable.Run run, long nowMillis) {
        if (!stopped) {
            return stop();
        }
        why = "is off on " + from.name() + ", starts on " + to.name();
        return new Recorded(
                PowerTasks.add(
                                TaskQueue.underClaim(key, claim),
                                new MachineKey(key.tenant(), task.subject()),
                                run.record().movedTo(to.name()),
                                run.token(),
                                run.token(),
                                PowerTasks.START,
                                task.priority(),
                                nowMillis)
                        .build());
    }

    private boolean isToStop() {
        return how == MoveWay.COLD
                || (how == MoveWay.LIVE_OR_COLD && task.attempts() > LIVE_ATTEMPTS);
    }

    private static boolean isFenced(View view, HostKey host) {
        return view.hosts().of(host).permit() != 0;
    }

    /**
     * The call has ended, in whatever way.
     *
     * @param problem what it said; empty: it said that all went well
     */
    public Action moved(String problem) {
        why = problem.isEmpty() ? "is said to have left and has not" : problem;
        return new Look(from, to);
    }

    /** What came of {@link Recorded}. */
    public Action recorded(boolean committed, long nowMillis) {
        return committed ? done(why) : failed(nowMillis, "its record has changed");
    }

    private Finish done(String how) {
        return new Finish(TaskQueue.done(key, task, claim, how), how);
    }

    /** Never to another host: what was asked of this one may still come true. */
    private Finish failed(long nowMillis, String how) {
        return new Finish(TaskQueue.failed(key, task, claim, nowMillis, how, ""), how);
    }
}
