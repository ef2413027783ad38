package io.evenkeel.agent.selffence;

import io.evenkeel.kernel.image.HostRecord;
import io.evenkeel.kernel.machine.StorageCluster;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.model.DatastoreSpec;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.HostPort;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Keys.Area;
import io.evenkeel.model.Kind;
import io.evenkeel.model.Resource;
import io.evenkeel.model.Stored;
import io.evenkeel.model.tree.Bound;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whom a host can ask about itself once the store is lost to it, read while it was not.
 *
 * @param storages clusters of the host's tenant, each with a pool that may be read
 * @param others where other hosts' agents are asked: those that follow it by name, around
 */
record Surroundings(Map<StorageCluster, String> storages, List<HostPort> others) {
    static final Surroundings UNKNOWN = new Surroundings(Map.of(), List.of());

    private static final int MOST_OTHERS = 8;
    private static final int MOST_DATASTORES = 1_000;

    /** A host has a few. */
    private static final int KEYS_READ = 64;

    Surroundings {
        storages = Map.copyOf(storages);
        others = List.copyOf(others);
    }

    /** Reads; empty if the store does not answer. Blocks for at most three times the deadline. */
    static Optional<Surroundings> read(Store store, HostKey host, Duration deadline) {
        String hosts = Keys.prefix(Area.LOCK, Kind.HOST.plural(), host.tenant());
        RangeQuery any = RangeQuery.prefix(hosts).limit(KEYS_READ);
        List<List<Entry>> read = new ArrayList<>();
        for (RangeQuery query :
                List.of(
                        RangeQuery.prefix(
                                        Keys.prefix(
                                                Area.SPEC, Kind.DATASTORE.plural(), host.tenant()))
                                .limit(MOST_DATASTORES),
                        any.after(Keys.hostAlive(host)),
                        any)) {
            if (!(store.range(query, deadline) instanceof RangeResult.Range range)) {
                return Optional.empty();
            }
            read.add(range.entries());
        }
        Map<String, HostPort> others = new LinkedHashMap<>();
        add(others, read.get(1));
        add(others, read.get(2));
        var _ = others.remove(host.name());
        return Optional.of(
                new Surroundings(
                        storages(read.get(0)),
                        others.values().stream().limit(MOST_OTHERS).toList()));
    }

    private static Map<StorageCluster, String> storages(List<Entry> entries) {
        Map<StorageCluster, String> storages = new LinkedHashMap<>();
        for (Entry entry : entries) {
            Keys.parse(entry.key())
                    .map(key -> Stored.resource(key, entry.value().toBytes(), entry.modRevision()))
                    .ifPresent(read -> {
                        if (read instanceof Bound.Good<Resource<?, ?>>(Resource<?, ?> resource)
                                && resource.spec() instanceof DatastoreSpec spec) {
                            StorageCluster.of(spec)
                                    .ifPresent(at -> storages.putIfAbsent(at, spec.pool()));
                        }
                    });
        }
        return storages;
    }

    private static void add(Map<String, HostPort> others, List<Entry> entries) {
        for (Entry entry : entries) {
            HostKey of = Keys.parse(entry.key()).map(Keys::hostOf).orElseThrow();
            if (entry.key().equals(Keys.hostAlive(of))
                    && Stored.read(entry.value().toBytes(), HostRecord.class)
                            instanceof Bound.Good<HostRecord>(HostRecord record)) {
                record.asked().ifPresent(address -> others.putIfAbsent(of.name(), address));
            }
        }
    }
}
