package io.evenkeel.simulation.cluster;

import io.evenkeel.kernel.failover.HostKeys;
import io.evenkeel.kernel.failover.RunRecord;
import io.evenkeel.kernel.store.Change;
import io.evenkeel.kernel.store.WatchBatch;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import io.evenkeel.model.Stored;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Who is on a suspected host, or registered before its machine was taken from a fenced one, as
 * commits say it (C11). In this world every endpoint is a machine, and a procedure a suspicion.
 */
final class SuspectFacts {
    private final Supplier<long[]> attention;
    private final LongSupplier nowNanos;
    private final TreeSet<String> hosts = new TreeSet<>();
    private final Map<String, RunRecord> runs = new TreeMap<>();
    private final Map<String, Long> epochs = new TreeMap<>();

    /** By endpoint: each gateway's attention when it became one. */
    private final Map<String, long[]> suspects = new TreeMap<>();

    private final Map<String, Long> lastNanos = new TreeMap<>();

    SuspectFacts(Supplier<long[]> attention, LongSupplier nowNanos) {
        this.attention = attention;
        this.nowNanos = nowNanos;
    }

    void clear() {
        hosts.clear();
        runs.clear();
        epochs.clear();
    }

    void committed(WatchBatch batch) {
        boolean concerned = false;
        for (Change change : batch.changes()) {
            Keys.Key key = Keys.parse(change.key()).orElse(null);
            concerned |= key != null && take(key, change);
        }
        if (concerned) {
            judge();
        }
    }

    private boolean take(Keys.Key key, Change change) {
        if (key.area() == Keys.Area.TASK && key.kind().equals(HostKeys.FAILOVERS)) {
            if (change instanceof Change.Put) {
                hosts.add(key.name());
            } else {
                hosts.remove(key.name());
            }
        } else if (key.area() == Keys.Area.ASSIGN && key.kind().equals(RunRecord.RUNS)) {
            if (change instanceof Change.Put put) {
                byte[] value = put.entry().value().toBytes();
                runs.put(key.name(), Stored.read(value, RunRecord.class).orElseThrow());
            } else {
                runs.remove(key.name());
            }
        } else if (key.area() == Keys.Area.SPEC && key.kind().equals(Kind.ENDPOINT.plural())) {
            if (change instanceof Change.Put put) {
                epochs.put(key.name(), put.entry().modRevision());
            } else {
                epochs.remove(key.name());
            }
        } else {
            return false;
        }
        return true;
    }

    private void judge() {
        for (String gone : new TreeSet<>(suspects.keySet())) {
            if (!isSuspect(gone)) {
                suspects.remove(gone);
                lastNanos.put(gone, nowNanos.getAsLong());
            }
        }
        for (String endpoint : epochs.keySet()) {
            if (isSuspect(endpoint)) {
                suspects.computeIfAbsent(endpoint, name -> attention.get());
            }
        }
    }

    private boolean isSuspect(String endpoint) {
        Long epoch = epochs.get(endpoint);
        RunRecord run = runs.get(Backends.machine(endpoint));
        return epoch != null && run != null && (epoch < run.fence() || hosts.contains(run.host()));
    }

    /** The host that may run the endpoint's machine; empty if none may. */
    String hostOf(String endpoint) {
        RunRecord run = runs.get(Backends.machine(endpoint));
        return run == null ? "" : run.host();
    }

    /** Since when it is one, by this gateway's attention, or {@link Instance#NEVER}. */
    long since(String endpoint, GatewaySlot gateway) {
        long[] since = suspects.get(endpoint);
        return since == null ? Instance.NEVER : since[gateway.index];
    }

    /** When it was one last, simulated time. */
    long lastNanos(String endpoint) {
        return suspects.containsKey(endpoint)
                ? nowNanos.getAsLong()
                : lastNanos.getOrDefault(endpoint, -Instance.LONG_AGO);
    }
}
