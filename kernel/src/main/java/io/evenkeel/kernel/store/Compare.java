package io.evenkeel.kernel.store;

/** One condition of a txn on one key. A key that does not exist has revision and version 0. */
public sealed interface Compare {
    String key();

    /** How the number seen relates to the number given. */
    enum Relation {
        EQUAL,
        NOT_EQUAL,
        LESS,
        GREATER
    }

    /** Which number of the key is compared. */
    enum Field {
        CREATE_REVISION,
        MOD_REVISION,
        VERSION,
        LEASE
    }

    /** The key's number stands in this relation to {@code number}. */
    record OfNumber(String key, Field field, Relation relation, long number) implements Compare {}

    /** The key exists and its value stands in this relation to {@code value} (unsigned bytes). */
    record OfValue(String key, Relation relation, Value value) implements Compare {}

    static Compare modRevision(String key, long revision) {
        return new OfNumber(key, Field.MOD_REVISION, Relation.EQUAL, revision);
    }

    static Compare createRevision(String key, long revision) {
        return new OfNumber(key, Field.CREATE_REVISION, Relation.EQUAL, revision);
    }

    static Compare version(String key, long version) {
        return new OfNumber(key, Field.VERSION, Relation.EQUAL, version);
    }

    static Compare absent(String key) {
        return new OfNumber(key, Field.CREATE_REVISION, Relation.EQUAL, 0);
    }

    static Compare exists(String key) {
        return new OfNumber(key, Field.CREATE_REVISION, Relation.GREATER, 0);
    }

    static Compare value(String key, Value value) {
        return new OfValue(key, Relation.EQUAL, value);
    }
}
