package io.evenkeel.simulation.hosts;

import io.evenkeel.kernel.failover.HostTable;
import io.evenkeel.kernel.failover.Recovery;
import io.evenkeel.kernel.failover.RecoveryWork;
import io.evenkeel.kernel.failover.RunRecord;
import io.evenkeel.kernel.placement.Guest;
import io.evenkeel.kernel.placement.Placed;
import io.evenkeel.kernel.placement.Placement;
import io.evenkeel.kernel.placement.PlacementSettings;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.LeaseOutcome;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.task.Batch;
import io.evenkeel.kernel.task.Task;
import io.evenkeel.kernel.task.TaskKey;
import io.evenkeel.kernel.task.TaskQueue;
import io.evenkeel.kernel.task.TaskTable;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Stored;
import io.evenkeel.simulation.control.Contender;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The part of a control that works on tasks: claims one, gives the machine to its new host, seals
 * its disk, starts it. Each step is a call that may be lost, and between any two the process may be
 * stopped or killed.
 */
final class SimWorker {
    private static final long MILLI = 1_000_000L;
    private static final int PLACES = 2;
    private static final Duration LEASE = Duration.ofSeconds(5);

    private final SimControl control;
    private final HostWorld world;
    private @Nullable Work work;
    private long nextNanos;

    /** One claim. */
    private static final class Work {
        final long lease;
        final TaskKey key;
        long token;
        long renewNanos;
        @Nullable RecoveryWork steps;

        Work(long lease, TaskKey key, long nowNanos) {
            this.lease = lease;
            this.key = key;
            this.renewNanos = nowNanos;
        }
    }

    /** What the store says at one revision. */
    private record Reading(TaskTable tasks, HostTable hosts, RangeResult.Range range) {
        @Nullable Entry entry(String key) {
            for (Entry entry : range.entries()) {
                if (entry.key().equals(key)) {
                    return entry;
                }
            }
            return null;
        }
    }

    SimWorker(SimControl control) {
        this.control = control;
        this.world = control.world;
    }

    void turn() {
        long now = control.process.clock();
        Work mine = work;
        if (mine != null) {
            if (now - mine.renewNanos >= 1_500 * MILLI) {
                mine.renewNanos = now;
                control.way.<LeaseOutcome>call(
                        store -> store.keepAlive(world.queue.nowNanos(), mine.lease),
                        Contender.LOST,
                        _ -> {});
            }
        } else if (now - nextNanos >= 0 && world.tasksWait()) {
            nextNanos = now + 1_000 * MILLI;
            read(reading -> claim(reading, now / MILLI));
        }
    }

    private void read(Consumer<Reading> then) {
        control.way.<RangeResult>call(
                store -> store.range(RangeQuery.prefix(Keys.ROOT)),
                Contender.LOST,
                result ->
                        control.process.happens(() -> {
                            if (result instanceof RangeResult.Range range) {
                                TaskTable tasks = new TaskTable();
                                tasks.load(range.entries());
                                HostTable hosts = new HostTable();
                                hosts.load(range.revision(), range.entries());
                                then.accept(new Reading(tasks, hosts, range));
                            } else {
                                giveUp();
                            }
                        }));
    }

    private void commit(Txn txn, Consumer<TxnOutcome> then) {
        control.way.<TxnOutcome>call(
                store -> store.txn(txn),
                Contender.LOST,
                outcome -> control.process.happens(() -> then.accept(outcome)));
    }

    private void giveUp() {
        Work mine = work;
        work = null;
        if (mine != null) {
            control.way.<LeaseOutcome>call(
                    store -> {
                        store.revoke(mine.lease);
                        return new LeaseOutcome.Gone(mine.lease);
                    },
                    Contender.LOST,
                    _ -> {});
        }
    }

    // Planning

    /** Puts the tasks of a fenced host's machines into the store. */
    void plan(HostKey from, long token, Consumer<Boolean> done) {
        read(reading -> {
            List<Guest> guests = world.guestsOf(from, reading.range());
            List<Placed> placed =
                    new Placement(PlacementSettings.DEFAULT, world.figures(reading.hosts()))
                            .place(guests);
            SortedMap<String, Task> tasks = Recovery.tasks(from, placed);
            Batch batch =
                    new Batch(
                            Recovery.RECOVER_HOST,
                            from.name(),
                            control.process.clock() / MILLI,
                            tasks.size(),
                            false);
            String name = Recovery.batch(from, token);
            List<Txn> txns = TaskQueue.create(reading.tasks(), from.tenant(), name, batch, tasks);
            create(txns, 0, done);
        });
    }

    private void create(List<Txn> txns, int next, Consumer<Boolean> done) {
        if (next == txns.size()) {
            done.accept(true);
        } else {
            commit(
                    txns.get(next),
                    outcome -> {
                        if (outcome instanceof TxnOutcome.Committed) {
                            create(txns, next + 1, done);
                        }
                    });
        }
    }

    // One task, step by step

    private void claim(Reading reading, long nowMillis) {
        List<TaskKey> claimable = TaskQueue.claimable(reading.tasks(), nowMillis, PLACES, 1);
        if (claimable.isEmpty() || work != null) {
            return;
        }
        TaskKey key = claimable.getFirst();
        control.way.<LeaseOutcome>call(
                store -> store.grant(world.queue.nowNanos(), LEASE),
                Contender.LOST,
                outcome ->
                        control.process.happens(() -> {
                            if (outcome instanceof LeaseOutcome.Held held && work == null) {
                                claim(reading, nowMillis, key, held.leaseId());
                            }
                        }));
    }

    private void claim(Reading reading, long nowMillis, TaskKey key, long lease) {
        Txn txn = TaskQueue.claim(reading.tasks(), nowMillis, PLACES, key, control.name, lease);
        if (txn == null) {
            return;
        }
        Work mine = new Work(lease, key, control.process.clock());
        work = mine;
        commit(
                txn,
                outcome -> {
                    if (outcome instanceof TxnOutcome.Committed done) {
                        mine.token = done.revision();
                        world.line(control.name + " claims " + key.name());
                        read(this::begin);
                    } else {
                        giveUp();
                    }
                });
    }

    private void begin(Reading reading) {
        Work mine = work;
        if (mine == null) {
            return;
        }
        TaskTable.Known known = reading.tasks().task(mine.key);
        Entry entry = reading.entry(RunRecord.key("default", mine.key.name()));
        RunRecord run =
                entry == null
                        ? null
                        : Stored.read(entry.value().toBytes(), RunRecord.class).orElseThrow();
        RecoveryWork.View view =
                new RecoveryWork.View(
                        reading.hosts(),
                        known == null ? null : known.task(),
                        run,
                        entry == null ? 0 : entry.modRevision(),
                        false);
        RecoveryWork steps = new RecoveryWork(mine.key, mine.token);
        mine.steps = steps;
        RecoveryWork.Action first = steps.begin(view, millis(), () -> best(reading, mine));
        carryOut(
                first instanceof RecoveryWork.Unpermitted && !world.joints.waitsForFence()
                        ? steps.give(view, millis(), () -> best(reading, mine))
                        : first);
    }

    private void carryOut(RecoveryWork.Action action) {
        Work mine = work;
        RecoveryWork steps = mine == null ? null : mine.steps;
        if (steps == null) {
            return;
        }
        switch (action) {
            case RecoveryWork.Give(HostKey _, Txn txn) ->
                    commit(txn, outcome -> carryOut(steps.given(outcome, millis())));
            case RecoveryWork.Seal seal -> seal(steps, seal);
            case RecoveryWork.Start start -> start(steps, start);
            case RecoveryWork.Unpermitted(RecoveryWork.Finish finish) -> carryOut(finish);
            case RecoveryWork.Finish(Txn txn, String _) -> commit(txn, _ -> giveUp());
            case RecoveryWork.Release _ -> giveUp();
        }
    }

    private long millis() {
        return control.process.clock() / MILLI;
    }

    private Optional<HostKey> best(Reading reading, Work mine) {
        return new Placement(PlacementSettings.DEFAULT, world.figures(reading.hosts()))
                .place(List.of(world.guest(mine.key.name())))
                .getFirst()
                .host();
    }

    private void seal(RecoveryWork steps, RecoveryWork.Seal seal) {
        send(() -> {
            boolean reached = !control.storageCut;
            if (reached) {
                world.storage.seal(seal.machine(), seal.token());
            }
            String problem = reached ? "" : "the storage does not answer";
            control.process.happens(() -> carryOut(steps.sealed(seal, problem, millis())));
        });
    }

    private void start(RecoveryWork steps, RecoveryWork.Start start) {
        SimHost host = world.host(start.to());
        boolean lost = world.chance(3);
        world.line(control.name + " starts " + start.machine() + " on " + start.to().name());
        send(() -> {
            boolean reached = !control.managementCut && host.libvirtAnswers();
            boolean runs = reached && world.start(host, start.machine(), start.token());
            String problem = runs && !lost ? "" : "not known to run";
            control.process.happens(() -> carryOut(steps.started(start, problem, false, millis())));
        });
    }

    /** Between the decision and the call the process may be stopped; what is sent arrives. */
    private void send(Runnable arrives) {
        world.queue.after(
                MILLI,
                () ->
                        control.process.happens(
                                () -> world.queue.after(world.some(500 * MILLI), arrives)));
    }
}
