package io.evenkeel.kernel.store;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The model that {@link StoreState} is held against: it keeps every change ever made, and answers
 * everything by replaying all of them from the beginning.
 */
final class NaiveStore {
    /** One key changed at one revision; a null value is a deletion. */
    record Fact(long revision, String key, @Nullable Value value, long leaseId) {}

    final List<Fact> facts = new ArrayList<>();
    final TreeMap<Long, Long> leaseEnds = new TreeMap<>();
    final TreeMap<Long, Long> leaseTtls = new TreeMap<>();
    long revision = 1;

    SortedMap<String, Entry> at(long asOf) {
        TreeMap<String, Entry> map = new TreeMap<>();
        for (Fact fact : facts) {
            if (fact.revision() > asOf) {
                break;
            }
            Entry before = map.get(fact.key());
            Value value = fact.value();
            if (value == null) {
                map.remove(fact.key());
            } else {
                map.put(
                        fact.key(),
                        new Entry(
                                fact.key(),
                                value,
                                before == null ? fact.revision() : before.createRevision(),
                                fact.revision(),
                                before == null ? 1 : before.version() + 1,
                                fact.leaseId()));
            }
        }
        return map;
    }

    List<Entry> range(String from, String to, long asOf) {
        List<Entry> found = new ArrayList<>();
        for (Entry entry : at(asOf).values()) {
            boolean in =
                    to.isEmpty()
                            ? entry.key().equals(from)
                            : entry.key().compareTo(from) >= 0 && entry.key().compareTo(to) < 0;
            if (in) {
                found.add(entry);
            }
        }
        return found;
    }

    boolean holds(Compare compare) {
        Entry entry = at(revision).get(compare.key());
        if (compare instanceof Compare.OfValue c) {
            if (entry == null) {
                return false;
            }
            return related(
                    java.util.Arrays.compareUnsigned(entry.value().toBytes(), c.value().toBytes()),
                    c.relation());
        }
        Compare.OfNumber c = (Compare.OfNumber) compare;
        long seen = 0;
        if (entry != null) {
            seen =
                    switch (c.field()) {
                        case CREATE_REVISION -> entry.createRevision();
                        case MOD_REVISION -> entry.modRevision();
                        case VERSION -> entry.version();
                        case LEASE -> entry.leaseId();
                    };
        }
        return related(Long.compare(seen, c.number()), c.relation());
    }

    private static boolean related(int order, Compare.Relation relation) {
        return switch (relation) {
            case EQUAL -> order == 0;
            case NOT_EQUAL -> order != 0;
            case LESS -> order < 0;
            case GREATER -> order > 0;
        };
    }

    /** Applies a txn that the limits allow; true if its compares held and its leases live. */
    boolean txn(Txn txn) {
        for (Compare compare : txn.compares()) {
            if (!holds(compare)) {
                return false;
            }
        }
        for (Op op : txn.ops()) {
            if (op instanceof Op.Put put
                    && put.leaseId() != 0
                    && !leaseEnds.containsKey(put.leaseId())) {
                return false;
            }
        }
        long next = revision + 1;
        SortedMap<String, Entry> now = at(revision);
        TreeSet<String> gone = new TreeSet<>();
        boolean changed = false;
        for (Op op : txn.ops()) {
            if (op instanceof Op.Put put) {
                facts.add(new Fact(next, put.key(), put.value(), put.leaseId()));
                changed = true;
            } else if (op instanceof Op.Delete delete) {
                for (String key : now.keySet()) {
                    boolean in =
                            delete.to().isEmpty()
                                    ? key.equals(delete.from())
                                    : key.compareTo(delete.from()) >= 0
                                            && key.compareTo(delete.to()) < 0;
                    if (in && gone.add(key)) {
                        facts.add(new Fact(next, key, null, 0));
                        changed = true;
                    }
                }
            }
        }
        revision = changed ? next : revision;
        return true;
    }

    void endLease(long id) {
        leaseEnds.remove(id);
        leaseTtls.remove(id);
        long next = revision + 1;
        boolean changed = false;
        for (Entry entry : at(revision).values()) {
            if (entry.leaseId() == id) {
                facts.add(new Fact(next, entry.key(), null, 0));
                changed = true;
            }
        }
        revision = changed ? next : revision;
    }

    /** What a watch of the prefix must deliver for one revision, as text. */
    List<String> changes(String prefix, long ofRevision) {
        List<String> texts = new ArrayList<>();
        SortedMap<String, Entry> before = at(ofRevision - 1);
        SortedMap<String, Entry> after = at(ofRevision);
        for (Fact fact : facts) {
            if (fact.revision() == ofRevision && fact.key().startsWith(prefix)) {
                texts.add(
                        fact.key()
                                + ": "
                                + before.get(fact.key())
                                + " -> "
                                + after.get(fact.key()));
            }
        }
        return texts;
    }

    static List<String> texts(WatchBatch batch) {
        List<String> texts = new ArrayList<>();
        for (Change change : batch.changes()) {
            Entry after = change instanceof Change.Put put ? put.entry() : null;
            texts.add(change.key() + ": " + change.previous() + " -> " + after);
        }
        return texts;
    }
}
