package io.evenkeel.store.embedded;

import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.StoreContract;
import io.evenkeel.kernel.store.StoreLimits;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedStoreContractTest extends StoreContract {
    @TempDir private Path directory = Path.of("");

    @Override
    protected Store open(StoreLimits limits) {
        return EmbeddedStore.open(EmbeddedConfig.at(directory).limits(limits));
    }
}
