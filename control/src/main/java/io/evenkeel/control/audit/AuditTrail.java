package io.evenkeel.control.audit;

import io.evenkeel.control.leader.Duty;
import io.evenkeel.control.registry.ReachedRevision;
import io.evenkeel.control.registry.StoreFollower;
import io.evenkeel.kernel.decision.AuditEntry;
import io.evenkeel.kernel.decision.AuditIndex;
import io.evenkeel.kernel.decision.AuditIndex.Place;
import io.evenkeel.kernel.decision.AuditRetention;
import io.evenkeel.kernel.store.Change;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.StoreLimits;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.store.WatchBatch;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Source;
import io.evenkeel.model.Stored;
import io.evenkeel.model.tree.Bound;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the audit entries in the store: knows their order without their contents, so that a page
 * costs what is on it, and what of it is beyond {@link AuditRetention}. Thread-safe.
 */
public final class AuditTrail implements AutoCloseable {
    /** Behind which everything is. */
    public static final Place LATEST = new Place(Long.MAX_VALUE, "");

    private static final Logger LOG = LoggerFactory.getLogger(AuditTrail.class);

    private static final String PREFIX = Keys.prefix(Keys.Area.AUDIT);
    private static final String LINK = Source.LINK.name().toLowerCase(Locale.ROOT);
    private static final Duration DEADLINE = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final AuditIndex index;
    private final StoreFollower follower;

    private final ReentrantLock lock = new ReentrantLock();
    private final ReachedRevision reached = new ReachedRevision();

    private AuditTrail(Store store, AuditRetention retention) {
        this.index = new AuditIndex(retention);
        this.follower =
                new StoreFollower("audit-trail", store, DEADLINE, List.of(PREFIX), new Entries());
    }

    /** Starts on an open store, which stays the caller's. */
    public static AuditTrail start(Store store, AuditRetention retention) {
        AuditTrail trail = new AuditTrail(store, retention);
        trail.follower.start();
        return trail;
    }

    /**
     * Where the latest entries are, the latest first; waits a moment until everything up to a
     * revision is known.
     *
     * @param before entries behind this one
     * @param wanted which objects', by their key {@code audit/KIND/TENANT/NAME}
     */
    public List<Place> page(long revision, Place before, Predicate<String> wanted, int most)
            throws InterruptedException {
        reached.await(revision, PATIENCE);
        lock.lockInterruptibly();
        try {
            return index.page(before, wanted, most);
        } finally {
            lock.unlock();
        }
    }

    /** The same of one object. */
    public List<Place> pageOf(long revision, String object, Place before, int most)
            throws InterruptedException {
        reached.await(revision, PATIENCE);
        lock.lockInterruptibly();
        try {
            return index.pageOf(object, before, most);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        follower.close();
        reached.close();
    }

    private final class Entries implements StoreFollower.Reader {
        private final List<Entry> read = new ArrayList<>();

        @Override
        public void begins() {
            read.clear();
        }

        @Override
        public void page(List<Entry> entries) {
            read.addAll(entries);
        }

        @Override
        public void whole(long at) {
            lock.lock();
            try {
                index.clear();
                read.forEach(AuditTrail.this::add);
                read.clear();
            } finally {
                lock.unlock();
            }
            reached.reach(at);
        }

        @Override
        public void batch(WatchBatch batch) {
            lock.lock();
            try {
                for (Change change : batch.changes()) {
                    if (change.key().startsWith(PREFIX)) {
                        switch (change) {
                            case Change.Put put -> add(put.entry());
                            case Change.Delete delete -> index.remove(delete.key());
                        }
                    }
                }
            } finally {
                lock.unlock();
            }
            reached.reach(batch.revision());
        }
    }

    private void add(Entry entry) {
        Place place = new Place(entry.modRevision(), entry.key());
        if (Stored.read(entry.value().toBytes(), AuditEntry.class)
                instanceof Bound.Good<AuditEntry>(AuditEntry audit)) {
            index.add(place, audit.source().equals(LINK), audit.atMillis());
        } else {
            LOG.error("audit entry {} cannot be read", entry.key());
        }
    }

    /**
     * Begins to delete what is beyond the retention.
     *
     * @param store to delete from; stays the caller's
     * @param every time between two looks
     */
    public Duty.Running prune(Store store, Duration every, InstantSource clock) {
        Thread pruner =
                Thread.ofVirtual()
                        .name("audit-pruner")
                        .start(() -> prune(store, every.toNanos(), clock));
        return pruner::interrupt;
    }

    private void prune(Store store, long everyNanos, InstantSource clock) {
        try {
            while (true) {
                TimeUnit.NANOSECONDS.sleep(everyNanos);
                try {
                    boolean more = true;
                    while (more) {
                        more = pruneSome(store, clock.millis());
                    }
                } catch (RuntimeException e) {
                    LOG.error("pruning the audit trail failed; it goes on at the next look", e);
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("the audit trail is no longer pruned");
        }
    }

    /** Deletes as many as a txn takes; whether there may be more. */
    private boolean pruneSome(Store store, long nowMillis) throws InterruptedException {
        int most = StoreLimits.DEFAULT.opsPerTxn();
        List<String> surplus;
        lock.lockInterruptibly();
        try {
            surplus = index.surplus(nowMillis, most);
        } finally {
            lock.unlock();
        }
        if (surplus.isEmpty()) {
            return false;
        }
        Op[] ops = surplus.stream().map(Op::delete).toArray(Op[]::new);
        if (!(store.txn(Txn.of(ops), DEADLINE) instanceof TxnOutcome.Committed done)) {
            return false;
        }
        reached.await(done.revision(), PATIENCE);
        return surplus.size() == most;
    }
}
