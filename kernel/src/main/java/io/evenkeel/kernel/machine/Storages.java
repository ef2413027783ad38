package io.evenkeel.kernel.machine;

/** The storage clusters. Safe for use by many threads; what it answers stays its own to close. */
@FunctionalInterface
public interface Storages {
    /** The cluster reached in this way; the same object for the same way. */
    BlockStorage of(StorageCluster cluster);
}
