package io.evenkeel.store.etcd;

import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.StoreContract;
import io.evenkeel.kernel.store.StoreLimits;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The contract against a real etcd; each test has a namespace of its own on it. */
class EtcdStoreContractTest extends StoreContract {
    private static final AtomicInteger OPENED = new AtomicInteger();
    private static @Nullable EtcdProcess etcd;

    @BeforeAll
    static void start(@TempDir Path directory) {
        etcd = EtcdProcess.start(directory);
    }

    @AfterAll
    static void stop() {
        if (etcd != null) {
            etcd.close();
        }
    }

    @Override
    protected Store open(StoreLimits limits) {
        EtcdProcess running = java.util.Objects.requireNonNull(etcd);
        return EtcdStore.open(
                EtcdConfig.of(List.of(running.endpoint()), new Random(1))
                        .namespace("/test-" + OPENED.incrementAndGet())
                        .limits(limits));
    }
}
