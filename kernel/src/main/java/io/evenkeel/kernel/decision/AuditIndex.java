package io.evenkeel.kernel.decision;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The keys of all audit entries in the order in which they were written, without their contents:
 * which come next on a page, and which are beyond what is kept. An addition and a removal cost
 * O(log n). Single-threaded.
 */
public final class AuditIndex {
    /**
     * Where an entry stands.
     *
     * @param revision of the change it tells of
     * @param key of the entry
     */
    public record Place(long revision, String key) implements Comparable<Place> {
        private static final Comparator<Place> ORDER =
                Comparator.comparingLong(Place::revision).thenComparing(Place::key);

        @Override
        public int compareTo(Place other) {
            return ORDER.compare(this, other);
        }

        /** The key without its sequence: the object. */
        String object() {
            return key.substring(0, key.lastIndexOf('/'));
        }
    }

    private record Known(Place place, boolean ofLink) {}

    private final Map<String, Known> byKey = new HashMap<>();

    /** To the wall clock of the change. */
    private final TreeMap<Place, Long> ofLinks = new TreeMap<>();

    private final TreeMap<Place, Long> ofOthers = new TreeMap<>();
    private final Map<String, Deque<Place>> byObject = new HashMap<>();
    private final TreeSet<String> crowded = new TreeSet<>();
    private final AuditRetention retention;

    public AuditIndex(AuditRetention retention) {
        this.retention = retention;
    }

    /** Entries there are. */
    public int size() {
        return byKey.size();
    }

    /** Forgets all, before a new reading. */
    public void clear() {
        byKey.clear();
        ofLinks.clear();
        ofOthers.clear();
        byObject.clear();
        crowded.clear();
    }

    /**
     * An entry is there.
     *
     * @param ofLink whether a link wrote it
     * @param atMillis wall clock of the change
     */
    public void add(Place place, boolean ofLink, long atMillis) {
        if (byKey.putIfAbsent(place.key(), new Known(place, ofLink)) != null) {
            return;
        }
        (ofLink ? ofLinks : ofOthers).put(place, atMillis);
        Deque<Place> object = byObject.computeIfAbsent(place.object(), key -> new ArrayDeque<>(2));
        object.add(place);
        if (object.size() > retention.perObject()) {
            crowded.add(place.object());
        }
    }

    /** It is no longer. */
    public void remove(String key) {
        Known known = byKey.remove(key);
        if (known == null) {
            return;
        }
        Place place = known.place();
        (known.ofLink() ? ofLinks : ofOthers).remove(place);
        String object = place.object();
        byObject.computeIfPresent(
                object,
                (name, places) -> {
                    places.remove(place);
                    if (places.size() <= retention.perObject()) {
                        crowded.remove(object);
                    }
                    return places.isEmpty() ? null : places;
                });
    }

    /**
     * The latest entries.
     *
     * @param before entries behind this one, the latest first
     * @param wanted which objects' entries, by the key without its sequence
     */
    public List<Place> page(Place before, Predicate<String> wanted, int most) {
        Iterator<Place> links = ofLinks.headMap(before, false).descendingKeySet().iterator();
        Iterator<Place> others = ofOthers.headMap(before, false).descendingKeySet().iterator();
        List<Place> page = new ArrayList<>();
        Place link = next(links);
        Place other = next(others);
        while (page.size() < most && !(link.equals(END) && other.equals(END))) {
            boolean takeLink = link.compareTo(other) > 0;
            Place latest = takeLink ? link : other;
            if (wanted.test(latest.object())) {
                page.add(latest);
            }
            link = takeLink ? next(links) : link;
            other = takeLink ? other : next(others);
        }
        return page;
    }

    /** The latest entries of one object. */
    public List<Place> pageOf(String object, Place before, int most) {
        Deque<Place> places = byObject.getOrDefault(object, new ArrayDeque<>());
        List<Place> page = new ArrayList<>();
        for (Iterator<Place> latestFirst = places.descendingIterator();
                latestFirst.hasNext() && page.size() < most; ) {
            Place place = latestFirst.next();
            if (place.compareTo(before) < 0) {
                page.add(place);
            }
        }
        return page;
    }

    /** Keys to delete now, at most so many; they stay in the answer until they are removed. */
    public List<String> surplus(long nowMillis, int most) {
        LinkedHashSet<String> surplus = new LinkedHashSet<>();
        for (String object : crowded) {
            Deque<Place> places = byObject.getOrDefault(object, new ArrayDeque<>());
            int over = places.size() - retention.perObject();
            for (Iterator<Place> oldestFirst = places.iterator();
                    over > 0 && surplus.size() < most;
                    over--) {
                surplus.add(oldestFirst.next().key());
            }
        }
        surplus(ofLinks, retention.ofLinks(), nowMillis, most, surplus);
        surplus(ofOthers, retention.ofOthers(), nowMillis, most, surplus);
        return List.copyOf(surplus);
    }

    private void surplus(
            NavigableMap<Place, Long> entries,
            int kept,
            long nowMillis,
            int most,
            Set<String> surplus) {
        int over = entries.size() - kept;
        for (Map.Entry<Place, Long> oldest : entries.entrySet()) {
            boolean old = nowMillis - oldest.getValue() > retention.age().toMillis();
            if (surplus.size() >= most || (over <= 0 && !old)) {
                return;
            }
            surplus.add(oldest.getKey().key());
            over--;
        }
    }

    private static final Place END = new Place(-1, "");

    private static Place next(Iterator<Place> places) {
        return places.hasNext() ? places.next() : END;
    }
}
