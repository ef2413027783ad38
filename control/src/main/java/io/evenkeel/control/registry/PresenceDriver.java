package io.evenkeel.control.registry;

import io.evenkeel.kernel.image.GatewayRecord;
import io.evenkeel.kernel.image.PresenceRecord;
import io.evenkeel.kernel.registry.Presence;
import io.evenkeel.kernel.store.LeaseOutcome;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.Rejected;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.StoreLimits;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Stored;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one gateway's presence: what the gateway says goes into a table, and one virtual thread
 * brings the store in line with the table, as many keys in a txn as fit, all under one lease that
 * it keeps alive. When the lease is lost, everything is written again under a new one.
 */
final class PresenceDriver implements Presence, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PresenceDriver.class);

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Store store;
    private final RegistryConfig config;
    private final InstantSource clock;
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();

    /** What the gateway can reach. Guarded by the lock, as is the next. */
    private final TreeMap<EndpointKey, PresenceRecord> present = new TreeMap<>();

    /** Whose key in the store is not known to be in line with the table. */
    private final TreeSet<EndpointKey> unwritten = new TreeSet<>();

    private final GatewayClaim claim;
    private long leaseId;
    private long renewAtNanos;
    private volatile boolean closed;

    PresenceDriver(Store store, RegistryConfig config, InstantSource clock) {
        this.store = store;
        this.config = config;
        this.clock = clock;
        this.claim = new GatewayClaim(store, config.gateway(), config.storeDeadline());
        this.thread = Thread.ofVirtual().name("presence").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Has the others know of this gateway; nobody's presence is written before they do. */
    void announce(GatewayRecord record) {
        lock.lock();
        try {
            claim.announce(record);
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void present(EndpointKey endpoint, long epoch) {
        lock.lock();
        try {
            PresenceRecord known = present.get(endpoint);
            if (known == null || known.epoch() < epoch) {
                present.put(endpoint, new PresenceRecord(epoch, clock.millis()));
                unwritten.add(endpoint);
                work.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void absent(EndpointKey endpoint, long epoch) {
        lock.lock();
        try {
            PresenceRecord known = present.get(endpoint);
            if (known != null && known.epoch() <= epoch) {
                present.remove(endpoint);
                unwritten.add(endpoint);
                work.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Stops, and ends the lease if the store lets it: the gateway's presence goes at once. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(config.storeDeadline());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (leaseId != 0) {
            LeaseOutcome outcome = store.revoke(leaseId, config.storeDeadline());
            LOG.debug("presence of {} ends: {}", config.gateway(), outcome);
            leaseId = 0;
        }
    }

    private void run() {
        try {
            while (!closed) {
                List<EndpointKey> batch = nextBatch();
                if (!(holdLease() && claim.hold(leaseId) && (batch.isEmpty() || write(batch)))) {
                    putBack(batch);
                    TimeUnit.NANOSECONDS.sleep(PAUSE_NANOS);
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("presence of {} ends", config.gateway());
        }
    }

    /** Waits for something to write, at most until the lease is to be renewed. */
    private List<EndpointKey> nextBatch() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = renewAtNanos - System.nanoTime();
            while (unwritten.isEmpty() && leaseId != 0 && claim.settled(leaseId) && left > 0) {
                left = work.awaitNanos(left);
            }
            List<EndpointKey> batch = new ArrayList<>();
            while (!unwritten.isEmpty() && batch.size() < StoreLimits.DEFAULT.opsPerTxn()) {
                batch.add(unwritten.pollFirst());
            }
            return batch;
        } finally {
            lock.unlock();
        }
    }

    private void putBack(List<EndpointKey> batch) {
        lock.lock();
        try {
            unwritten.addAll(batch);
        } finally {
            lock.unlock();
        }
    }

    /** Renews or replaces the lease when it is time; false if there is none now. */
    private boolean holdLease() {
        if (leaseId != 0 && renewAtNanos - System.nanoTime() > 0) {
            return true;
        }
        LeaseOutcome outcome =
                leaseId != 0
                        ? store.keepAlive(leaseId, config.storeDeadline())
                        : store.grant(config.presenceTtl(), config.storeDeadline());
        return switch (outcome) {
            case LeaseOutcome.Held held -> {
                leaseId = held.leaseId();
                renewAtNanos = System.nanoTime() + config.presenceTtl().toNanos() / 3;
                yield true;
            }
            case LeaseOutcome.Gone _ -> {
                loseLease();
                yield false;
            }
            default -> {
                LOG.warn("presence of {}: {}", config.gateway(), outcome);
                yield false;
            }
        };
    }

    private void loseLease() {
        lock.lock();
        try {
            LOG.info("presence of {} is written again under a new lease", config.gateway());
            leaseId = 0;
            unwritten.addAll(present.keySet());
        } finally {
            lock.unlock();
        }
    }

    private boolean write(List<EndpointKey> batch) {
        List<Op> ops = new ArrayList<>(batch.size());
        lock.lock();
        try {
            for (EndpointKey endpoint : batch) {
                String key = Keys.presence(config.gateway(), endpoint);
                PresenceRecord record = present.get(endpoint);
                ops.add(
                        record == null
                                ? Op.delete(key)
                                : Op.putLeased(key, Value.of(Stored.write(record)), leaseId));
            }
        } finally {
            lock.unlock();
        }
        TxnOutcome outcome = store.txn(Txn.of(ops.toArray(Op[]::new)), config.storeDeadline());
        if (outcome instanceof TxnOutcome.Committed) {
            return true;
        }
        if (outcome instanceof Rejected rejected && rejected.code() == Rejected.Code.NO_LEASE) {
            loseLease();
        } else {
            LOG.warn("presence of {}: {}", config.gateway(), outcome);
        }
        return false;
    }
}
