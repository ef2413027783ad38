package io.evenkeel.kernel.store;

import java.util.Comparator;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Leases by id and by the time they end. */
final class Leases {
    private static final class Lease {
        final long id;
        final long ttlNanos;
        final TreeSet<String> keys = new TreeSet<>();
        long endNanos;

        Lease(long id, long ttlNanos, long endNanos) {
            this.id = id;
            this.ttlNanos = ttlNanos;
            this.endNanos = endNanos;
        }
    }

    private final TreeMap<Long, Lease> byId = new TreeMap<>();

    /** By difference, not by value: a monotonic clock may wrap. */
    private final TreeSet<Lease> byEnd =
            new TreeSet<>(
                    ((Comparator<Lease>) (a, b) -> Long.signum(a.endNanos - b.endNanos))
                            .thenComparingLong(lease -> lease.id));

    private long lastId;

    long lastId() {
        return lastId;
    }

    void lastId(long id) {
        lastId = Math.max(lastId, id);
    }

    long grant(long ttlNanos, long nowNanos) {
        lastId++;
        add(new Lease(lastId, ttlNanos, nowNanos + ttlNanos));
        return lastId;
    }

    void restore(long id, long ttlNanos, long nowNanos) {
        lastId = Math.max(lastId, id);
        add(new Lease(id, ttlNanos, nowNanos + ttlNanos));
    }

    boolean live(long id) {
        return byId.containsKey(id);
    }

    /** Returns the ttl, 0 when there is no such lease. */
    long renew(long id, long nowNanos) {
        Lease lease = byId.get(id);
        if (lease == null) {
            return 0;
        }
        byEnd.remove(lease);
        lease.endNanos = nowNanos + lease.ttlNanos;
        byEnd.add(lease);
        return lease.ttlNanos;
    }

    /** Forgets the lease and returns its keys, null when there is no such lease. */
    @Nullable SortedSet<String> end(long id) {
        Lease lease = byId.remove(id);
        if (lease == null) {
            return null;
        }
        byEnd.remove(lease);
        return lease.keys;
    }

    void attach(long id, String key) {
        Lease lease = byId.get(id);
        if (lease != null) {
            lease.keys.add(key);
        }
    }

    void detach(long id, String key) {
        Lease lease = byId.get(id);
        if (lease != null) {
            lease.keys.remove(key);
        }
    }

    /** The lease that ended first, 0 when none is over at {@code nowNanos}. */
    long expired(long nowNanos) {
        return !byEnd.isEmpty() && byEnd.first().endNanos - nowNanos <= 0 ? byEnd.first().id : 0;
    }

    long untilExpiryNanos(long nowNanos) {
        return byEnd.isEmpty() ? Long.MAX_VALUE : Math.max(0, byEnd.first().endNanos - nowNanos);
    }

    private void add(Lease lease) {
        byId.put(lease.id, lease);
        byEnd.add(lease);
    }
}
