package io.evenkeel.store.embedded;

import io.evenkeel.kernel.store.CompactOutcome;
import io.evenkeel.kernel.store.LeaseOutcome;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.Rejected;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.store.Watch;
import io.evenkeel.kernel.store.WatchListener;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The store of one machine. A call decides on the in-memory {@link
 * io.evenkeel.kernel.store.StoreState} under one lock, queues what was decided for the one flusher
 * thread, and is answered when everything it saw or did is on disk. While the flusher waits for the
 * disk, further calls gather into the next group, and ranges are answered from what is on disk.
 *
 * <p>When the disk fails, the calls that waited for it are answered {@link
 * io.evenkeel.kernel.store.Unknown}, the state goes back to what was acknowledged, and from then on
 * the store only reads: nothing acknowledged is lost, and nothing is acknowledged that might be.
 * When the disk is merely nearly full, writes are rejected until there is space again.
 *
 * <p>History begins anew at every start, so a watch that goes on from before a restart is answered
 * RESYNC; and every lease has its whole ttl again.
 *
 * <p>Thread-safe. Time is {@link System#nanoTime}.
 */
public final class EmbeddedStore implements Store {
    private static final String DATA = "store.mv";

    private final CommitQueue queue;
    private final Thread flusher;

    /**
     * Opens the store, creating it if the directory is empty.
     *
     * @throws StoreOpenException if that cannot be done, saying what to do
     */
    public static EmbeddedStore open(EmbeddedConfig config) {
        DirectoryLock held = DirectoryLock.take(config.directory());
        try {
            String data = config.directory().resolve(DATA).toString();
            String mark = config.directory().resolve("acknowledged").toString();
            return new EmbeddedStore(config, held, data, mark, System::nanoTime);
        } catch (RuntimeException e) {
            held.close();
            throw e;
        }
    }

    /** Whether there is a store in this directory, open or not. */
    public static boolean isIn(Path directory) {
        return Files.exists(directory.resolve(DATA));
    }

    /** Over any of MVStore's file layers, without a lock on the directory. */
    static EmbeddedStore open(
            EmbeddedConfig config, String dataFile, String markFile, LongSupplier clock) {
        return new EmbeddedStore(config, null, dataFile, markFile, clock);
    }

    private EmbeddedStore(
            EmbeddedConfig config,
            @Nullable DirectoryLock directoryLock,
            String dataFile,
            String markFile,
            LongSupplier clock) {
        MvFile file =
                MvFile.open(
                        config.directory().toString(),
                        dataFile,
                        markFile,
                        config.retentionMillis(),
                        config.acceptLoss(),
                        directoryLock == null ? () -> {} : directoryLock::syncDirectory);
        this.queue = new CommitQueue(config, clock, file.load(config.limits(), clock.getAsLong()));
        this.flusher = new Thread(new Flusher(config, queue, file, directoryLock), "store-flusher");
        flusher.setDaemon(true);
        flusher.start();
    }

    @Override
    public RangeResult range(RangeQuery query, Duration deadline) {
        long endNanos = end(deadline);
        queue.lock.lock();
        try {
            if (queue.closing()) {
                return CommitQueue.closed();
            }
            if (query.revision() <= queue.durableRevision()) {
                return durable(query);
            }
            RangeResult result = queue.state().range(query);
            return result instanceof RangeResult.Range && !queue.settled(queue.decided(), endNanos)
                    ? queue.unknown()
                    : result;
        } finally {
            queue.lock.unlock();
        }
    }

    /**
     * What is on disk answers at once, however slow the disk is: nobody has been told of anything
     * later, so that it isn't the store's revision yet either.
     */
    private RangeResult durable(RangeQuery query) {
        long revision = queue.durableRevision();
        RangeResult result =
                queue.state().range(query.revision() == 0 ? query.at(revision) : query);
        return result instanceof RangeResult.Range range
                ? new RangeResult.Range(range.entries(), range.count(), range.more(), revision)
                : result;
    }

    @Override
    public TxnOutcome txn(Txn txn, Duration deadline) {
        long endNanos = end(deadline);
        queue.lock.lock();
        try {
            Rejected rejected =
                    writes(txn)
                            ? queue.notWritable()
                            : queue.closing() ? CommitQueue.closed() : null;
            if (rejected != null) {
                return rejected;
            }
            long before = queue.state().revision();
            TxnOutcome outcome = queue.state().txn(txn);
            if (outcome instanceof Rejected) {
                return outcome;
            }
            if (queue.state().revision() > before) {
                queue.enqueueNewest();
            }
            return queue.settled(queue.decided(), endNanos) ? outcome : queue.unknown();
        } finally {
            queue.lock.unlock();
        }
    }

    @Override
    public LeaseOutcome grant(Duration ttl, Duration deadline) {
        return lease(
                deadline,
                () -> {
                    LeaseOutcome outcome = queue.state().grant(queue.nowNanos(), ttl);
                    if (outcome instanceof LeaseOutcome.Held held) {
                        queue.enqueue(new Write.LeaseGranted(held.leaseId(), ttl.toNanos()));
                    }
                    return outcome;
                });
    }

    @Override
    public LeaseOutcome keepAlive(long leaseId, Duration deadline) {
        queue.lock.lock();
        try {
            // Nothing to write, so a disk that is merely full does not end leases.
            Rejected rejected = queue.closing() || queue.failed() ? queue.notWritable() : null;
            return rejected != null ? rejected : queue.state().keepAlive(queue.nowNanos(), leaseId);
        } finally {
            queue.lock.unlock();
        }
    }

    @Override
    public LeaseOutcome revoke(long leaseId, Duration deadline) {
        return lease(
                deadline,
                () -> {
                    queue.endLease(leaseId);
                    return new LeaseOutcome.Gone(leaseId);
                });
    }

    private LeaseOutcome lease(Duration deadline, Supplier<LeaseOutcome> call) {
        long endNanos = end(deadline);
        queue.lock.lock();
        try {
            Rejected rejected = queue.notWritable();
            if (rejected != null) {
                return rejected;
            }
            LeaseOutcome outcome = call.get();
            return outcome instanceof Rejected || queue.settled(queue.decided(), endNanos)
                    ? outcome
                    : queue.unknown();
        } finally {
            queue.lock.unlock();
        }
    }

    @Override
    public CompactOutcome compact(long revision, Duration deadline) {
        queue.lock.lock();
        try {
            return queue.closing()
                    ? CommitQueue.closed()
                    : queue.state().compact(Math.min(revision, queue.durableRevision()));
        } finally {
            queue.lock.unlock();
        }
    }

    @Override
    public Watch watch(String prefix, long fromRevision, WatchListener listener) {
        queue.lock.lock();
        try {
            long from = fromRevision > 0 ? fromRevision : queue.durableRevision() + 1;
            WatchPump pump = new WatchPump(queue, prefix, from, listener);
            Thread.ofVirtual().name("store-watch " + prefix).start(pump);
            return pump;
        } finally {
            queue.lock.unlock();
        }
    }

    /** Ends watches, makes durable what is queued, and lets go of the directory. Idempotent. */
    @Override
    public void close() {
        queue.close();
        boolean interrupted = false;
        while (flusher.isAlive()) {
            try {
                flusher.join();
            } catch (InterruptedException e) {
                interrupted = true; // the file has to be closed first
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean writes(Txn txn) {
        for (Op op : txn.ops()) {
            if (!(op instanceof Op.Read)) {
                return true;
            }
        }
        return false;
    }

    private static long end(Duration deadline) {
        return System.nanoTime() + deadline.toNanos();
    }
}
