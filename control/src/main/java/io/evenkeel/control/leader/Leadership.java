package io.evenkeel.control.leader;

import io.evenkeel.kernel.election.ControlRecord;
import io.evenkeel.kernel.election.Election;
import io.evenkeel.kernel.election.ElectionAction;
import io.evenkeel.kernel.election.LeaderRecord;
import io.evenkeel.kernel.election.Term;
import io.evenkeel.kernel.election.TermedStore;
import io.evenkeel.kernel.observe.MetricFamily;
import io.evenkeel.kernel.store.Change;
import io.evenkeel.kernel.store.LeaseOutcome;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.kernel.store.Watch;
import io.evenkeel.kernel.store.WatchBatch;
import io.evenkeel.kernel.store.WatchEnd;
import io.evenkeel.kernel.store.WatchListener;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Stored;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs {@link Election} for this process: one virtual thread keeps the lease and the lock, another
 * takes the duties up and lays them down, so that a duty that is slow to end costs no lease. A lock
 * that goes is heard of by a watch; the time after which a candidate looks by itself is for a watch
 * that is late. Thread-safe.
 */
public final class Leadership implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);

    /** Wait before the lock is watched again after a watch ended. */
    private static final long REWATCH_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private record Held(Term term, long untilNanos) {}

    private final Store store;
    private final ElectionSettings settings;
    private final List<Duty> duties;
    private final Election election;
    private final String lockKey;
    private final Value announcement;

    /** The lease under which the others know of this process; the candidate's thread. */
    private long announcedUnder;

    private final Duration callDeadline;
    private final Thread candidate;
    private final Thread worker;
    private final LongAdder terms = new LongAdder();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();

    /** Revisions at which the lock was deleted, not looked at yet. Guarded by the lock. */
    private final Deque<Long> deletions = new ArrayDeque<>();

    private volatile @Nullable Held held;
    private volatile boolean closed;

    private Leadership(
            Store store, ElectionSettings settings, List<Duty> duties, InstantSource clock) {
        this.store = store;
        this.settings = settings;
        this.duties = List.copyOf(duties);
        this.lockKey = Keys.leader("control");
        this.callDeadline = settings.ttl().dividedBy(3);
        LeaderRecord claim = new LeaderRecord(settings.id(), settings.instance(), clock.millis());
        ControlRecord known =
                new ControlRecord(
                        settings.instance(), settings.admin(), settings.version(), clock.millis());
        this.announcement = Value.of(Stored.write(known));
        this.election =
                new Election(
                        lockKey, settings.ttl(), Value.of(Stored.write(claim)), System.nanoTime());
        this.candidate = Thread.ofVirtual().name("election").unstarted(this::stand);
        this.worker = Thread.ofVirtual().name("duties").unstarted(this::work);
    }

    /**
     * Begins to stand for election on an open store, which stays the caller's.
     *
     * @param duties taken up in this order when elected, laid down in the opposite one
     */
    public static Leadership start(
            Store store, ElectionSettings settings, List<Duty> duties, InstantSource clock) {
        Leadership leadership = new Leadership(store, settings, duties, clock);
        leadership.candidate.start();
        leadership.worker.start();
        return leadership;
    }

    /** The term under which this process leads; empty if it doesn't, as far as it can know. */
    public Optional<Term> term() {
        Held now = held;
        return now != null && System.nanoTime() - now.untilNanos() < 0
                ? Optional.of(now.term())
                : Optional.empty();
    }

    /** Who leads, as seen from here. */
    public List<MetricFamily> metrics() {
        return List.of(
                family(
                        "evenkeel_leader",
                        MetricFamily.Type.GAUGE,
                        "1 while this process leads.",
                        term().isPresent() ? 1 : 0),
                family(
                        "evenkeel_leader_term",
                        MetricFamily.Type.GAUGE,
                        "Number of the term under which this process leads; 0: it does not.",
                        (double) term().map(Term::number).orElse(0L)),
                family(
                        "evenkeel_leader_terms",
                        MetricFamily.Type.COUNTER,
                        "Terms that this process has begun.",
                        (double) terms.sum()));
    }

    private static MetricFamily family(
            String name, MetricFamily.Type type, String help, double value) {
        return new MetricFamily(
                name, type, help, "", List.of(new MetricFamily.Value(List.of(), value)));
    }

    /** Lays the duties down, then gives the lock back: another may lead at once. Idempotent. */
    @Override
    public void close() {
        closed = true;
        held = null;
        candidate.interrupt();
        worker.interrupt();
        try {
            candidate.join(callDeadline.multipliedBy(2));
            worker.join(callDeadline.multipliedBy(3));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        long lease = election.leaseId();
        if (lease != 0) {
            LeaseOutcome outcome = store.revoke(lease, callDeadline);
            LOG.debug("leadership is given up: {}", outcome);
        }
    }

    private void stand() {
        try (LockWatch watch = new LockWatch()) {
            while (!closed) {
                watch.keepOpen();
                hearDeletions();
                switch (election.next(System.nanoTime())) {
                    case ElectionAction.Grant(Duration ttl) -> {
                        long sent = System.nanoTime();
                        leased(sent, store.grant(ttl, callDeadline));
                    }
                    case ElectionAction.KeepAlive(long lease) -> {
                        long sent = System.nanoTime();
                        leased(sent, store.keepAlive(lease, callDeadline));
                    }
                    case ElectionAction.Claim(Txn txn) -> {
                        TxnOutcome outcome = store.txn(txn, callDeadline);
                        election.claimed(System.nanoTime(), outcome);
                    }
                    case ElectionAction.Await(long until) -> await(until);
                }
                publish();
            }
        } catch (InterruptedException e) {
            LOG.debug("{} stands for election no longer", settings.id());
        }
    }

    private void leased(long sentNanos, LeaseOutcome outcome) {
        if (!(outcome instanceof LeaseOutcome.Held)) {
            LOG.warn("election: lease of {}: {}", settings.id(), outcome);
        }
        election.leased(sentNanos, System.nanoTime(), outcome);
        if (outcome instanceof LeaseOutcome.Held held && held.leaseId() != announcedUnder) {
            announce(held.leaseId());
        }
    }

    /** Has the others know of this process; tried again with the next renewal. */
    private void announce(long lease) {
        Op known = Op.putLeased(Keys.control(settings.id()), announcement, lease);
        if (store.txn(Txn.of(known), callDeadline) instanceof TxnOutcome.Committed) {
            announcedUnder = lease;
        }
    }

    private void hearDeletions() {
        lock.lock();
        try {
            while (!deletions.isEmpty()) {
                election.lockDeleted(deletions.remove());
            }
        } finally {
            lock.unlock();
        }
    }

    private void await(long untilNanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = Math.min(untilNanos - System.nanoTime(), REWATCH_NANOS);
            while (deletions.isEmpty() && left > 0) {
                left = news.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Lets others see how it stands. */
    private void publish() {
        Optional<Term> now = election.term(System.nanoTime());
        Held before = held;
        if (now.isPresent()) {
            boolean begins = before == null || !before.term().equals(now.get());
            held = new Held(now.get(), election.leadsUntilNanos());
            if (begins) {
                terms.increment();
                LOG.info("{} leads under term {}", settings.id(), now.get().number());
                signal();
            }
        } else if (before != null) {
            held = null;
            LOG.warn("{} leads no longer; term {} is over", settings.id(), before.term().number());
            signal();
        }
    }

    private void signal() {
        lock.lock();
        try {
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Takes duties up and lays them down as the term begins and ends. */
    private void work() {
        Term doing = null;
        Deque<Duty.Running> running = new ArrayDeque<>();
        try {
            while (!closed) {
                Term wanted = awaitOther(doing);
                layDown(running);
                doing = wanted;
                if (wanted != null) {
                    takeUp(wanted, running);
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("{} has no duties any more", settings.id());
        } finally {
            layDown(running);
        }
    }

    private @Nullable Term awaitOther(@Nullable Term doing) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                Term wanted = term().orElse(null);
                if (!java.util.Objects.equals(wanted, doing)) {
                    return wanted;
                }
                // A term ends also by the clock, of which nobody tells.
                Held now = held;
                long left = now == null ? Long.MAX_VALUE : now.untilNanos() - System.nanoTime();
                long ignored = news.awaitNanos(Math.max(1, left));
            }
        } finally {
            lock.unlock();
        }
    }

    private void takeUp(Term term, Deque<Duty.Running> running) {
        TermedStore termed = new TermedStore(store, term, () -> term().equals(Optional.of(term)));
        for (Duty duty : duties) {
            try {
                running.push(duty.begin(termed));
            } catch (RuntimeException e) {
                LOG.error("a leader's duty could not be taken up", e);
            }
        }
    }

    private static void layDown(Deque<Duty.Running> running) {
        while (!running.isEmpty()) {
            try {
                running.pop().close();
            } catch (RuntimeException e) {
                LOG.error("a leader's duty did not end as it should", e);
            }
        }
    }

    /** Hears of the lock's deletion; opened again whenever it ends. */
    private final class LockWatch implements WatchListener, AutoCloseable {
        private @Nullable Watch watch;
        private volatile boolean ended = true;
        private long openedNanos = System.nanoTime() - REWATCH_NANOS;

        void keepOpen() {
            if (ended && System.nanoTime() - openedNanos >= REWATCH_NANOS) {
                close();
                ended = false;
                openedNanos = System.nanoTime();
                watch = store.watch(lockKey, 0, this);
            }
        }

        @Override
        public void onBatch(WatchBatch batch) {
            for (Change change : batch.changes()) {
                if (change instanceof Change.Delete && change.key().equals(lockKey)) {
                    lock.lock();
                    try {
                        deletions.add(change.revision());
                        news.signalAll();
                    } finally {
                        lock.unlock();
                    }
                }
            }
        }

        @Override
        public void onEnd(WatchEnd end) {
            ended = true;
        }

        @Override
        public void close() {
            Watch open = watch;
            if (open != null) {
                open.close();
            }
        }
    }
}
