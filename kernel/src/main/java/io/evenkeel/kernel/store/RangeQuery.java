package io.evenkeel.kernel.store;

/**
 * Which keys to read, in key order: {@code from <= key < to}.
 *
 * @param from first key, inclusive
 * @param to end, exclusive; empty means the one key {@code from}
 * @param limit most entries to return, 0 for all
 * @param revision the revision to read at, 0 for the newest
 * @param countOnly answer only how many keys match
 */
public record RangeQuery(String from, String to, int limit, long revision, boolean countOnly) {

    /** The one key. */
    public static RangeQuery key(String key) {
        return new RangeQuery(key, "", 0, 0, false);
    }

    /** Every key that begins with {@code prefix}, which must not be empty. */
    public static RangeQuery prefix(String prefix) {
        return new RangeQuery(prefix, Keys.endOfPrefix(prefix), 0, 0, false);
    }

    public RangeQuery limit(int most) {
        return new RangeQuery(from, to, most, revision, countOnly);
    }

    public RangeQuery at(long readRevision) {
        return new RangeQuery(from, to, limit, readRevision, countOnly);
    }

    /** The same range, beginning right behind {@code key}: the next page. */
    public RangeQuery after(String key) {
        return new RangeQuery(Keys.successor(key), to, limit, revision, countOnly);
    }

    public RangeQuery counting() {
        return new RangeQuery(from, to, limit, revision, true);
    }

    boolean covers(String key) {
        return to.isEmpty() ? key.equals(from) : key.compareTo(from) >= 0 && key.compareTo(to) < 0;
    }
}
