package io.evenkeel.kernel.failover;

import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.task.Task;
import io.evenkeel.kernel.task.TaskKey;
import io.evenkeel.kernel.task.TaskQueue;
import io.evenkeel.model.HostKey;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The steps of who has claimed the recovery of a machine: give it to a host, seal its disks, start
 * it, say so. Each step is decided only on the report of the one before; nothing is kept that the
 * store does not have, so whoever claims the task next goes on from what the store says.
 *
 * <p>Pure and single-threaded; one object a claim.
 */
public final class RecoveryWork {
    private final TaskKey key;
    private final long claim;
    private @Nullable Task task;
    private @Nullable Give giving;

    /** What is to be done next. */
    public sealed interface Action {}

    /** Commit; {@link #given} is to hear of the outcome. */
    public record Give(HostKey to, Txn txn) implements Action {}

    /** Have storage refuse older runs of the machine; {@link #sealed} is to hear what was seen. */
    public record Seal(String machine, HostKey to, long token) implements Action {}

    /** Start the machine under its token; {@link #started} is to hear what was seen. */
    public record Start(String machine, HostKey to, long token) implements Action {}

    /**
     * The machine may not be moved: its host is not fenced (any more). To be ended like any other.
     */
    public record Unpermitted(Finish finish) implements Action {}

    /** Commit, then let the claim go. */
    public record Finish(Txn txn, String why) implements Action {}

    /** Let the claim go: whoever claims next sees for himself. */
    public record Release(String why) implements Action {}

    /**
     * What the store says, at one revision that is not older than the claim.
     *
     * @param task the claimed one, null if it is gone
     * @param run who may run the machine, null if nobody may
     * @param runRevision at which that was last written
     * @param moving whether a live migration of it has not ended: it may run on another host
     */
    public record View(
            HostTable hosts,
            @Nullable Task task,
            @Nullable RunRecord run,
            long runRevision,
            boolean moving) {}

    /**
     * Work on a claimed task.
     *
     * @param claim its token
     */
    public RecoveryWork(TaskKey key, long claim) {
        this.key = key;
        this.claim = claim;
    }

    /**
     * The first step.
     *
     * @param nowMillis wall clock
     * @param best the host that can take the machine best; asked only if the planned one cannot
     */
    public Action begin(View view, long nowMillis, Supplier<Optional<HostKey>> best) {
        Task of = view.task();
        RunRecord run = view.run();
        if (of == null || run == null) {
            return new Release("task or machine is gone");
        }
        task = of;
        String name = of.arguments().getOrDefault(Recovery.FROM, "");
        HostState from = view.hosts().of(new HostKey(key.tenant(), name));
        if (!run.on()) {
            return done(of, "not wanted any more");
        }
        if (!run.host().equals(name)) {
            HostKey at = new HostKey(key.tenant(), run.host());
            return view.hosts().of(at).confirmed()
                    ? done(of, "its new host has failed too")
                    : new Seal(of.subject(), at, view.runRevision());
        }
        if (view.moving()) {
            return failed(of, nowMillis, "its migration has not ended", "");
        }
        return from.permit() == 0
                ? new Unpermitted(done(of, "its host is not fenced any more"))
                : give(view, nowMillis, best);
    }

    /** Moves the machine whatever its host's state; for tests that plant a fault. */
    public Action give(View view, long nowMillis, Supplier<Optional<HostKey>> best) {
        Task of = view.task();
        if (of == null) {
            return new Release("the task is gone");
        }
        task = of;
        HostKey to = target(view.hosts(), of, best).orElse(null);
        if (to == null) {
            return failed(of, nowMillis, "no host has room", "");
        }
        HostKey from = new HostKey(key.tenant(), of.arguments().getOrDefault(Recovery.FROM, ""));
        Txn txn =
                Recovery.move(
                        key, claim, view.hosts().of(from), to, of.subject(), view.runRevision());
        Give next = new Give(to, txn);
        giving = next;
        return next;
    }

    /** The host that was planned if it can take the machine, else the best that can. */
    private Optional<HostKey> target(HostTable hosts, Task of, Supplier<Optional<HostKey>> best) {
        HostKey planned = new HostKey(key.tenant(), of.host());
        HostState state = hosts.of(planned);
        return !of.host().isEmpty() && state.online() && state.procedure() == null
                ? Optional.of(planned)
                : best.get();
    }

    /** What came of {@link Give}. */
    public Action given(TxnOutcome outcome, long nowMillis) {
        Task of = task;
        Give was = giving;
        if (of == null || was == null) {
            return new Release("nothing was given");
        }
        return switch (outcome) {
            case TxnOutcome.Committed done -> new Seal(of.subject(), was.to(), done.revision());
            case TxnOutcome.Refused _ -> failed(of, nowMillis, "refused", was.to().name());
            // It may have taken effect: the next claim reads whether it did.
            default -> new Release("it is not known whether it was given");
        };
    }

    /**
     * What came of {@link Seal}.
     *
     * @param problem empty: older runs are refused
     */
    public Action sealed(Seal seal, String problem, long nowMillis) {
        Task of = task;
        if (of == null) {
            return new Release("nothing is being worked on");
        }
        return problem.isEmpty()
                ? new Start(seal.machine(), seal.to(), seal.token())
                : failed(of, nowMillis, problem, "");
    }

    /**
     * What came of {@link Start}.
     *
     * @param problem empty: it runs
     * @param refused whether its host was asked, and said no
     */
    public Action started(Start start, String problem, boolean refused, long nowMillis) {
        Task of = task;
        if (of == null) {
            return new Release("nothing is being worked on");
        }
        return problem.isEmpty()
                ? done(of, "runs on " + start.to().name())
                : refused
                        ? new Finish(TaskQueue.refused(key, of, claim, nowMillis, problem), problem)
                        : failed(of, nowMillis, problem, "");
    }

    private Finish done(Task of, String why) {
        return new Finish(TaskQueue.done(key, of, claim, why), why);
    }

    private Finish failed(Task of, long nowMillis, String why, String elsewhere) {
        return new Finish(TaskQueue.failed(key, of, claim, nowMillis, why, elsewhere), why);
    }
}
