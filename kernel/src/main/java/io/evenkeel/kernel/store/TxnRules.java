package io.evenkeel.kernel.store;

import java.time.Duration;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What may be asked of any store at all, and when a compare holds. Every store asks here first, so
 * that all refuse the same with the same words. Immutable.
 */
public final class TxnRules {
    /** Shortest lease. */
    public static final Duration SHORTEST_LEASE = Duration.ofSeconds(1);

    /** Longest lease; longer ones are a mistake in units. */
    public static final Duration LONGEST_LEASE = Duration.ofDays(365);

    private final StoreLimits limits;

    public TxnRules(StoreLimits limits) {
        this.limits = limits;
    }

    /** The first reason to turn the txn away unread, null for none. */
    public @Nullable Rejected check(Txn txn) {
        Rejected rejected = count("compares", txn.compares());
        rejected = rejected != null ? rejected : count("operations", txn.ops());
        rejected = rejected != null ? rejected : count("otherwise-reads", txn.otherwise());
        if (rejected != null) {
            return rejected;
        }
        TreeSet<String> puts = new TreeSet<>();
        long bytes = 0;
        for (Op op : txn.ops()) {
            switch (op) {
                case Op.Put put -> {
                    rejected = check(put);
                    if (rejected == null && !puts.add(put.key())) {
                        rejected = twice(put.key());
                    }
                    bytes += put.value().size();
                }
                case Op.Read read -> rejected = checkNewest(read.query());
                case Op.Delete delete -> rejected = checkEnds(delete.from(), delete.to());
            }
            if (rejected != null) {
                return rejected;
            }
        }
        if (bytes > limits.txnBytes()) {
            return invalid(
                    "values of the txn: "
                            + bytes
                            + " bytes (expected: <= "
                            + limits.txnBytes()
                            + "); split the txn");
        }
        for (Op op : txn.ops()) {
            if (op instanceof Op.Delete delete) {
                String hit = firstWithin(puts, delete);
                if (hit != null) {
                    return twice(hit);
                }
            }
        }
        for (RangeQuery query : txn.otherwise()) {
            rejected = checkNewest(query);
            if (rejected != null) {
                return rejected;
            }
        }
        return null;
    }

    /** Why the query may not be asked, null if it may. */
    public @Nullable Rejected check(RangeQuery query) {
        if (query.limit() < 0) {
            return invalid("limit: " + query.limit() + " (expected: >= 0)");
        }
        if (query.revision() < 0) {
            return invalid("revision: " + query.revision() + " (expected: >= 0)");
        }
        return checkEnds(query.from(), query.to());
    }

    /** Why a lease of {@code ttl} may not be granted, null if it may. */
    public static @Nullable Rejected checkTtl(Duration ttl) {
        return ttl.compareTo(SHORTEST_LEASE) < 0 || ttl.compareTo(LONGEST_LEASE) > 0
                ? invalid(
                        "ttl: "
                                + ttl
                                + " (expected: "
                                + SHORTEST_LEASE
                                + " to "
                                + LONGEST_LEASE
                                + ")")
                : null;
    }

    static boolean holds(Compare compare, @Nullable Entry entry) {
        return switch (compare) {
            case Compare.OfNumber c ->
                    related(Long.compare(number(entry, c.field()), c.number()), c.relation());
            case Compare.OfValue c ->
                    entry != null && related(entry.value().compareBytes(c.value()), c.relation());
        };
    }

    private static long number(@Nullable Entry entry, Compare.Field field) {
        if (entry == null) {
            return 0;
        }
        return switch (field) {
            case CREATE_REVISION -> entry.createRevision();
            case MOD_REVISION -> entry.modRevision();
            case VERSION -> entry.version();
            case LEASE -> entry.leaseId();
        };
    }

    private static boolean related(int order, Compare.Relation relation) {
        return switch (relation) {
            case EQUAL -> order == 0;
            case NOT_EQUAL -> order != 0;
            case LESS -> order < 0;
            case GREATER -> order > 0;
        };
    }

    private @Nullable Rejected check(Op.Put put) {
        if (put.key().length() > limits.keyLength()) {
            return invalid(
                    "key: "
                            + put.key().length()
                            + " characters (expected: <= "
                            + limits.keyLength()
                            + "): "
                            + put.key().substring(0, 40)
                            + "...");
        }
        if (!Keys.wellFormed(put.key())) {
            return invalid("key: \"" + put.key() + "\" (expected: printable ASCII, not empty)");
        }
        if (put.value().size() > limits.valueBytes()) {
            return invalid(
                    "value of "
                            + put.key()
                            + ": "
                            + put.value().size()
                            + " bytes (expected: <= "
                            + limits.valueBytes()
                            + ")");
        }
        return null;
    }

    private @Nullable Rejected checkNewest(RangeQuery query) {
        return query.revision() != 0
                ? invalid("revision: " + query.revision() + " (expected: 0 inside a txn)")
                : check(query);
    }

    private @Nullable Rejected checkEnds(String from, String to) {
        // One more than a key: the successor of the longest key is a range end too.
        int most = limits.keyLength() + 1;
        int longest = Math.max(from.length(), to.length());
        if (longest > most) {
            return invalid("range end: " + longest + " characters (expected: <= " + most + ")");
        }
        return from.isEmpty() ? invalid("range: from is empty (expected: a key)") : null;
    }

    private @Nullable Rejected count(String what, List<?> list) {
        return list.size() > limits.opsPerTxn()
                ? invalid(
                        what
                                + " of the txn: "
                                + list.size()
                                + " (expected: <= "
                                + limits.opsPerTxn()
                                + "); split it")
                : null;
    }

    private static @Nullable String firstWithin(NavigableSet<String> puts, Op.Delete delete) {
        String first = puts.ceiling(delete.from());
        boolean hit =
                first != null
                        && (delete.to().isEmpty()
                                ? first.equals(delete.from())
                                : first.compareTo(delete.to()) < 0);
        return hit ? first : null;
    }

    private static Rejected twice(String key) {
        return invalid("key " + key + " is written twice (expected: once in a txn)");
    }

    private static Rejected invalid(String message) {
        return new Rejected(Rejected.Code.INVALID, message);
    }
}
