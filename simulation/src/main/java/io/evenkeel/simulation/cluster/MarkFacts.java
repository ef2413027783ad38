package io.evenkeel.simulation.cluster;

import io.evenkeel.kernel.image.PresenceRecord;
import io.evenkeel.kernel.store.Change;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.WatchBatch;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Stored;
import io.evenkeel.model.tree.Bound;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Which gateways mark whom, as the store has it, and how the last mark of somebody went. */
final class MarkFacts {
    /**
     * The last mark of others went.
     *
     * @param at when, by the attention of the gateway that it is others to
     * @param orphaned whether it went with the gateway that had set it
     */
    record Unmarked(long at, boolean orphaned) {}

    private final Supplier<long[]> attention;
    private final List<String> gateways;
    private final Set<String> living = new TreeSet<>();

    /** By {@code endpoint@epoch}: who marks it, since which commit's time. */
    private final Map<String, Set<String>> marks = new TreeMap<>();

    /** By gateway and then by {@code endpoint@epoch}. */
    private final Map<String, Map<String, Unmarked>> unmarked = new TreeMap<>();

    MarkFacts(Supplier<long[]> attention, List<String> gateways) {
        this.attention = attention;
        this.gateways = List.copyOf(gateways);
    }

    /** Nothing is marked by anybody. */
    void clear() {
        living.clear();
        marks.clear();
        unmarked.clear();
    }

    /** Takes in a commit. */
    void committed(WatchBatch batch) {
        Map<String, Set<String>> before = new TreeMap<>();
        for (Change change : batch.changes()) {
            Keys.Key key = Keys.parse(change.key()).orElse(null);
            if (key != null && key.area() == Keys.Area.LOCK && key.kind().equals(Keys.GATEWAYS)) {
                if (change instanceof Change.Put) {
                    living.add(key.name());
                } else {
                    living.remove(key.name());
                }
            } else if (key != null && key.area() == Keys.Area.PRESENCE) {
                mark(key, change, before);
            }
        }
        before.forEach(this::judge);
    }

    private void mark(Keys.Key key, Change change, Map<String, Set<String>> before) {
        Entry was = change.previous();
        if (was != null) {
            String name = name(key, was);
            before.putIfAbsent(name, new TreeSet<>(by(name)));
            by(name).remove(key.kind());
        }
        if (change instanceof Change.Put put) {
            String name = name(key, put.entry());
            before.putIfAbsent(name, new TreeSet<>(by(name)));
            by(name).add(key.kind());
        }
    }

    private static String name(Keys.Key key, Entry entry) {
        if (Stored.read(entry.value().toBytes(), PresenceRecord.class)
                instanceof Bound.Good<PresenceRecord>(PresenceRecord record)) {
            return key.name() + "@" + record.epoch();
        }
        throw new IllegalStateException("unreadable: " + entry);
    }

    private Set<String> by(String name) {
        return marks.computeIfAbsent(name, n -> new TreeSet<>());
    }

    private void judge(String name, Set<String> before) {
        Set<String> after = by(name);
        for (int i = 0; i < gateways.size(); i++) {
            String gateway = gateways.get(i);
            Map<String, Unmarked> mine = unmarked.computeIfAbsent(gateway, g -> new TreeMap<>());
            if (others(after, gateway)) {
                mine.remove(name);
            } else if (others(before, gateway)) {
                boolean orphaned =
                        before.stream().anyMatch(g -> !g.equals(gateway) && !living.contains(g));
                mine.put(name, new Unmarked(attention.get()[i], orphaned));
            }
        }
    }

    private static boolean others(Collection<String> all, String than) {
        return all.stream().anyMatch(gateway -> !gateway.equals(than));
    }

    /** Who marks this incarnation. */
    Set<String> of(String endpoint, long epoch) {
        return by(endpoint + "@" + epoch);
    }

    /** Whether another gateway than this one marks it. */
    boolean markedElsewhere(String endpoint, long epoch, GatewaySlot than) {
        return others(of(endpoint, epoch), than.id);
    }

    /** How the last mark of others went, null if there is or was none. */
    @Nullable Unmarked unmarked(String endpoint, long epoch, GatewaySlot than) {
        return unmarked.getOrDefault(than.id, Map.of()).get(endpoint + "@" + epoch);
    }
}
