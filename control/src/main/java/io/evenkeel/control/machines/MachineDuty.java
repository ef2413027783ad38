package io.evenkeel.control.machines;

import io.evenkeel.control.leader.Duty;
import io.evenkeel.control.registry.ImageFeed;
import io.evenkeel.control.registry.StoreFollower;
import io.evenkeel.control.registry.WholeReading;
import io.evenkeel.kernel.machine.Domain;
import io.evenkeel.kernel.machine.Hypervisor;
import io.evenkeel.kernel.machine.MachineStatuses;
import io.evenkeel.kernel.machine.PowerLoop;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.store.WatchBatch;
import io.evenkeel.kernel.task.TaskQueue;
import io.evenkeel.model.HostKey;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the leader does for virtual machines: runs {@link PowerLoop} on what the store, the images
 * and the hosts say, commits what it decides, and writes how machines are seen. One virtual thread
 * decides and commits; watch and polls only wake it.
 */
public final class MachineDuty implements Duty.Running {
    private static final Logger LOG = LoggerFactory.getLogger(MachineDuty.class);
    private static final Duration DEADLINE = Duration.ofSeconds(3);

    /** Between two looks when nothing wakes it; what is waited for shows by then. */
    private static final Duration LOOK = Duration.ofSeconds(2);

    /** Finished tasks are kept so long, to be looked at. */
    private static final Duration KEPT = Duration.ofHours(1);

    private static final int MOST_FORGOTTEN = 50;

    private final Store store;
    private final ImageFeed feed;
    private final InstantSource clock;
    private final PowerLoop loop;
    private final MachineStatuses statuses = new MachineStatuses();
    private final StoreFollower follower;
    private final DomainPoll poll;
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();

    /** Guarded by the lock, as is the loop. */
    private boolean loaded;

    private boolean woken;
    private volatile boolean closed;

    private MachineDuty(
            Store store,
            ImageFeed feed,
            Hypervisor hypervisor,
            MachineSettings settings,
            InstantSource clock) {
        this.store = store;
        this.feed = feed;
        this.clock = clock;
        loop = new PowerLoop(settings.placement());
        follower =
                new StoreFollower("machines", store, DEADLINE, PowerLoop.prefixes(), new Reader());
        poll =
                new DomainPoll(
                        hypervisor,
                        feed::image,
                        settings.poll(),
                        settings.pollTimeout(),
                        new DomainPoll.Listener() {
                            @Override
                            public void heard(HostKey host, long asked, List<Domain> domains) {
                                locked(() -> loop.heard(host, asked, domains));
                            }

                            @Override
                            public void silent(HostKey host, String why) {
                                locked(() -> loop.silent(host));
                            }
                        });
        thread = Thread.ofVirtual().name("machines").unstarted(this::run);
    }

    /** Takes the duty up on a leader's store; both stay the caller's, as does the hypervisor. */
    public static MachineDuty start(
            Store store,
            ImageFeed feed,
            Hypervisor hypervisor,
            MachineSettings settings,
            InstantSource clock) {
        MachineDuty duty = new MachineDuty(store, feed, hypervisor, settings, clock);
        duty.follower.start();
        duty.poll.start();
        duty.thread.start();
        return duty;
    }

    @Override
    public void close() {
        closed = true;
        poll.close();
        follower.close();
        thread.interrupt();
        try {
            thread.join(DEADLINE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
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

    private final class Reader extends WholeReading {
        @Override
        protected void read(List<Entry> entries, long revision) {
            locked(() -> {
                loop.loaded(revision, entries);
                loaded = true;
            });
        }

        @Override
        public void batch(WatchBatch batch) {
            locked(() -> loop.observed(batch));
        }
    }

    private void run() {
        try {
            while (!closed) {
                try {
                    List<Txn> txns = decide();
                    for (Txn txn : txns) {
                        TxnOutcome outcome = store.txn(txn, DEADLINE);
                        if (!(outcome instanceof TxnOutcome.Committed)) {
                            // Decided again on what the watch says then.
                            LOG.debug("machines: {}", outcome);
                            statuses.failed();
                        }
                    }
                } catch (RuntimeException e) {
                    LOG.error("deciding on machines failed; it is tried again", e);
                }
                await();
            }
        } catch (InterruptedException e) {
            LOG.debug("machines are looked after no longer");
        }
    }

    private List<Txn> decide() {
        lock.lock();
        try {
            woken = false;
            List<Txn> txns = new ArrayList<>();
            if (loaded && feed.image().revision() > 0) {
                loop.image(feed.image());
                for (PowerLoop.Decision decision : loop.due(System.nanoTime(), clock.millis())) {
                    LOG.info("machine {} {}", decision.machine(), decision.why());
                    txns.add(decision.txn());
                }
                txns.addAll(statuses.due(loop, feed.image(), clock.millis()));
                txns.addAll(
                        TaskQueue.forget(
                                loop.tasks(), clock.millis() - KEPT.toMillis(), MOST_FORGOTTEN));
                txns.addAll(TaskQueue.endings(loop.tasks(), clock.millis(), MOST_FORGOTTEN));
            }
            return txns;
        } finally {
            lock.unlock();
        }
    }

    private void await() throws InterruptedException {
        // Several changes at once are one look.
        TimeUnit.MILLISECONDS.sleep(20);
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
