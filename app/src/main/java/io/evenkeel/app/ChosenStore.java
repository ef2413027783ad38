package io.evenkeel.app;

import io.evenkeel.kernel.store.Store;
import io.evenkeel.store.embedded.EmbeddedConfig;
import io.evenkeel.store.embedded.EmbeddedStore;
import io.evenkeel.store.etcd.EtcdConfig;
import io.evenkeel.store.etcd.EtcdStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options by which a command is told which store is meant: the embedded one or etcd. */
final class ChosenStore {
    @Option(
            names = "--data-dir",
            paramLabel = "FOLDER",
            description = {
                "Folder of an embedded store that no process has open; without --etcd the one that",
                "standalone takes by default."
            })
    private @Nullable Path dataDir;

    @Option(
            names = "--etcd",
            split = ",",
            paramLabel = "HOST:PORT",
            description = "Members of the etcd cluster that is the store.")
    private List<String> etcd = List.of();

    /** In words, for messages and headers. */
    String words() {
        return etcd.isEmpty() ? "data folder " + folder() : "etcd at " + String.join(",", etcd);
    }

    /** Opens a store to be read, which has to be there. */
    Store existing() {
        if (etcd.isEmpty() && !EmbeddedStore.isIn(folder())) {
            throw new StartException(
                    "there is no store in "
                            + folder()
                            + " (expected: the --data-dir of a standalone, or --etcd)",
                    null);
        }
        return open();
    }

    /** Opens a store; an embedded one is created if it isn't there. */
    Store open() {
        if (!etcd.isEmpty() && dataDir != null) {
            throw new IllegalArgumentException(
                    "--data-dir and --etcd (expected: one of them); leave one out");
        }
        return etcd.isEmpty()
                ? EmbeddedStore.open(EmbeddedConfig.at(folder()))
                : EtcdStore.open(EtcdConfig.of(etcd, new Random()));
    }

    private Path folder() {
        return dataDir == null ? Role.defaultDataDir() : dataDir;
    }
}
