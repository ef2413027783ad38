package io.evenkeel.kernel.store;

/**
 * Sizes beyond which a call is rejected, the same on both stores.
 *
 * @param opsPerTxn operations, and separately compares and otherwise-reads, in one txn (etcd's 128)
 * @param valueBytes longest value (a little under etcd's 1.5 MiB request)
 * @param txnBytes values of one txn together
 * @param keyLength longest key in characters
 * @param historyRevisions revisions of history kept for watches and old reads
 * @param historyBytes values and keys in that history together
 */
public record StoreLimits(
        int opsPerTxn,
        int valueBytes,
        int txnBytes,
        int keyLength,
        int historyRevisions,
        long historyBytes) {
    public static final StoreLimits DEFAULT =
            new StoreLimits(128, 1 << 20, (1 << 20) + (1 << 18), 1024, 50_000, 64L << 20);

    public StoreLimits {
        atLeastOne("opsPerTxn", opsPerTxn);
        atLeastOne("valueBytes", valueBytes);
        atLeastOne("txnBytes", txnBytes);
        atLeastOne("keyLength", keyLength);
        atLeastOne("historyRevisions", historyRevisions);
        atLeastOne("historyBytes", historyBytes);
    }

    public StoreLimits history(int revisions, long bytes) {
        return new StoreLimits(opsPerTxn, valueBytes, txnBytes, keyLength, revisions, bytes);
    }

    private static void atLeastOne(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: >= 1)");
        }
    }
}
