package io.evenkeel.kernel.failover;

import io.evenkeel.kernel.store.Change;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.kernel.store.WatchBatch;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.Stored;
import io.evenkeel.model.tree.Bound;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the store says of hosts, kept current by watch batches and by what refused txns read. A
 * host's keys are always of one revision. Single-threaded.
 */
public final class HostTable {
    private final TreeMap<HostKey, HostState> hosts = new TreeMap<>();

    /** Hosts that were read by themselves at a revision that the watch has not reached yet. */
    private final TreeMap<HostKey, Long> ahead = new TreeMap<>();

    private long revision;

    /** The newest revision taken in. */
    public long revision() {
        return revision;
    }

    /** Every host of which something is in the store; a live view. */
    public SortedMap<HostKey, HostState> hosts() {
        return Collections.unmodifiableSortedMap(hosts);
    }

    /** The host's keys; all absent if there are none. */
    public HostState of(HostKey host) {
        HostState state = hosts.get(host);
        return state == null ? HostState.none(host) : state;
    }

    /** Forgets everything and takes a reading of all {@link HostKeys#prefixes}. */
    public void load(long atRevision, Collection<Entry> entries) {
        hosts.clear();
        ahead.clear();
        revision = atRevision;
        entries.forEach(entry -> put(entry.key(), entry));
    }

    /**
     * Takes a batch of a watch in.
     *
     * @return hosts that it touched
     */
    public SortedSet<HostKey> apply(WatchBatch batch) {
        TreeSet<HostKey> touched = new TreeSet<>();
        for (Change change : batch.changes()) {
            HostKeys.Of of = HostKeys.parse(change.key()).orElse(null);
            if (of == null || change.revision() <= ahead.getOrDefault(of.host(), 0L)) {
                continue;
            }
            put(change.key(), change instanceof Change.Put put ? put.entry() : null);
            touched.add(of.host());
        }
        revision = Math.max(revision, batch.revision());
        ahead.values().removeIf(at -> at <= revision);
        return touched;
    }

    /** Takes a reading of all keys of one host in; older ones than the table are left alone. */
    void refresh(HostKey host, long atRevision, List<Entry> entries) {
        if (atRevision < revision || atRevision < ahead.getOrDefault(host, 0L)) {
            return;
        }
        hosts.remove(host);
        entries.forEach(entry -> put(entry.key(), entry));
        if (atRevision > revision) {
            ahead.put(host, atRevision);
        }
    }

    private void put(String key, @Nullable Entry entry) {
        HostKeys.Of of = HostKeys.parse(key).orElse(null);
        if (of == null) {
            return;
        }
        HostState next = with(of(of.host()), of.part(), entry);
        if (next.equals(HostState.none(of.host()))) {
            hosts.remove(of.host());
        } else {
            hosts.put(of.host(), next);
        }
    }

    private static HostState with(HostState was, HostKeys.Part part, @Nullable Entry entry) {
        long alive = was.aliveRevision();
        long death = was.deathRevision();
        long lock = was.lockRevision();
        boolean leased = was.lockLeased();
        long seen = was.seenRevision();
        Procedure procedure = was.procedure();
        long procedureRevision = was.procedureRevision();
        String unreadable = was.unreadable();
        HostWord word = was.word();
        Value ring = was.ring();
        long created = entry == null ? 0 : entry.createRevision();
        switch (part) {
            case ALIVE -> alive = created;
            case DEATH -> death = created;
            case LOCK -> {
                lock = created;
                leased = entry != null && entry.leaseId() != 0;
            }
            case SEEN -> seen = entry == null ? 0 : entry.modRevision();
            case WORD -> word = entry == null ? null : read(entry, HostWord.class);
            case HEARD_BY_LINKS -> {
                // Only that it comes says something, not that it is there.
            }
            case DECISIONS -> ring = entry == null ? Value.EMPTY : entry.value();
            case PROCEDURE -> {
                procedure = entry == null ? null : read(entry, Procedure.class);
                procedureRevision = entry == null ? 0 : entry.modRevision();
                unreadable =
                        entry != null && procedure == null
                                ? "the record of its procedure cannot be read: " + entry.value()
                                : "";
            }
        }
        return new HostState(
                was.host(),
                alive,
                death,
                lock,
                leased,
                seen,
                procedure,
                procedureRevision,
                unreadable,
                word,
                ring);
    }

    private static <T> @Nullable T read(Entry entry, Class<T> type) {
        return Stored.read(entry.value().toBytes(), type) instanceof Bound.Good<T>(T good)
                ? good
                : null;
    }
}
