package io.evenkeel.simulation.registry;

import io.evenkeel.kernel.image.PresenceRecord;
import io.evenkeel.kernel.registry.Presence;
import io.evenkeel.kernel.store.LeaseOutcome;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Stored;
import java.time.Duration;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One gateway's presence in the simulated store, under one lease that it keeps alive. */
public final class SimPresence implements Presence {
    private final SimRegistry registry;
    private final String gateway;
    private final Duration ttl;
    private final TreeMap<EndpointKey, PresenceRecord> present = new TreeMap<>();
    private long lease;

    /** A presence of nobody yet. */
    public SimPresence(SimRegistry registry, String gateway, Duration ttl) {
        this.registry = registry;
        this.gateway = gateway;
        this.ttl = ttl;
    }

    @Override
    public void present(EndpointKey endpoint, long epoch) {
        present.put(endpoint, new PresenceRecord(epoch, 0));
        registry.later(() -> write(endpoint));
    }

    @Override
    public void absent(EndpointKey endpoint, long epoch) {
        PresenceRecord known = present.get(endpoint);
        if (known != null && known.epoch() <= epoch) {
            present.remove(endpoint);
            registry.later(() -> write(endpoint));
        }
    }

    /** Keeps the lease; when it has ended, writes everything under a new one. */
    public void beat(long nowNanos) {
        if (lease != 0
                && registry.store().keepAlive(nowNanos, lease) instanceof LeaseOutcome.Held) {
            return;
        }
        if (registry.store().grant(nowNanos, ttl) instanceof LeaseOutcome.Held held) {
            lease = held.leaseId();
            present.keySet().forEach(this::write);
        }
    }

    private void write(EndpointKey endpoint) {
        @Nullable PresenceRecord record = present.get(endpoint);
        String key = Keys.presence(gateway, endpoint);
        // Without a lease the next beat writes it.
        if (record == null) {
            registry.write(Txn.of(Op.delete(key)));
        } else if (lease != 0) {
            registry.write(Txn.of(Op.putLeased(key, Value.of(Stored.write(record)), lease)));
        }
    }
}
