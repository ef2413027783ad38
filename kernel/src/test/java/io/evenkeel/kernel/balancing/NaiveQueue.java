package io.evenkeel.kernel.balancing;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The least-load queue as one would explain it, for unweighted nodes without slow start: a list
 * that is scanned for the least (load, arrival). The model that the real one is held against.
 */
final class NaiveQueue {
    private static final class Entry {
        final String id;
        int outstanding;
        int extra;
        int cap;
        boolean eligible;
        boolean newcomer = true;
        long arrival;

        Entry(String id, int cap) {
            this.id = id;
            this.cap = cap;
        }

        Entry(Entry other) {
            this(other.id, other.cap);
            outstanding = other.outstanding;
            extra = other.extra;
            eligible = other.eligible;
            newcomer = other.newcomer;
            arrival = other.arrival;
        }

        int load() {
            return outstanding + extra;
        }

        boolean isPickable() {
            return eligible && outstanding < cap;
        }
    }

    private final List<Entry> entries = new ArrayList<>();
    private long next;
    private long nextNewcomer = -1;

    NaiveQueue() {}

    /** A copy that goes its own way. */
    NaiveQueue(NaiveQueue other) {
        other.entries.forEach(e -> entries.add(new Entry(e)));
        next = other.next;
        nextNewcomer = other.nextNewcomer;
    }

    void join(String id, int cap) {
        entries.add(new Entry(id, cap));
        eligible(id, true);
    }

    void leave(String id) {
        entries.remove(entry(id));
    }

    void eligible(String id, boolean value) {
        Entry entry = entry(id);
        if (value && !entry.eligible) {
            entry.arrival =
                    entry.newcomer && entry.outstanding < entry.cap ? nextNewcomer-- : next++;
            entry.newcomer = false;
        }
        entry.eligible = value;
    }

    void extra(String id, int value) {
        Entry entry = entry(id);
        if (entry.extra != value) {
            entry.extra = value;
            entry.arrival = next++;
        }
    }

    @Nullable String head() {
        Entry best = null;
        for (Entry entry : entries) {
            if (entry.isPickable()
                    && (best == null
                            || entry.load() < best.load()
                            || (entry.load() == best.load() && entry.arrival < best.arrival))) {
                best = entry;
            }
        }
        return best == null ? null : best.id;
    }

    @Nullable String acquire() {
        String head = head();
        if (head != null) {
            Entry entry = entry(head);
            entry.outstanding++;
            entry.arrival = next++;
        }
        return head;
    }

    void release(String id) {
        Entry entry = entry(id);
        entry.outstanding--;
        entry.arrival = next++;
    }

    boolean has(String id) {
        return entries.stream().anyMatch(e -> e.id.equals(id));
    }

    /** Tells states apart that behave differently: loads, and the order of arrival. */
    String fingerprint() {
        List<Entry> sorted = new ArrayList<>(entries);
        sorted.sort((a, b) -> Long.compare(a.arrival, b.arrival));
        StringBuilder text = new StringBuilder();
        sorted.forEach(e -> text.append(e.id).append(':').append(e.outstanding).append(' '));
        return text.toString();
    }

    private Entry entry(String id) {
        return entries.stream().filter(e -> e.id.equals(id)).findFirst().orElseThrow();
    }
}
