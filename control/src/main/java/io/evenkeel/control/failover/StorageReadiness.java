package io.evenkeel.control.failover;

import io.evenkeel.kernel.machine.BlockStorage;
import io.evenkeel.kernel.machine.StorageCluster;
import io.evenkeel.kernel.machine.Storages;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks every declared storage cluster for nothing, again and again: whoever is to witness and to
 * fence in seconds has to be connected when a host falls silent, and an operator is to hear of a
 * cluster that cannot be reached before that. One virtual thread; safe for use by others.
 */
final class StorageReadiness implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StorageReadiness.class);
    private static final Duration EVERY = Duration.ofSeconds(15);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final Storages storages;
    private final Supplier<Set<StorageCluster>> declared;
    private final Consumer<Map<StorageCluster, String>> seen;
    private final Map<StorageCluster, String> problems = new ConcurrentHashMap<>();
    private final Thread thread;

    /**
     * Not started yet.
     *
     * @param declared the clusters now; any thread
     * @param seen is given all of them after each look, with what is wrong; empty: nothing
     */
    StorageReadiness(
            Storages storages,
            Supplier<Set<StorageCluster>> declared,
            Consumer<Map<StorageCluster, String>> seen) {
        this.storages = storages;
        this.declared = declared;
        this.seen = seen;
        thread = Thread.ofVirtual().name("storage-readiness").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        try {
            while (true) {
                Set<StorageCluster> now = declared.get();
                try {
                    look(now);
                } catch (RuntimeException unexpected) {
                    LOG.error("storage could not be looked at", unexpected);
                }
                long until = System.nanoTime() + EVERY.toNanos();
                while (now.equals(declared.get()) && System.nanoTime() - until < 0) {
                    TimeUnit.MILLISECONDS.sleep(500);
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("storage is looked at no longer");
        }
    }

    private void look(Set<StorageCluster> clusters) {
        problems.keySet().retainAll(clusters);
        clusters.forEach(this::look);
        Map<StorageCluster, String> all = new LinkedHashMap<>();
        clusters.forEach(one -> all.put(one, problems.getOrDefault(one, "")));
        seen.accept(all);
    }

    private void look(StorageCluster cluster) {
        BlockStorage storage = storages.of(cluster);
        var asks = storage.watchers(List.of(), TIMEOUT);
        var changes = storage.serve(List.of(), TIMEOUT);
        String problem = asks.join().problem();
        problem = problem.isEmpty() ? changes.join().problem() : problem;
        if (problem.isEmpty()) {
            if (problems.remove(cluster) != null) {
                LOG.info("storage {} answers again", cluster.monitors());
            }
        } else if (problems.put(cluster, problem) == null) {
            LOG.warn(
                    "storage {}: {}; while it does not answer no host is taken for dead",
                    cluster.monitors(),
                    problem);
        }
    }
}
