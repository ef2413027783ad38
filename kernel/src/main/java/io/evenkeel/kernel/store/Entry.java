package io.evenkeel.kernel.store;

/**
 * One key as it stands at one revision.
 *
 * @param key printable ASCII, so that character order is byte order
 * @param value the bytes stored
 * @param createRevision revision of the txn that created the key (its latest creation)
 * @param modRevision revision of the txn that last wrote it
 * @param version number of writes since its creation, from 1
 * @param leaseId lease the key dies with, 0 for none
 */
public record Entry(
        String key,
        Value value,
        long createRevision,
        long modRevision,
        long version,
        long leaseId) {}
