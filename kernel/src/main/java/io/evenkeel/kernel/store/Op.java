package io.evenkeel.kernel.store;

/** One operation of a txn. */
public sealed interface Op {

    /** Writes a key; {@code leaseId} 0 for none (a lease the key had before is dropped). */
    record Put(String key, Value value, long leaseId) implements Op {}

    /** Deletes {@code from <= key < to}, or the one key when {@code to} is empty. */
    record Delete(String from, String to) implements Op {}

    /** Reads; sees the operations before it in the same txn. Only at the newest revision. */
    record Read(RangeQuery query) implements Op {}

    static Op put(String key, Value value) {
        return new Put(key, value, 0);
    }

    static Op put(String key, String value) {
        return new Put(key, Value.of(value), 0);
    }

    static Op putLeased(String key, Value value, long leaseId) {
        return new Put(key, value, leaseId);
    }

    static Op delete(String key) {
        return new Delete(key, "");
    }

    static Op deletePrefix(String prefix) {
        return new Delete(prefix, Keys.endOfPrefix(prefix));
    }

    static Op read(RangeQuery query) {
        return new Read(query);
    }
}
