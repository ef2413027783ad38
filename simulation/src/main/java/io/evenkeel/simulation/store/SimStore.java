package io.evenkeel.simulation.store;

import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.StoreLimits;
import io.evenkeel.kernel.store.StoreState;
import io.evenkeel.kernel.store.WatchBatch;
import io.evenkeel.simulation.time.EventQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * The cluster's store: the kernel's semantics, whoever calls it by whatever way, and who is told of
 * a commit when it happens.
 */
public final class SimStore {
    /** What a store takes to find a lease that is over. */
    private static final long EXPIRY_EVERY = 500_000_000L;

    /**
     * What a backup holds.
     *
     * @param revision of all of it
     * @param entries of that revision
     */
    public record Backup(long revision, List<Entry> entries) {}

    private final EventQueue queue;
    private final List<Consumer<WatchBatch>> commits = new ArrayList<>();
    private final List<StoreWay> ways = new ArrayList<>();
    private StoreState state;
    private long told;
    private boolean stopped;

    /** Number of the history; another one after a restore. */
    private int history;

    /** A store in this state, which nobody else changes from now on. */
    public SimStore(EventQueue queue, StoreState state) {
        this.queue = queue;
        this.state = state;
        this.told = state.revision();
    }

    /** Leases end from now on when their time is over. */
    public void begin() {
        queue.every(EXPIRY_EVERY, this::expire);
    }

    /** As it is now; to be read only. */
    public StoreState state() {
        return state;
    }

    /** Tells of every commit, at once. */
    public void onCommit(Consumer<WatchBatch> listener) {
        commits.add(listener);
    }

    /** A way to it for one process. */
    public StoreWay way(RandomGenerator random) {
        StoreWay way = new StoreWay(queue, random, this);
        ways.add(way);
        return way;
    }

    /** The process of that way is gone. */
    void forget(StoreWay way) {
        ways.remove(way);
    }

    int history() {
        return history;
    }

    /** Carries out a call that has arrived. */
    public <T> T apply(Function<StoreState, T> operation) {
        T outcome = operation.apply(state);
        tell();
        return outcome;
    }

    private void tell() {
        if (told == state.revision()) {
            return;
        }
        while (told < state.revision()) {
            WatchBatch batch = state.batch(++told);
            commits.forEach(listener -> listener.accept(batch));
        }
        ways.forEach(StoreWay::changed);
    }

    /**
     * Stops, or goes on. While it is stopped no lease ends, and all have their whole time again
     * when it goes on: as etcd does when it elects a leader.
     */
    public void stopped(boolean value) {
        stopped = value;
        if (!value) {
            for (Entry entry : List.copyOf(state.entries())) {
                if (entry.leaseId() != 0) {
                    state.keepAlive(queue.nowNanos(), entry.leaseId());
                }
            }
        }
        ways.forEach(StoreWay::changed);
    }

    boolean isStopped() {
        return stopped;
    }

    private void expire() {
        if (stopped) {
            return;
        }
        long now = queue.nowNanos();
        for (long lease = state.expired(now); lease != 0; lease = state.expired(now)) {
            state.revoke(lease);
            tell();
        }
    }

    /** Forgets all history. */
    public void compact() {
        state.compact(state.revision());
    }

    /** A backup of now. */
    public Backup backup() {
        return new Backup(state.revision(), List.copyOf(state.entries()));
    }

    /**
     * Goes back to a backup: its keys, its revision, its leases with their whole time again. Lease
     * ids are never given twice, as etcd draws them from 64 bits.
     *
     * @param ttl of every lease in it
     */
    public void restore(Backup backup, Duration ttl) {
        TreeSet<Long> leases = new TreeSet<>();
        backup.entries().stream()
                .map(Entry::leaseId)
                .filter(lease -> lease != 0)
                .forEach(leases::add);
        state =
                StoreState.restore(
                        StoreLimits.DEFAULT,
                        backup.revision(),
                        backup.entries(),
                        leases.stream()
                                .map(id -> new StoreState.LeaseRecord(id, ttl.toNanos()))
                                .toList(),
                        state.lastLeaseId(),
                        queue.nowNanos());
        told = state.revision();
        history++;
        ways.forEach(StoreWay::changed);
    }
}
