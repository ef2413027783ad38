package io.evenkeel.control.machines;

import io.evenkeel.control.failover.RecoveryCarrier;
import io.evenkeel.control.registry.ImageFeed;
import io.evenkeel.control.registry.StoreFollower;
import io.evenkeel.control.registry.WholeReading;
import io.evenkeel.kernel.failover.Recovery;
import io.evenkeel.kernel.machine.Hypervisor;
import io.evenkeel.kernel.machine.MachineKey;
import io.evenkeel.kernel.machine.MachineWork;
import io.evenkeel.kernel.machine.MigrationTasks;
import io.evenkeel.kernel.machine.PowerTasks;
import io.evenkeel.kernel.machine.Reply;
import io.evenkeel.kernel.machine.RunTable;
import io.evenkeel.kernel.machine.Storages;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.LeaseOutcome;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.store.WatchBatch;
import io.evenkeel.kernel.task.Task;
import io.evenkeel.kernel.task.TaskKey;
import io.evenkeel.kernel.task.TaskQueue;
import io.evenkeel.kernel.task.TaskTable;
import io.evenkeel.model.HostKey;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claims tasks on machines (power, recoveries, migrations) and carries them out, whoever leads. One
 * virtual thread claims, another works on each claim and keeps its lease; there are no more of them
 * than settings say. A process that dies, or is stopped for longer than the lease, loses its claims
 * to others.
 */
public final class MachineWorkers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MachineWorkers.class);
    private static final Duration DEADLINE = Duration.ofSeconds(3);

    /** Of a claim. */
    private static final Duration LEASE = Duration.ofSeconds(15);

    /** Between two looks when nothing wakes it: pauses between attempts end by the clock. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    private static final int MOST = 16;

    private final String name;
    private final Store store;
    private final ImageFeed feed;
    private final Hypervisor hypervisor;
    private final RecoveryCarrier recoveries;
    private final MigrationCarrier migrations;
    private final Shutdown shutdown;
    private final OpenDisks disks;
    private final DiskMaking making;
    private final MachineSettings settings;
    private final InstantSource clock;
    private final LongSupplier nanos;
    private final StoreFollower follower;
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();

    /** Guarded by the lock, as are the next three. */
    private final TaskTable tasks = new TaskTable();

    private final RunTable runs = new RunTable();
    private final Set<TaskKey> working = new HashSet<>();
    private boolean woken;
    private volatile boolean closed;

    private MachineWorkers(
            String name,
            Store store,
            ImageFeed feed,
            Hypervisor hypervisor,
            Storages storages,
            MachineSettings settings,
            InstantSource clock,
            LongSupplier nanos) {
        this.name = name;
        this.store = store;
        this.feed = feed;
        this.hypervisor = hypervisor;
        making = new DiskMaking(store, feed::image, storages, settings.start());
        recoveries =
                new RecoveryCarrier(
                        store,
                        feed::image,
                        hypervisor,
                        storages,
                        making::problem,
                        settings.pollTimeout(),
                        settings.start(),
                        settings.placement(),
                        clock);
        shutdown = new Shutdown(hypervisor, settings, () -> closed);
        migrations =
                new MigrationCarrier(store, feed::image, hypervisor, shutdown, settings, clock);
        disks = new OpenDisks(feed::image, hypervisor, storages, settings.pollTimeout());
        this.settings = settings;
        this.clock = clock;
        this.nanos = nanos;
        List<String> prefixes = new ArrayList<>(TaskTable.prefixes());
        prefixes.add(RunTable.prefix());
        follower = new StoreFollower("machine-workers", store, DEADLINE, prefixes, new Reader());
        thread = Thread.ofVirtual().name("machine-workers").unstarted(this::run);
    }

    /**
     * Starts; everything given stays the caller's.
     *
     * @param name of this process, for claims
     * @param nanos monotonic, nanoseconds: by it a worker knows how long its claims last
     */
    public static MachineWorkers start(
            String name,
            Store store,
            ImageFeed feed,
            Hypervisor hypervisor,
            Storages storages,
            MachineSettings settings,
            InstantSource clock,
            LongSupplier nanos) {
        MachineWorkers workers =
                new MachineWorkers(name, store, feed, hypervisor, storages, settings, clock, nanos);
        workers.follower.start();
        workers.thread.start();
        return workers;
    }

    @Override
    public void close() {
        closed = true;
        follower.close();
        thread.interrupt();
    }

    private final class Reader extends WholeReading {
        @Override
        protected void read(List<Entry> entries, long revision) {
            locked(() -> {
                tasks.load(entries);
                runs.load(entries);
            });
        }

        @Override
        public void batch(WatchBatch batch) {
            locked(() -> {
                tasks.apply(batch);
                runs.apply(batch);
            });
        }
    }

    private void locked(Runnable what) {
        lock.lock();
        try {
            what.run();
            woken = true;
            news.signal();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            while (!closed) {
                try {
                    for (TaskKey key : claimable()) {
                        claim(key);
                    }
                } catch (RuntimeException e) {
                    LOG.error("claiming tasks failed; it is tried again", e);
                }
                await();
            }
        } catch (InterruptedException e) {
            LOG.debug("{} works on machines no longer", name);
        }
    }

    private List<TaskKey> claimable() {
        lock.lock();
        try {
            woken = false;
            int free = MOST - working.size();
            return free <= 0
                    ? List.of()
                    : TaskQueue.claimable(tasks, clock.millis(), settings.places(), free).stream()
                            .filter(key -> !working.contains(key) && isOurs(key))
                            .toList();
        } finally {
            lock.unlock();
        }
    }

    private boolean isOurs(TaskKey key) {
        TaskTable.Known known = tasks.task(key);
        return known != null
                && (PowerTasks.isOne(known.task())
                        || Recovery.isOne(known.task())
                        || MigrationTasks.isOne(known.task()));
    }

    private void claim(TaskKey key) {
        long asked = nanos.getAsLong();
        if (!(store.grant(LEASE, DEADLINE) instanceof LeaseOutcome.Held held)) {
            return;
        }
        Claimed claimed = claimed(key, held.leaseId(), asked);
        if (claimed == null) {
            store.revoke(held.leaseId(), DEADLINE);
            return;
        }
        locked(() -> working.add(key));
        var ignored = Thread.ofVirtual().name("machine-task").start(() -> work(claimed));
    }

    /** A task that is this process's to work on, by a lease that was asked for at that time. */
    private record Claimed(TaskKey key, Task task, long token, long lease, long askedNanos) {}

    private @Nullable Claimed claimed(TaskKey key, long lease, long askedNanos) {
        long now = clock.millis();
        Txn txn;
        TaskTable.Known known;
        lock.lock();
        try {
            known = tasks.task(key);
            txn = TaskQueue.claim(tasks, now, settings.places(), key, name, lease);
        } finally {
            lock.unlock();
        }
        if (txn == null || known == null) {
            return null;
        }
        // An unknown outcome is not taken up: the lease is revoked, and the task claimed again.
        return store.txn(txn, DEADLINE) instanceof TxnOutcome.Committed committed
                ? new Claimed(
                        key,
                        TaskQueue.claimed(known.task(), now, name),
                        committed.revision(),
                        lease,
                        askedNanos)
                : null;
    }

    private void work(Claimed claimed) {
        LeaseKeeper keeper =
                LeaseKeeper.start(store, claimed.lease(), LEASE, claimed.askedNanos(), nanos);
        try {
            if (Recovery.isOne(claimed.task())) {
                String end = recoveries.carryOut(claimed.key(), claimed.token(), keeper::late);
                LOG.info("task {}: {}", claimed.key(), end);
            } else if (MigrationTasks.isOne(claimed.task())) {
                String end =
                        migrations.carryOut(
                                claimed.key(), claimed.task(), claimed.token(), keeper::late);
                LOG.info("task {}: {}", claimed.key(), end);
            } else {
                finish(claimed, carryOut(claimed, keeper));
            }
        } catch (RuntimeException e) {
            LOG.error("task {} failed; it is claimed again", claimed.key(), e);
        } finally {
            keeper.close();
            store.revoke(claimed.lease(), DEADLINE);
            locked(() -> working.remove(claimed.key()));
        }
    }

    /** How an attempt ended. */
    private record Result(boolean done, boolean refused, String detail) {
        static Result later(String why) {
            return new Result(false, false, why);
        }
    }

    private void finish(Claimed claimed, Result result) {
        TxnOutcome outcome = store.txn(end(claimed, result), DEADLINE);
        if (!(outcome instanceof TxnOutcome.Committed)) {
            LOG.warn("task {}: {}; it is claimed again", claimed.key(), outcome);
        }
    }

    private Txn end(Claimed claimed, Result result) {
        LOG.info(
                "task {}: {}{}",
                claimed.key(),
                result.done() ? "" : "to be tried again: ",
                result.detail());
        TaskKey key = claimed.key();
        Task task = claimed.task();
        if (result.done()) {
            return TaskQueue.done(key, task, claimed.token(), result.detail());
        }
        long now = clock.millis();
        return result.refused()
                ? TaskQueue.refused(key, task, claimed.token(), now, result.detail())
                : TaskQueue.failed(key, task, claimed.token(), now, result.detail(), "");
    }

    private Result carryOut(Claimed claimed, LeaseKeeper keeper) {
        MachineKey machine = new MachineKey(claimed.key().tenant(), claimed.task().subject());
        RunTable.Run run;
        lock.lock();
        try {
            run = runs.of(machine);
        } finally {
            lock.unlock();
        }
        return switch (MachineWork.step(machine, claimed.task(), run, feed.image())) {
            case MachineWork.Over(String why) -> new Result(true, false, why);
            case MachineWork.NotNow(String why) -> Result.later(why);
            case MachineWork.Start(String uri, String xml) ->
                    start(machine, run, uri, xml, claimed, keeper);
            case MachineWork.Stop(String uri, String machineName) ->
                    result(shutdown.carryOut(uri, machineName), how -> how);
            case MachineWork.Remove(String uri, String machineName) ->
                    result(
                            hypervisor.destroy(uri, machineName, settings.start()).join(),
                            _ -> "is not there any more");
        };
    }

    private Result start(
            MachineKey machine,
            RunTable.@Nullable Run run,
            String uri,
            String xml,
            Claimed claimed,
            LeaseKeeper keeper) {
        String on = run == null ? "" : run.record().host();
        String problem = disks.problem(machine, new HostKey(machine.tenant(), on));
        if (problem.isEmpty()) {
            problem = making.problem(machine, claimed.key(), claimed.token());
        }
        if (problem.isEmpty() && !isCurrent(machine, run)) {
            problem = "its record has changed meanwhile";
        }
        if (problem.isEmpty()) {
            problem = keeper.late();
        }
        return problem.isEmpty()
                ? result(
                        hypervisor.start(uri, xml, settings.start()).join(),
                        domain -> "is " + domain.power() + " under token " + domain.token())
                : Result.later(problem);
    }

    /** To make a disk may take long. */
    private boolean isCurrent(MachineKey machine, RunTable.@Nullable Run run) {
        lock.lock();
        try {
            RunTable.Run now = runs.of(machine);
            return run != null && now != null && now.token() == run.token();
        } finally {
            lock.unlock();
        }
    }

    private static <T> Result result(Reply<T> reply, Function<T, String> done) {
        return reply instanceof Reply.Done<T>(T value)
                ? new Result(true, false, done.apply(value))
                : new Result(false, reply instanceof Reply.Refused, reply.problem());
    }

    private void await() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = LOOK.toNanos();
            while (!woken && left > 0) {
                left = news.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }
}
