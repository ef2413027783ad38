package io.evenkeel.control.registry;

import io.evenkeel.kernel.image.GatewayRecord;
import io.evenkeel.kernel.image.ImageDelta;
import io.evenkeel.kernel.image.ImagePublisher;
import io.evenkeel.kernel.registry.Presence;
import io.evenkeel.kernel.registry.PresenceAction;
import io.evenkeel.kernel.registry.PresenceLoop;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.LeaseOutcome;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.model.EndpointKey;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs {@link PresenceLoop}: one virtual thread asks the store what the loop wants asked. */
final class PresenceDriver implements Presence, ImagePublisher, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PresenceDriver.class);

    private final Store store;
    private final RegistryConfig config;
    private final InstantSource clock;
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();

    /** Guarded by the lock, as are the next two. */
    private final PresenceLoop loop;

    private boolean toldKnown;
    private boolean toldHolder;
    private volatile boolean closed;

    PresenceDriver(Store store, RegistryConfig config, InstantSource clock) {
        this.store = store;
        this.config = config;
        this.clock = clock;
        this.loop = new PresenceLoop(config.gateway(), config.presenceTtl(), System.nanoTime());
        this.thread = Thread.ofVirtual().name("presence").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Has the others know of this gateway; nobody's presence is written before they do. */
    void announce(GatewayRecord record) {
        lock.lock();
        try {
            loop.announce(record);
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void present(EndpointKey endpoint, long epoch) {
        lock.lock();
        try {
            signal(loop.present(endpoint, epoch, clock.millis()));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void absent(EndpointKey endpoint, long epoch) {
        lock.lock();
        try {
            signal(loop.absent(endpoint, epoch));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void released(EndpointKey endpoint, long epoch) {
        lock.lock();
        try {
            signal(loop.released(endpoint, epoch, System.nanoTime()));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void publish(ImageDelta delta) {
        lock.lock();
        try {
            signal(loop.observe(delta));
        } finally {
            lock.unlock();
        }
    }

    private void signal(boolean isWork) {
        if (isWork) {
            work.signal();
        }
    }

    /** Stops, and ends the lease if the store lets it: the gateway's presence goes at once. */
    @Override
    public void close() {
        boolean first = !closed;
        closed = true;
        thread.interrupt();
        try {
            thread.join(config.storeDeadline());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        long lease = lease();
        if (first && lease != 0) {
            LeaseOutcome outcome = store.revoke(lease, config.storeDeadline());
            LOG.debug("presence of {} ends: {}", config.gateway(), outcome);
        }
    }

    private long lease() {
        lock.lock();
        try {
            return loop.leaseId();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            while (!closed) {
                PresenceAction action = nextAction();
                long sent = System.nanoTime();
                switch (action) {
                    case PresenceAction.Grant(var ttl) ->
                            leased(sent, store.grant(ttl, config.storeDeadline()));
                    case PresenceAction.KeepAlive(long lease) ->
                            leased(sent, store.keepAlive(lease, config.storeDeadline()));
                    case PresenceAction.Commit(var txn) ->
                            committed(store.txn(txn, config.storeDeadline()));
                    case PresenceAction.Await _ ->
                            throw new IllegalStateException("waited for: " + action);
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("presence of {} ends", config.gateway());
        }
    }

    /** Waits until there is something to do. */
    private PresenceAction nextAction() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            PresenceAction action = loop.next(System.nanoTime());
            while (action instanceof PresenceAction.Await(long until)) {
                long left = until - System.nanoTime();
                if (left > 0) {
                    boolean ignored = work.await(left, TimeUnit.NANOSECONDS);
                }
                action = loop.next(System.nanoTime());
            }
            return action;
        } finally {
            lock.unlock();
        }
    }

    private void leased(long sentNanos, LeaseOutcome outcome) {
        if (!(outcome instanceof LeaseOutcome.Held)) {
            LOG.warn("presence of {}: {}", config.gateway(), outcome);
        }
        lock.lock();
        try {
            loop.leased(sentNanos, System.nanoTime(), outcome);
        } finally {
            lock.unlock();
        }
    }

    private void committed(TxnOutcome outcome) {
        lock.lock();
        try {
            loop.committed(System.nanoTime(), outcome);
            if (loop.isKnown() != toldKnown) {
                toldKnown = loop.isKnown();
                toldHolder &= !toldKnown;
                LOG.info(
                        "gateway {} is {} to the others",
                        config.gateway(),
                        toldKnown ? "known" : "not known");
            }
            Entry holder = loop.holder().orElse(null);
            if (holder != null) {
                tellHolder(holder);
            } else if (!(outcome instanceof TxnOutcome.Committed)) {
                LOG.warn("presence of {}: {}", config.gateway(), outcome);
            }
        } finally {
            lock.unlock();
        }
    }

    private void tellHolder(Entry entry) {
        if (!toldHolder) {
            toldHolder = true;
            LOG.warn(
                    "gateway {}: the id is held by {} (expected: nobody); it serves, but the others"
                            + " don't see it until the id is free: after a kill within the lease's"
                            + " time, else give each gateway an --id of its own",
                    config.gateway(),
                    entry.value().text());
        }
    }
}
