package io.evenkeel.host;

import io.evenkeel.kernel.machine.BlockStorage;
import io.evenkeel.kernel.machine.StorageCluster;
import io.evenkeel.kernel.machine.Storages;
import io.evenkeel.model.HostPort;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Ceph clusters by the way they are reached, each with drivers of its own. One that nobody asks any
 * more keeps an empty shell here: its processes end by themselves. Thread-safe.
 */
public final class CephStorages implements Storages, AutoCloseable {
    private final List<String> command;
    private final Map<StorageCluster, CephStorage> known = new ConcurrentHashMap<>();

    /**
     * Nothing is started yet.
     *
     * @param command that starts a driver of Ceph
     */
    public CephStorages(List<String> command) {
        this.command = command;
    }

    @Override
    public BlockStorage of(StorageCluster cluster) {
        return known.computeIfAbsent(cluster, reached -> new CephStorage(access(reached), command));
    }

    private static CephAccess access(StorageCluster cluster) {
        return new CephAccess(
                cluster.monitors().stream().map(HostPort::toString).toList(),
                cluster.user(),
                cluster.keyFile().isEmpty()
                        ? Optional.empty()
                        : Optional.of(Path.of(cluster.keyFile())));
    }

    @Override
    public void close() {
        known.values().forEach(CephStorage::close);
        known.clear();
    }
}
