package io.evenkeel.host.driver;

import io.evenkeel.kernel.machine.Reply;
import io.evenkeel.model.tree.Tree;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A driver as who uses it sees it: calls with a deadline, and a process behind them that is started
 * at need, ended when a call does not return, and started again.
 *
 * <p>At a call's deadline the process is asked how far it is. If it answers, and the library was
 * called at least half of the time-out ago, then whom the library asks is silent. If not, it is we
 * who were late, and nothing is known. In both cases the process is killed, and every other call in
 * it ends as unasked. Not in its first seconds, before it has answered anything: a process takes
 * longer to start than some calls may take, and one that is killed for that never does.
 * Thread-safe.
 */
public final class Driver implements AutoCloseable {
    /** Calls under way at once; more end as unasked. */
    static final int MAX_CALLS = 64;

    /** How long a probe may take; with it a call is over within a second after its time-out. */
    private static final long GRACE_MILLIS = 500;

    /** How long a process may take until its first answer, before it is killed for a call. */
    private static final Duration WARM_UP = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(Driver.class);

    private final class Pending {
        final long id;
        final String call;
        final long timeoutMillis;
        final CompletableFuture<Reply<Tree>> reply = new CompletableFuture<>();
        final ScheduledFuture<?> deadline;

        Pending(long id, String call, long timeoutMillis) {
            this.id = id;
            this.call = call;
            this.timeoutMillis = timeoutMillis;
            deadline = clock.schedule(() -> probe(id), timeoutMillis, TimeUnit.MILLISECONDS);
        }

        void end(Reply<Tree> with) {
            deadline.cancel(false);
            // Elsewhere: what hangs on the answer must not keep deadlines or answers waiting.
            var _ = reply.completeAsync(() -> with, Thread::startVirtualThread);
        }
    }

    private final class Events implements DriverProcess.Listener {
        @Override
        public void said(DriverProcess by, Line line) {
            Driver.this.said(by, line);
        }

        @Override
        public void ended(DriverProcess it, String how) {
            Driver.this.ended(it, how);
        }
    }

    private final String name;
    private final List<String> command;
    private final ScheduledExecutorService clock;

    private final Map<Long, Pending> pending = new LinkedHashMap<>();
    private final StartBudget budget = new StartBudget();
    private @Nullable DriverProcess process;

    /** Whether the process has answered a call. */
    private boolean warm;

    /** Whether a call was given up that the process may still answer. */
    private boolean waitedInVain;

    private String lastFault = "";
    private long lastId;
    private long lastUsedNanos = System.nanoTime();
    private boolean closed;

    /**
     * One that has not been started yet.
     *
     * @param name for messages
     * @param command that starts a process which speaks {@link Line} on its standard streams
     * @param clock for deadlines; what runs there is short
     */
    public Driver(String name, List<String> command, ScheduledExecutorService clock) {
        this.name = name;
        this.command = List.copyOf(command);
        this.clock = clock;
    }

    /** Calls; the reply is there at the latest half a second after the time-out. */
    public synchronized CompletableFuture<Reply<Tree>> call(
            String call, Tree arguments, Duration timeout) {
        if (closed) {
            return unasked("it is closed");
        }
        if (pending.size() >= MAX_CALLS) {
            return unasked(MAX_CALLS + " calls are under way");
        }
        lastUsedNanos = System.nanoTime();
        DriverProcess to = process == null ? start() : process;
        if (to == null) {
            return unasked(lastFault);
        }
        Pending one = new Pending(++lastId, call, timeout.toMillis());
        pending.put(one.id, one);
        to.say(new Line.Request(one.id, call, one.timeoutMillis, arguments));
        return one.reply;
    }

    private CompletableFuture<Reply<Tree>> unasked(String why) {
        return CompletableFuture.completedFuture(new Reply.Unasked<>(of(why)));
    }

    private String of(String why) {
        return "driver " + name + ": " + why;
    }

    private @Nullable DriverProcess start() {
        long now = System.nanoTime();
        long wait = budget.waitNanos(now);
        if (wait > 0) {
            if (budget.failures() == 0) {
                lastFault = "it was started too often; again in " + wait / 1_000_000 + " ms";
            }
            return null;
        }
        budget.started(now);
        try {
            DriverProcess started = DriverProcess.start(name, command, new Events());
            process = started;
            warm = false;
            waitedInVain = false;
            var _ =
                    clock.schedule(
                            () -> warmedUp(started), WARM_UP.toMillis(), TimeUnit.MILLISECONDS);
        } catch (IOException e) {
            budget.failed(now);
            lastFault = "it could not be started: " + e.getMessage();
            LOG.warn("{}", of(lastFault));
        }
        return process;
    }

    private synchronized void said(DriverProcess by, Line line) {
        Pending one = by == process ? pending.get(line.id()) : null;
        switch (line) {
            case Line.Answer(long id, Reply<Tree> reply) -> {
                budget.answered();
                warm |= by == process;
                if (one != null) {
                    pending.remove(id);
                    one.end(reply);
                }
            }
            case Line.Asked(long _, long millis) when one != null -> {
                boolean heard = millis * 2 >= one.timeoutMillis;
                hung(
                        one,
                        heard
                                ? new Reply.Silent<>("no answer within " + millis + " ms")
                                : new Reply.Unasked<>(
                                        of(
                                                "was late: of "
                                                        + one.timeoutMillis
                                                        + " ms "
                                                        + Math.max(0, millis)
                                                        + " were left")));
            }
            case Line.Asked _, Line.Probe _, Line.Request _ -> {
                // Of a call that is over, or nothing that a driver says.
            }
        }
    }

    /** A call's deadline: the answer to this decides what to think of it. */
    private synchronized void probe(long id) {
        DriverProcess of = process;
        if (of != null && pending.containsKey(id)) {
            of.say(new Line.Probe(id));
            var _ = clock.schedule(() -> late(id), GRACE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private synchronized void late(long id) {
        Pending one = pending.get(id);
        if (one != null) {
            String why = "it does not even answer itself";
            if (warm) {
                failed(why);
            }
            hung(one, new Reply.Unasked<>(of(why)));
        }
    }

    private void failed(String why) {
        budget.failed(System.nanoTime());
        lastFault = why;
    }

    private synchronized void warmedUp(DriverProcess started) {
        if (started == process && !warm && waitedInVain) {
            failed("it answered nothing within " + WARM_UP.toSeconds() + " s of its start");
            LOG.info("{}", of(lastFault));
            end(lastFault);
        }
    }

    /** Ends the process for the sake of a call, and has the next one started in advance. */
    private void hung(Pending one, Reply<Tree> reply) {
        if (!warm) {
            waitedInVain = true;
            pending.remove(one.id);
            one.end(reply);
            return;
        }
        LOG.info("{}", of(one.call + " did not return in time; its process is killed: " + reply));
        pending.remove(one.id);
        one.end(reply);
        end("it was killed because " + one.call + " did not return");
        if (!closed) {
            var _ = start();
        }
    }

    private void end(String why) {
        if (process != null) {
            process.kill();
            process = null;
        }
        List<Pending> left = new ArrayList<>(pending.values());
        pending.clear();
        left.forEach(each -> each.end(new Reply.Unasked<>(of(why))));
    }

    private synchronized void ended(DriverProcess it, String how) {
        if (it == process) {
            budget.failed(System.nanoTime());
            lastFault = how;
            LOG.warn("{}", of(how));
            end(how);
        }
    }

    /** Ends its process if there was no call for this long and none is under way; says whether. */
    public synchronized boolean endIfIdle(Duration idle) {
        if (!pending.isEmpty() || System.nanoTime() - lastUsedNanos < idle.toNanos()) {
            return false;
        }
        end("idle");
        return true;
    }

    /** The process id, or 0 if none runs now. */
    public synchronized long pid() {
        return process == null ? 0 : process.pid();
    }

    /** Ends its process; calls under way end as unasked. */
    @Override
    public synchronized void close() {
        closed = true;
        end("it is closed");
    }
}
