package io.evenkeel.agent;

import io.evenkeel.agent.core.AliveAction;
import io.evenkeel.agent.core.AliveKey;
import io.evenkeel.agent.core.UseReports;
import io.evenkeel.kernel.store.LeaseOutcome;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.model.HostUse;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent of one host: one virtual thread that holds the host's key and tells what is in use.
 * While the store is away it waits; nothing on the host depends on it. Thread-safe.
 */
public final class HostAgent implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HostAgent.class);

    private final Store store;
    private final AgentConfig config;
    private final Machine machine;
    private final InstantSource clock;
    private final AliveKey alive;
    private final UseReports reports;
    private final Thread thread;
    private final CountDownLatch known = new CountDownLatch(1);
    private volatile boolean closed;
    private volatile long keyGoodUntil;
    private boolean told;
    private String toldOther = "";
    private long measureAt;

    private HostAgent(Store store, AgentConfig config, Machine machine, InstantSource clock) {
        this.store = store;
        this.config = config;
        this.machine = machine;
        this.clock = clock;
        long now = System.nanoTime();
        this.alive = new AliveKey(config.host(), config.ttl(), config.record(), now);
        this.reports = new UseReports(config.record().inventory());
        this.measureAt = now;
        this.keyGoodUntil = now;
        this.thread = Thread.ofVirtual().name("alive").unstarted(this::run);
    }

    /** Starts; does not wait for the store. */
    public static HostAgent start(
            Store store, AgentConfig config, Machine machine, InstantSource clock) {
        HostAgent agent = new HostAgent(store, config, machine, clock);
        agent.thread.start();
        return agent;
    }

    /** Waits until the host is known to live; whether it is. */
    public boolean awaitKnown(Duration time) throws InterruptedException {
        return known.await(time.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** {@link AliveKey#goodUntil}. */
    public long keyGoodUntil() {
        return keyGoodUntil;
    }

    /**
     * Gives the key back, if the store lets it: the host is no longer taken to live. Idempotent.
     */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(config.callDeadline().multipliedBy(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (alive.leaseId() != 0) {
            LeaseOutcome outcome = store.revoke(alive.leaseId(), config.callDeadline());
            LOG.debug("agent of {} ends: {}", config.host(), outcome);
        }
    }

    private void run() {
        try {
            while (!closed) {
                step();
                keyGoodUntil = alive.goodUntil();
                say();
            }
        } catch (InterruptedException e) {
            LOG.debug("agent of {} ends", config.host());
        }
    }

    private void step() throws InterruptedException {
        long now = System.nanoTime();
        switch (alive.next(now)) {
            case AliveAction.Grant(Duration ttl) ->
                    leased(now, store.grant(ttl, config.callDeadline()));
            case AliveAction.KeepAlive(long lease) ->
                    leased(now, store.keepAlive(lease, config.callDeadline()));
            case AliveAction.Claim(Txn txn) ->
                    alive.claimed(System.nanoTime(), store.txn(txn, config.callDeadline()));
            case AliveAction.Await(long until) -> {
                if (alive.held() && measureAt - now <= 0) {
                    measure(now);
                } else {
                    long wake = alive.held() && measureAt - until < 0 ? measureAt : until;
                    TimeUnit.NANOSECONDS.sleep(Math.max(1, wake - now));
                }
            }
        }
    }

    private void leased(long sentNanos, LeaseOutcome outcome) {
        if (!(outcome instanceof LeaseOutcome.Held)) {
            LOG.warn("agent of {}: its lease: {}", config.host(), outcome);
        }
        alive.leased(sentNanos, System.nanoTime(), outcome);
    }

    private void measure(long nowNanos) {
        measureAt = nowNanos + config.measureEvery().toNanos();
        try {
            HostUse use = machine.use(Instant.ofEpochMilli(clock.millis()));
            if (!reports.worthTelling(nowNanos, use)) {
                return;
            }
            Optional<Txn> txn = alive.tell(use);
            if (txn.isPresent()
                    && alive.told(System.nanoTime(), store.txn(txn.get(), config.callDeadline()))) {
                reports.told(nowNanos, use);
            }
        } catch (IOException unread) {
            LOG.warn("agent of {}: what is in use: {}", config.host(), unread.toString());
        }
    }

    /** Logs what has changed. */
    private void say() {
        if (alive.held() != told) {
            told = alive.held();
            if (told) {
                LOG.info("host {} is known to live", config.host());
                known.countDown();
                toldOther = "";
            } else {
                LOG.warn("host {} holds its key no longer; it is taken again", config.host());
                reports.lost();
            }
        }
        String other = alive.other().orElse("");
        if (!other.equals(toldOther)) {
            toldOther = other;
            LOG.warn(
                    "host {}: the name is held by {} (expected: nobody, or this boot of this"
                            + " machine); it is not known to live until the name is free: after a"
                            + " reboot within the lease's time, else give each host an --id of its"
                            + " own",
                    config.host(),
                    other);
        }
    }
}
