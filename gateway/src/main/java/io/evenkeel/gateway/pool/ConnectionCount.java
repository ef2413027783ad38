package io.evenkeel.gateway.pool;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/**
 * Connections to one endpoint, those of all loops together, and how many there may be. Loops share
 * no connections, so one that may open none asks the others to give up what they don't use.
 * Thread-safe.
 */
public final class ConnectionCount {
    private final IntSupplier most;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();
    private final List<EndpointPool> pools = new CopyOnWriteArrayList<>();

    /**
     * None so far.
     *
     * @param most how many are allowed now, 0 for any number; asked at each connection
     */
    public ConnectionCount(IntSupplier most) {
        this.most = most;
    }

    /** Connections that are open or being opened. */
    public int open() {
        return open.get();
    }

    /** Somebody has to wait for one; the loops close unused ones. */
    public void beginWait() {
        waiting.incrementAndGet();
        ask();
    }

    /** Asks the loops again for a connection that they don't use. */
    public void ask() {
        for (EndpointPool pool : pools) {
            pool.asked();
        }
    }

    /** Nobody waits for it any more. */
    public void endWait() {
        waiting.decrementAndGet();
    }

    void joined(EndpointPool pool) {
        pools.add(pool);
    }

    /** Counts one more; false if there may be no more. */
    boolean tryOpen() {
        int limit = most.getAsInt();
        while (true) {
            int now = open.get();
            if (limit > 0 && now >= limit) {
                return false;
            }
            if (open.compareAndSet(now, now + 1)) {
                return true;
            }
        }
    }

    void closed() {
        open.decrementAndGet();
    }

    /** Whether an unused connection is to go: somebody waits for one, or there are too many. */
    boolean surplus() {
        int limit = most.getAsInt();
        return limit > 0 && (waiting.get() > 0 || open.get() > limit);
    }
}
