package io.evenkeel.control.registry;

import io.evenkeel.control.leader.Duty;
import io.evenkeel.kernel.election.Term;
import io.evenkeel.kernel.image.ImageDelta;
import io.evenkeel.kernel.image.ImagePublisher;
import io.evenkeel.kernel.status.StatusLoop;
import io.evenkeel.kernel.status.StatusWrite;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.StoreLimits;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs {@link StatusLoop}: one virtual thread writes what is due, as many statuses in a txn as fit
 * and at most a few txns a second, far from any request. A txn that fails is decided anew on the
 * next image.
 */
public final class StatusDriver implements ImagePublisher, Duty.Running {
    private static final Logger LOG = LoggerFactory.getLogger(StatusDriver.class);

    /** Each has a compare, and so has the term under which they are written. */
    private static final int MOST = StoreLimits.DEFAULT.opsPerTxn() - Term.COMPARES;

    private static final Duration DEADLINE = Duration.ofSeconds(2);

    /** Between two txns that are not full: at 50 joins a second a dozen joins share one. */
    private static final long BETWEEN_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final Store store;
    private final InstantSource clock;
    private final StatusLoop loop = new StatusLoop(System.nanoTime());
    private final Thread thread;
    private final ReachedRevision reached = new ReachedRevision();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private ImageRelay.@Nullable Subscription subscription;
    private volatile boolean closed;

    private StatusDriver(Store store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
        this.thread = Thread.ofVirtual().name("status").unstarted(this::run);
    }

    /** Starts on an open store, which stays the caller's, and on these images. */
    public static StatusDriver start(Store store, ImageRelay images, InstantSource clock) {
        StatusDriver driver = new StatusDriver(store, clock);
        driver.subscription = images.subscribe(driver);
        driver.thread.start();
        return driver;
    }

    @Override
    public void publish(ImageDelta delta) {
        lock.lock();
        try {
            loop.observe(System.nanoTime(), clock.millis(), delta);
            changed.signal();
        } finally {
            lock.unlock();
        }
        reached.reach(delta.after().revision());
    }

    @Override
    public void close() {
        closed = true;
        if (subscription != null) {
            subscription.close();
        }
        thread.interrupt();
        try {
            thread.join(DEADLINE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!closed) {
                boolean more = false;
                try {
                    List<StatusWrite> writes = nextBatch();
                    more = commit(writes) && writes.size() == MOST;
                } catch (RuntimeException e) {
                    LOG.error("writing statuses failed; they stay due", e);
                }
                if (!more) {
                    TimeUnit.NANOSECONDS.sleep(BETWEEN_NANOS);
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("the writer of statuses ends");
        }
    }

    private List<StatusWrite> nextBatch() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                List<StatusWrite> writes = loop.due(System.nanoTime(), MOST);
                if (!writes.isEmpty()) {
                    return writes;
                }
                OptionalLong next = loop.nextNanos();
                if (next.isEmpty()) {
                    changed.await();
                } else {
                    // Not woken by every change: what is due sooner is so by a moment only.
                    long left = next.getAsLong() - System.nanoTime();
                    changed.awaitNanos(Math.max(left, 1));
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether the loop has seen it written. */
    private boolean commit(List<StatusWrite> writes) throws InterruptedException {
        Txn.Builder txn = Txn.builder();
        for (StatusWrite write : writes) {
            txn.when(write.unchanged()).then(write.op());
        }
        TxnOutcome outcome = store.txn(txn.build(), DEADLINE);
        if (outcome instanceof TxnOutcome.Committed committed) {
            return reached.await(committed.revision(), DEADLINE);
        }
        LOG.debug("{} statuses to be written again: {}", writes.size(), outcome);
        return false;
    }
}
