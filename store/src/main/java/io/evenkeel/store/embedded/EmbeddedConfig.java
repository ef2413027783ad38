package io.evenkeel.store.embedded;

import io.evenkeel.kernel.store.StoreLimits;
import java.nio.file.Path;

/**
 * How to open an embedded store.
 *
 * @param directory where its files are; created if absent; one process at a time
 * @param limits sizes it refuses beyond, and how much history it keeps in memory
 * @param queueLimit changes waiting for the disk beyond which calls are answered BUSY
 * @param minFreeBytes free space on the disk below which it takes no writes, 0 for no check
 * @param retentionMillis how long space of overwritten data stays unused after the write
 * @param acceptLoss open even if acknowledged data is missing (see {@link StoreOpenException})
 */
public record EmbeddedConfig(
        Path directory,
        StoreLimits limits,
        int queueLimit,
        long minFreeBytes,
        int retentionMillis,
        boolean acceptLoss) {

    public EmbeddedConfig {
        if (queueLimit < 1) {
            throw new IllegalArgumentException("queueLimit: " + queueLimit + " (expected: >= 1)");
        }
    }

    public static EmbeddedConfig at(Path directory) {
        return new EmbeddedConfig(directory, StoreLimits.DEFAULT, 20_000, 64L << 20, 1_000, false);
    }

    public EmbeddedConfig limits(StoreLimits other) {
        return new EmbeddedConfig(
                directory, other, queueLimit, minFreeBytes, retentionMillis, acceptLoss);
    }

    public EmbeddedConfig queueLimit(int other) {
        return new EmbeddedConfig(
                directory, limits, other, minFreeBytes, retentionMillis, acceptLoss);
    }

    public EmbeddedConfig minFreeBytes(long other) {
        return new EmbeddedConfig(
                directory, limits, queueLimit, other, retentionMillis, acceptLoss);
    }

    public EmbeddedConfig retentionMillis(int other) {
        return new EmbeddedConfig(directory, limits, queueLimit, minFreeBytes, other, acceptLoss);
    }

    public EmbeddedConfig acceptingLoss() {
        return new EmbeddedConfig(
                directory, limits, queueLimit, minFreeBytes, retentionMillis, true);
    }
}
